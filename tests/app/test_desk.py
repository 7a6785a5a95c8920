"""The desk: who is let in, and that every conversation ends with its line let go, counted and logged."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import numpy as np
import pytest
from prometheus_client import generate_latest

from models.modem import demodulated, modulated
from tests.app.reception import MAYA, Reception, at_the_desk, flows
from tests.session.small_world import MemoryJournal
from voice_agent.app.desk import LINGER_S
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record


def test_calls_beyond_the_limit_are_refused_until_one_has_ended() -> None:
    async def scenario(reception: Reception) -> None:
        first = reception.takes()
        reception.takes()
        assert reception.desk.refusal() == "all 2 lines are taken"
        await asyncio.sleep(0.1)
        first.hung_up("remote: BYE")
        await asyncio.sleep(0.1)
        assert reception.desk.refusal() is None
        assert len(reception.desk) == 1

    at_the_desk(scenario)


def test_calls_that_still_ring_count_towards_the_limit() -> None:
    async def scenario(reception: Reception) -> None:
        call, ringing = reception.takes(), reception.rings()
        assert reception.desk.refusal() == "all 2 lines are taken"
        reception.desk.line_ended(ringing)
        assert reception.given_back == [ringing.sip_call_id]
        assert reception.desk.refusal() is None
        await asyncio.sleep(0.1)
        call.hung_up("remote: BYE")
        await asyncio.sleep(0.1)
        assert reception.given_back == [ringing.sip_call_id, "call-id-1"]

    at_the_desk(scenario)


def test_no_session_is_opened_for_a_call_that_was_not_admitted() -> None:
    async def scenario(reception: Reception) -> None:
        with pytest.raises(RuntimeError, match="was not admitted"):
            reception.answers(MAYA)
        assert len(reception.desk) == 0

    at_the_desk(scenario)


def test_no_call_is_taken_without_speech_engines_or_while_draining() -> None:
    async def scenario(reception: Reception) -> None:
        reception.engines_ready = False
        assert reception.desk.refusal() == "no speech engine is up"
        reception.engines_ready = True
        reception.desk.admission.draining = True
        assert reception.desk.refusal() == "the server is about to stop"

    at_the_desk(scenario)


def test_a_caller_who_hangs_up_is_counted_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def scenario(reception: Reception) -> None:
        call = reception.takes()
        await flows(call, 1)
        call.hung_up("remote: BYE")
        await reception.desk.drained()
        assert reception.counted() == {"caller": 1.0}
        assert len(reception.gone) == 1
        ((conversation, records),) = reception.journal.records.items()
        started = records[0].entry
        assert isinstance(started, ev.CallStarted)
        assert (started.caller, started.called, started.recorded) == (MAYA.from_uri, MAYA.to_uri, True)
        assert ev.CallEnded("caller", "remote: BYE") in [record.entry for record in records]
        assert reception.recorders[conversation].ended
        lines = [vars(record) for record in caplog.records if record.name == "voice_agent.calls"]
        assert [line["message"] for line in lines] == ["call started", "call ended"]
        assert {line["call"] for line in lines} == {conversation}
        assert lines[0]["sip_call_id"] == "call-id-1"
        assert (lines[1]["by"], lines[1]["turns"]) == ("caller", 0)

    at_the_desk(scenario)


LINE = ev.MediaQuality(900, 90, 10, 940, 60, 4_000, 60_000, 80_000, 3, 3.2)


@pytest.mark.parametrize("ended", ["caller", "operator", "agent"])
def test_how_the_line_was_stands_in_the_log_before_the_end(ended: str) -> None:
    async def scenario(reception: Reception) -> None:
        reception.line = LINE
        call = reception.takes()
        await flows(call, 1)
        match ended:
            case "caller":
                call.hung_up("remote: BYE")
            case "operator":
                reception.desk.end_all("stopping")
            case _:
                call.media(ev.MediaLost("stopped", 10_000_000))
                await flows(call, 60)
        await reception.desk.drained()
        (records,) = reception.records()
        events = [record.entry for record in records if record.kind == "event"]
        assert events[-2] == LINE
        assert isinstance(events[-1], ev.CallEnded)
        assert events[-1].by == ended
        assert events.count(LINE) == 1
        exposed = generate_latest(reception.metrics.registry).decode()
        assert "voice_agent_line_mos_sum 3.2" in exposed
        assert "voice_agent_line_missed_ratio_sum 0.101" in exposed
        assert "voice_agent_line_round_trip_seconds_sum 0.08" in exposed

    at_the_desk(scenario)


def test_a_call_that_breaks_says_nothing_of_its_line() -> None:
    async def scenario(reception: Reception) -> None:
        reception.line = LINE
        call = reception.takes()
        await flows(call, 1)
        call.broke("a defect")
        await reception.desk.drained()
        (records,) = reception.records()
        assert LINE not in [record.entry for record in records]

    at_the_desk(scenario)


def test_the_line_outlasts_the_agents_last_word_by_what_a_jitter_buffer_holds() -> None:
    async def scenario(reception: Reception) -> None:
        call = reception.takes()
        await flows(call, 12)
        heard = await flows(call, 2, modulated("Goodbye."))
        while not reception.gone:
            heard += await flows(call, 0.02)
        quiet = next(count for count, frame in enumerate(reversed(heard)) if frame.any())
        assert abs(quiet * 0.02 - LINGER_S) <= 0.04
        assert demodulated(np.concatenate(heard)).endswith("Goodbye.")

    at_the_desk(scenario)


def test_every_live_conversation_is_told_about_engines() -> None:
    async def scenario(reception: Reception) -> None:
        for _ in range(2):
            reception.takes()
        await asyncio.sleep(0.1)
        reception.desk.notice(ev.EngineWentDown("speech-0", "exit code -9"))
        for records in reception.records():
            assert ev.EngineWentDown("speech-0", "exit code -9") in [record.entry for record in records]

    at_the_desk(scenario)


class FailingJournal(MemoryJournal):
    """Takes nothing of the first conversation after its second record: its media breaks."""

    TAKEN = 2

    def write(self, conversation: str, record: Record) -> None:
        if record.seq > self.TAKEN and conversation == next(iter(self.records)):
            raise RuntimeError("a defect")
        super().write(conversation, record)


class DeafJournal(FailingJournal):
    """Takes nothing at all of the first conversation: its own task breaks."""

    TAKEN = 0


@pytest.mark.parametrize("journal", [FailingJournal, DeafJournal])
def test_a_defect_in_one_conversation_ends_its_call_and_no_other(journal: type[MemoryJournal]) -> None:
    async def scenario(reception: Reception) -> None:
        broken, sound = reception.takes(), reception.takes()
        with contextlib.suppress(RuntimeError):
            await flows(broken, 1)
        broken.broke("RuntimeError: a defect")
        await asyncio.sleep(0.1)
        assert len(reception.gone) == 1
        assert len(reception.desk) == 1
        assert reception.counted() == {"fault": 1.0}
        heard = await flows(sound, 12)
        assert "How can I help" in demodulated(np.concatenate(heard))

    at_the_desk(scenario, journal=journal)


def test_a_conversation_that_breaks_when_it_is_told_keeps_no_other_from_being_told() -> None:
    async def scenario(reception: Reception) -> None:
        for _ in range(2):
            reception.takes()
        await asyncio.sleep(0.1)
        reception.desk.notice(ev.EngineWentDown("speech-0", "exit code -9"))
        broken, sound = reception.records()
        assert len(reception.gone) == 1
        assert ev.EngineWentDown("speech-0", "exit code -9") not in [record.entry for record in broken]
        assert ev.EngineWentDown("speech-0", "exit code -9") in [record.entry for record in sound]
        reception.desk.end_all("the server stopped")
        await reception.desk.drained()
        assert len(reception.gone) == 2

    at_the_desk(scenario, journal=FailingJournal)


def test_a_caller_who_is_gone_before_the_conversation_began_has_called_all_the_same() -> None:
    async def scenario(reception: Reception) -> None:
        call = reception.takes()
        call.hung_up("remote: BYE")
        await reception.desk.drained()
        (records,) = reception.records()
        assert [record.tag for record in records if record.kind == "event"] == ["call_started", "call_ended"]
        assert reception.counted() == {"caller": 1.0}
        assert len(reception.gone) == 1

    at_the_desk(scenario)
