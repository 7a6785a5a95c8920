"""Runs over real SIP and RTP: the same record as at the other levels, on data that every run finds as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulations.line.conditions import CONDITIONS
from simulations.runs.jobs import Jobs
from simulations.runs.plan import Wanted, candidates, plan
from simulations.runs.worker_messages import Setting
from simulations.scenario_file import read_scenario_files
from voice_agent.app.office import load_agent
from voice_agent.config import Config, SpeechConfig

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
