"""The desk: who is let in, and that every conversation ends with its line let go, counted and logged."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import msgspec
import numpy as np
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from models.modem import demodulated, modulated
from models.scripted import ScriptedRecogniser, ScriptedSynthesiser, ScriptedVoiceActivity
from simulations import virtual_time
from tests.agent.core_script import example_pack
from tests.session.small_world import MemoryJournal, MemoryRecorder, small_world, understanding
from voice_agent.app.admission import Readings
from voice_agent.app.desk import LINGER_S, CallDesk, LiveCall, Office
from voice_agent.app.draining import drain_desk
from voice_agent.app.metrics import Metrics
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.channels.phone_call import Caller
from voice_agent.config import CallsConfig, Config
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record
from voice_agent.errors import CallFailed

MAYA = Caller("sip:+15550100101@example.org", "sip:agent@example.org", "call-id-1")


class Reception:
    """A desk with what surrounds it; `gone` has the time at which each line was let go."""

    def __init__(self, group: asyncio.TaskGroup, *, limit: int, journal: MemoryJournal | None = None) -> None:
        self.journal = MemoryJournal() if journal is None else journal
        self.metrics = Metrics(dict)
        self.recorders: dict[str, MemoryRecorder] = {}
        self.engines_ready = True
        self.gone: list[float] = []
        self.line: ev.MediaQuality | None = None
        office = Office(
            Config(calls=CallsConfig(limit=limit)),
            example_pack(),
            small_world(journal=self.journal),
            ScriptedRecogniser(200_000),
            ScriptedSynthesiser(40_000),
            ScriptedVoiceActivity,
            self._recorder,
            self.metrics,
            lambda: Readings(engines=int(self.engines_ready)),
        )
        self.given_back: list[str] = []
        self.desk = CallDesk(office, group, self.given_back.append)
        self._callers = 0

    def takes(self) -> LiveCall:
        return self.answers(self.rings())

    def rings(self) -> Caller:
        """One more call, admitted; each has a Call-ID of its own."""
        self._callers += 1
        caller = msgspec.structs.replace(MAYA, sip_call_id=f"call-id-{self._callers}")
        assert self.desk.admit(caller) is None
        return caller

    def answers(self, caller: Caller) -> LiveCall:
        return self.desk.open(caller, self)

    def hang_up(self) -> None:
        self.gone.append(asyncio.get_running_loop().time())

    async def connect(self, address: str, *, reference: str) -> None:
        """Nobody is there to take a call."""
        raise CallFailed(f"{address}: 486")

    def quality(self) -> ev.MediaQuality | None:
        return self.line

    def records(self) -> list[list[Record]]:
        return list(self.journal.records.values())

    def counted(self) -> dict[str, float]:
        """Calls by who ended them."""
        families = text_string_to_metric_families(generate_latest(self.metrics.registry).decode())
        samples = [sample for family in families for sample in family.samples]
        return {sample.labels["by"]: sample.value for sample in samples if sample.name == "voice_agent_calls_total"}

    def _recorder(self, conversation: str) -> MemoryRecorder:
        self.recorders[conversation] = MemoryRecorder()
        return self.recorders[conversation]


def at_the_desk(
    scenario: Callable[[Reception], Awaitable[None]], *, limit: int = 2, journal: type[MemoryJournal] = MemoryJournal
) -> None:
    """Runs `scenario` in virtual time; calls that it leaves are ended."""
    understanding()

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            reception = Reception(group, limit=limit, journal=journal())
            await scenario(reception)
            reception.desk.end_all("the test is over")
            await reception.desk.drained()

    virtual_time.run(main())


async def flows(call: LiveCall, seconds: float, sound: Pcm | None = None) -> list[Pcm]:
    """So much of a call, with `sound` from the caller at its beginning; the agent's side of it."""
    heard = []
    for number in range(round(seconds * 50)):
        frame = silence(FRAME_SAMPLES)
        if sound is not None and (number + 1) * FRAME_SAMPLES <= sound.size:
            frame = sound[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        heard.append(call.tick(frame, ()))
        await asyncio.sleep(0.02)
    return heard


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


def test_ending_all_calls_lets_every_line_go_at_once() -> None:
    async def scenario(reception: Reception) -> None:
        for _ in range(2):
            reception.takes()
        await asyncio.sleep(0.1)
        reception.desk.end_all("the server stopped")
        assert len(reception.gone) == 2
        await reception.desk.drained()
        assert reception.counted() == {"operator": 2.0}

    at_the_desk(scenario)


def test_a_drain_tells_callers_before_its_deadline_and_then_ends_their_calls() -> None:
    async def scenario(reception: Reception) -> None:
        call = reception.takes()
        await flows(call, 8)
        reception.desk.admission.draining = True
        began_s = asyncio.get_running_loop().time()
        draining = asyncio.create_task(drain_desk(reception.desk, 30))
        heard = await flows(call, 20)
        assert not draining.done()
        while not reception.gone:
            heard += await flows(call, 0.02)
        await draining
        assert "I have to end this call" in demodulated(np.concatenate(heard))
        assert 21 <= reception.gone[0] - began_s < 30
        assert reception.counted() == {"agent": 1.0}
        (records,) = reception.records()
        assert ev.CallEnded("agent", "stopping") in [record.entry for record in records]

    at_the_desk(scenario)


def test_who_is_still_there_at_the_deadline_is_cut_off() -> None:
    async def scenario(reception: Reception) -> None:
        reception.takes()
        await asyncio.sleep(0.1)
        began_s = asyncio.get_running_loop().time()
        await drain_desk(reception.desk, 30)  # no media: the apology is never heard to its end
        assert reception.gone == [began_s + 30]
        assert reception.counted() == {"operator": 1.0}

    at_the_desk(scenario)


def test_a_drain_is_over_with_the_last_call() -> None:
    async def scenario(reception: Reception) -> None:
        call = reception.takes()
        await asyncio.sleep(0.1)
        draining = asyncio.create_task(drain_desk(reception.desk, 30))
        await asyncio.sleep(1)
        call.hung_up("remote: BYE")
        async with asyncio.timeout(1):
            await draining
        (records,) = reception.records()
        assert ev.StopAnnounced() not in [record.entry for record in records]

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
