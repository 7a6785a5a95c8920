"""The desk: admits calls, starts a session for each, and sees every conversation to its end.

A call is admitted only where all of it can be served: speech engines up, room under the limit, not draining.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from voice_agent.agent.core import build_core
from voice_agent.app.admission import Admission, Limits, Readings
from voice_agent.app.headers import new_header
from voice_agent.app.metrics import Metrics
from voice_agent.audio import Pcm
from voice_agent.channels.phone_call import Caller
from voice_agent.config import Config
from voice_agent.conversation.events import (
    CallStarted,
    EngineCameUp,
    EngineWentDown,
    MediaCameBack,
    MediaLost,
    MediaQuality,
    StopAnnounced,
    Transcribed,
)
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.state import ConversationState, fold
from voice_agent.insights.latency import latencies
from voice_agent.journeys.pack import Pack
from voice_agent.ports.speech import Recogniser, Synthesiser, VoiceActivity
from voice_agent.session.backdrop import Sounds
from voice_agent.session.segmenting import segment_settings
from voice_agent.session.voice import Ender, VoiceSession
from voice_agent.session.world import Recorder, SpeechWorld, World
from voice_agent.turns.segments import Segments

LINGER_S: Final = 0.2
"""From the agent's last sample to hanging up: what the caller's jitter buffer still holds is lost with the call."""

_log = logging.getLogger("voice_agent.calls")


@dataclass(frozen=True)
class Office:
    """What every call shares. `recorder` is None where calls are not recorded; `voices` are by language."""

    config: Config
    pack: Pack
    world: World
    recogniser: Recogniser
    synthesiser: Synthesiser
    voice_activity: Callable[[], VoiceActivity]
    recorder: Callable[[str], Recorder] | None
    metrics: Metrics
    readings: Callable[[], Readings]
    voices: Mapping[str, Synthesiser] = field(default_factory=dict)
    sounds: Sounds = field(default_factory=Sounds)


class Line(Protocol):
    """The telephone line of a call."""

    def hang_up(self) -> None: ...

    async def connect(self, address: str, *, reference: str) -> None:
        """As in `session.world.Line`."""
        ...

    def quality(self) -> MediaQuality | None:
        """As in `session.world.Line`."""
        ...


class LiveCall:
    """One call at the desk, as the telephone sees it."""

    def __init__(self, session: VoiceSession) -> None:
        self.session = session

    @property
    def conversation(self) -> str:
        return self.session.conversation

    def prepare(self, caller: Pcm) -> None:
        self.session.prepare(caller)

    def tick(self, caller: Pcm, digits: Sequence[str]) -> Pcm:
        return self.session.tick(caller, digits)

    def media(self, event: MediaLost | MediaCameBack) -> None:
        self.session.notice(event)

    def hung_up(self, reason: str) -> None:
        self.session.end("caller", reason)

    def broke(self, reason: str) -> None:
        self.session.abandon(reason)


class CallDesk:
    """`group` holds a task a call; it must outlive the desk. `given_back` is told of places by their Call-ID."""

    def __init__(
        self, office: Office, group: asyncio.TaskGroup, given_back: Callable[[str], None] = lambda call_id: None
    ) -> None:
        self._office = office
        self._group = group
        self._live: dict[str, VoiceSession] = {}
        self._empty = asyncio.Event()
        self._empty.set()
        self._given_back = given_back
        calls = office.config.calls
        bounds = (calls.max_lateness_ms * 1_000, calls.max_queue_ms * 1_000, calls.max_busy_percent)
        self.admission = Admission(Limits(calls.limit, *bounds))

    def __len__(self) -> int:
        return len(self._live)

    def look(self) -> None:
        """Has admission learn how the worker is."""
        self.admission.note(self._office.readings())

    def refusal(self) -> str | None:
        """Why one more call can't be taken now; None where it can."""
        return self.admission.refusal(self._office.readings())

    def trouble(self) -> str | None:
        """Why no call can be taken now however few there are."""
        return self.admission.trouble(self._office.readings())

    def admit(self, caller: Caller) -> str | None:
        """Takes a place for a call that is about to ring, here or there; says why where there is none."""
        return self.admission.admit(caller.sip_call_id, self._office.readings(), placed=caller.outbound)

    def line_ended(self, caller: Caller) -> None:
        """A call that has no conversation gives its place back; one that has does so when that is over."""
        if self.admission.line_ended(caller.sip_call_id):
            self._given_back(caller.sip_call_id)

    def open(self, caller: Caller, line: Line) -> LiveCall:
        """Starts the session of a call. `line` is hung up when the conversation is over.

        Raises RuntimeError where it was not admitted.
        """
        header = new_header("phone", self._office.pack, self._office.config)
        log = ConversationLog(header)
        world = self._office.world
        session = self._session(log, line)
        if not self.admission.answered(caller.sip_call_id):
            raise RuntimeError(f"call {caller.sip_call_id} was not admitted")
        world.journal.begin(header)
        log.follow(lambda record: world.journal.write(header.conversation, record))
        self._live[header.conversation] = session
        self._empty.clear()
        _log.info("call started", extra={"call": header.conversation, "sip_call_id": caller.sip_call_id})
        recorded = self._office.recorder is not None
        started = CallStarted(
            "phone",
            caller.from_uri,
            caller.to_uri,
            header.civil_start,
            recorded=recorded,
            direction="outbound" if caller.outbound else "inbound",
            can_text=world.texts is not None,
        )
        self._group.create_task(self._serve(session, started, caller.sip_call_id))
        return LiveCall(session)

    def notice(self, event: EngineWentDown | EngineCameUp) -> None:
        """Every live conversation's log shows what happened to the engines."""
        self._tell_all(lambda session: session.notice(event))

    def announce_stop(self) -> None:
        """Every caller is told that the call has to end, and then it does."""
        self._tell_all(lambda session: session.notice(StopAnnounced()))

    def end_all(self, reason: str) -> None:
        self._tell_all(lambda session: session.end("operator", reason))

    def _tell_all(self, tell: Callable[[VoiceSession], None]) -> None:
        """A conversation that breaks when it is told is given up; the others are told, and the teller goes on."""
        for session in list(self._live.values()):
            try:
                tell(session)
            except Exception as defect:  # noqa: BLE001 - one conversation's boundary
                _log.exception("the conversation broke", extra={"call": session.conversation})
                with contextlib.suppress(Exception):  # it can't even log its end
                    session.abandon(f"{type(defect).__name__}: {defect}")

    async def drained(self) -> None:
        """Returns when the last call has ended."""
        await self._empty.wait()

    def _session(self, log: ConversationLog, line: Line) -> VoiceSession:
        office, header = self._office, log.header
        recorder = None if office.recorder is None else office.recorder(header.conversation)
        machine = build_core(office.pack, office.config.turns, header.conversation, recorded=recorder is not None)
        speech = SpeechWorld(
            office.recogniser,
            office.synthesiser,
            office.voice_activity(),
            recorder,
            line,
            office.voices,
            office.pack.lexicon,
            office.sounds,
            office.pack.agent.languages,
        )
        segments = Segments(segment_settings(office.config.turns))
        return VoiceSession(machine, log, office.world, speech, segments, on_end=partial(_let_go, line.hang_up))

    async def _serve(self, session: VoiceSession, started: CallStarted, call_id: str) -> None:
        """One conversation's boundary: whatever breaks in it, the others go on."""
        call = session.conversation
        try:
            await self._converse(session, started)
            self._account_for(session)
        except Exception:  # noqa: BLE001 - the boundary
            _log.exception("the end of a conversation broke", extra={"call": call})
        finally:
            del self._live[call]
            if self.admission.conversation_ended(call_id):
                self._given_back(call_id)
            if not self._live:
                self._empty.set()

    async def _converse(self, session: VoiceSession, started: CallStarted) -> None:
        try:
            await session.run(started)
        except Exception:  # noqa: BLE001 - a defect of this conversation is no reason to lose its account
            _log.exception("the conversation broke", extra={"call": session.conversation})
            session.abandon("a defect of the server, which logged the traceback")
        ended = fold(session.driver.log.read()).ended
        if ended is not None and ended.by == "agent":
            await asyncio.sleep(LINGER_S)

    def _account_for(self, session: VoiceSession) -> None:
        office = self._office
        records = list(session.driver.log.read())
        state = fold(records)
        for turn in latencies(records, pause_us=office.config.turns.pause_ms * 1_000):
            office.metrics.observe(turn)
        office.metrics.calls.labels("unknown" if state.ended is None else state.ended.by).inc()
        if state.quality is not None:
            office.metrics.observe_line(state.quality)
        for outcome in state.outcomes:
            office.metrics.outcomes.labels(outcome.journey, outcome.outcome).inc()
        less = sum(isinstance(each.entry, Transcribed) and each.entry.effort != "full" for each in records)
        _log.info("call ended", extra={"call": session.conversation, **_ending(state), "heard_with_less_effort": less})


def _let_go(hang_up: Callable[[], None], by: Ender) -> None:
    if by == "agent":
        asyncio.get_running_loop().call_later(LINGER_S, hang_up)
    else:
        hang_up()


def _ending(state: ConversationState) -> dict[str, object]:
    return {
        "by": None if state.ended is None else state.ended.by,
        "turns": len(state.caller_turns),
        "outcomes": [f"{outcome.journey}.{outcome.outcome}" for outcome in state.outcomes],
        "seconds": round(state.last_us / 1_000_000, 1),
    }
