"""`voice-agent replay` of logs whose server died: a log may end anywhere, also between an event and its actions."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.testkit import HandClock
from voice_agent.agent.core import build_core
from voice_agent.app.agent_folder import read_folder
from voice_agent.cli.main import main
from voice_agent.cli.output import ReplayReport
from voice_agent.config import Config
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction, Say
from voice_agent.conversation.commands import StartJourney
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header, Record, encode_log, record_of
from voice_agent.journeys.load import load
from voice_agent.session.driver import Driver
from voice_agent.stores.call_index import SERVER_LOST

PARCEL_DESK = Path(__file__).parents[1] / "system" / "parcel_desk"


def conversation() -> tuple[Header, list[Record]]:
    """A typed conversation with the parcel desk, its caller silent in the end."""
    pack, clock = load(read_folder(PARCEL_DESK)), HandClock()
    started = "2026-03-02T09:00:00+00:00"
    header = Header(VERSION, "c-1", "text", "Parcel Desk", pack.digest, Config().digest(), 1, started)
    log = ConversationLog(header)

    def perform(action: AnyAction) -> None:
        if isinstance(action, Say):
            driver.feed(ev.PlaybackStarted(action.utterance, 0))
            driver.feed(ev.PlaybackFinished(action.utterance))

    driver = Driver(build_core(pack, Config().turns, "c-1", recorded=False), log, clock, perform)
    driver.feed(ev.CallStarted("text", "", "", started))
    driver.feed(ev.TextReceived("I want to send a parcel."))
    driver.feed(ev.Understood(1, (StartJourney("send_parcel", 1.0),), "router", 0))
    driver.feed(ev.TextReceived("one two"))
    return header, list(log.read())


def replayed(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, ReplayReport]:
    code = main(["replay", str(path), "--agent", str(PARCEL_DESK), "--json"])
    return code, msgspec.json.decode(capsys.readouterr().out, type=ReplayReport)


def test_a_log_whose_server_was_lost_anywhere_does_not_diverge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header, records = conversation()
    for length in range(1, len(records) + 1):
        end = record_of(length + 1, records[length - 1].t_us, ev.CallEnded("fault", SERVER_LOST))
        path = tmp_path / f"{length}.jsonl"
        path.write_bytes(encode_log(header, [*records[:length], end]))
        code, report = replayed(path, capsys)
        assert (length, code, report.replayed[0].verdict) == (length, 0, "same")


def test_a_log_that_stops_anywhere_does_not_diverge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header, records = conversation()
    assert len(records) > 10
    for length in range(len(records) + 1):
        path = tmp_path / f"{length}.jsonl"
        path.write_bytes(encode_log(header, records[:length]))
        code, report = replayed(path, capsys)
        assert (length, code, report.replayed[0].verdict) == (length, 0, "same")


def test_another_action_diverges_also_near_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header, records = conversation()
    position = next(i for i, record in enumerate(records) if isinstance(record.entry, Say) and i > 5)
    said = records[position].entry
    assert isinstance(said, Say)
    changed = msgspec.structs.replace(said, clauses=("No.",))
    records[position] = msgspec.structs.replace(records[position], entry=changed)
    path = tmp_path / "changed.jsonl"
    path.write_bytes(encode_log(header, records))
    code, report = replayed(path, capsys)
    assert code == 1
    found = report.replayed[0].divergence
    assert found is not None
    assert found.seq == records[position].seq
    assert found.logged is not None
    assert found.logged["clauses"] == ["No."]
