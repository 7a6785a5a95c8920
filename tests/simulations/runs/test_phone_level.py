"""Runs over real SIP and RTP: the same record as at the other levels, on data that every run finds as it was."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import msgspec
import pytest

from models.scripted import ScriptedRecogniser, ScriptedSynthesiser
from simulations.callers.mind import Said, Thought
from simulations.line.conditions import CONDITIONS
from simulations.runs.jobs import Jobs
from simulations.runs.phone_level import CallerSpeech, open_phone, play_by_phone
from simulations.runs.plan import Wanted, candidates, plan
from simulations.runs.players import with_doubles
from simulations.runs.records import RunKey, RunRecord
from simulations.runs.worker_messages import Setting
from simulations.scenario import Limits
from simulations.scenario_file import parse_scenario, read_scenario, read_scenario_files
from simulations.scenario_world import Mock
from voice_agent.app.office import load_agent
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config, SpeechConfig

THINKS = """
v: 2
scenario: thinks
who: {number: "+15550100101"}
mind: llm
goal: A parcel is booked.
expect:
  outcome: booked
  secrets: ["99887766"]
  rows: [{table: parcel, after: {number: "1234"}}]
"""

DESK = Path(__file__).parent / "fragile_desk"


@pytest.mark.slow
def test_calls_over_the_telephone_are_judged_by_the_log_and_find_fresh_data(tmp_path: Path) -> None:
    """The parcel's number is the table's key: a second one with it would fail."""
    config = Config(speech=SpeechConfig(embedder="scripted")).with_data_dir(str(tmp_path / "data"))
    audio = tmp_path / "audio"
    audio.mkdir()
    setting = Setting(str(DESK), load_agent(DESK)[0].digest, "phone", "scripted", config, str(audio))
    scenarios = candidates(read_scenario_files(DESK / "simulations"))
    wanted = Wanted(select=("booked",), level="phone", conditions=("clean", "landline"))
    keys = plan(scenarios, wanted, CONDITIONS).runs
    with Jobs(setting, 1, tmp_path / "logs") as jobs:
        records = [record for record in jobs.played(keys) if record is not None]
    assert [(record.status, record.outcome) for record in records] == [("passed", "send_parcel.booked")] * 2
    assert {record.key.condition for record in records} == {"clean", "landline"}
    for record in records:
        assert [turn.agent_heard for turn in record.turns][:1] == ["I want to send a parcel."]
        assert all(turn.latency_ms is not None and turn.stages for turn in record.turns[:3])
        assert record.audio is not None
        assert (audio / record.audio).stat().st_size > record.duration_ms * 16


class Sender:
    """A mind that sends a parcel."""

    async def think(self, number: int, said: tuple[Said, ...], /) -> Thought:
        turns = (("What number", "1 2 3 4"), ("Book", "Yes."), ("Booked", "Bye."))
        say = next((say for words, say in reversed(turns) if words in said[-1].words), "I want to send a parcel.")
        return Thought(say, hang_up=say == "Bye.")


@pytest.mark.slow
def test_mocks_are_of_one_call_and_callers_may_think(tmp_path: Path) -> None:
    """The call after the one whose tool was down finds the tool itself; digits are looked for in all that is kept.

    The agent's own scenarios name them, and are kept too: that is no leak.
    """
    desk = shutil.copytree(DESK, tmp_path / "desk")
    (desk / "simulations" / "thinks.yaml").write_text(THINKS, encoding="utf-8")
    thinks = parse_scenario(THINKS, name="thinks.yaml")
    booked = read_scenario(DESK / "simulations" / "booked.yaml")
    down = (Mock(error="is down", failing="unreached", times="always"),)
    mocked = msgspec.structs.replace(booked, v=2, mocks={"book_parcel": down}, limits=Limits(patience=3))
    unknown = msgspec.structs.replace(booked, v=2, mocks={"book_parcels": down})
    speech = CallerSpeech(ScriptedSynthesiser(), ScriptedRecogniser(), "scripted", MonotonicClock())
    config = with_doubles(Config(speech=SpeechConfig(embedder="scripted")).with_data_dir(str(tmp_path / "data")))

    async def played() -> list[RunRecord]:
        async with open_phone(desk, config, tmp_path, speech, lambda key, scenario: Sender()) as stage:
            keys = [RunKey(one.scenario, "", "", "phone", 1, 1) for one in (mocked, thinks, unknown)]
            pairs = zip(keys, (mocked, thinks, unknown), strict=True)
            return [(await play_by_phone(key, scenario, stage)).record for key, scenario in pairs]

    was_down, thought, never = asyncio.run(played())
    assert was_down.outcome != "send_parcel.booked"
    assert any("is down" in line.text for line in was_down.trace if line.kind == "tool")
    assert (thought.status, thought.outcome) == ("passed", "send_parcel.booked"), thought
    (secret,) = [check for check in thought.checks if check.expectation == "secrets"]
    assert secret.found.endswith("the data, the store, the server's log, the recording")
    assert "no journey calls a tool 'book_parcels'" in never.reason
