"""Calls to the example agent that go on for ever, without a network: whatever is said, they ask it to repeat itself.

What their words mean is scripted; core, turns, voice activity, playout, store and recording are the product's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.server_process import EXAMPLE
from models.scripted import ScriptedSynthesiser
from telephony.rtp.sender import Origin
from telephony.rtp.source_latch import Address
from telephony.rtp.stream import RtpStream, StreamTerms
from voice_agent.agent.core import build_core
from voice_agent.app.headers import new_header
from voice_agent.app.office import load_agent
from voice_agent.audio import Pcm
from voice_agent.clock import LoopClock
from voice_agent.config import Config
from voice_agent.conversation.actions import CallTool, Connect, Transfer, Understand
from voice_agent.conversation.commands import Repeat
from voice_agent.conversation.events import CallStarted, Understood
from voice_agent.conversation.log import ConversationLog
from voice_agent.journeys.pack import Pack
from voice_agent.ports.speech import ENGLISH, Languages, Recognition, VoiceActivity
from voice_agent.ports.urgency import Urgency
from voice_agent.session.segmenting import segment_settings
from voice_agent.session.voice import VoiceSession
from voice_agent.session.world import Progress, Recorder, SpeechWorld, World
from voice_agent.stores.recordings import Recordings
from voice_agent.stores.sqlite import Store
from voice_agent.turns.segments import Segments

SOURCE: Final = ("192.0.2.7", 40_000)
SYNTHESIS_US: Final = 40_000


class Timed:
    """A part of a call whose `spent_ns` adds up, of the calling thread's CPU."""

    def __init__(self) -> None:
        self.spent_ns = 0


class TimedVoiceActivity(Timed):
    def __init__(self, inner: VoiceActivity) -> None:
        super().__init__()
        self._inner = inner

    def prepare(self, frame: Pcm) -> None:
        began_ns = time.thread_time_ns()
        self._inner.prepare(frame)
        self.spent_ns += time.thread_time_ns() - began_ns

    def probability(self, frame: Pcm) -> float:
        began_ns = time.thread_time_ns()
        out = self._inner.probability(frame)
        self.spent_ns += time.thread_time_ns() - began_ns
        return out


class TimedRecorder(Timed):
    def __init__(self, inner: Recorder) -> None:
        super().__init__()
        self._inner = inner

    def announce(self) -> None:
        self._inner.announce()

    def frame(self, caller: Pcm, agent: Pcm) -> None:
        began_ns = time.thread_time_ns()
        self._inner.frame(caller, agent)
        self.spent_ns += time.thread_time_ns() - began_ns

    def end(self) -> None:
        self._inner.end()


@dataclass
class EndlessCall:
    """One call: its media come from `source`."""

    stream: RtpStream
    session: VoiceSession
    started: CallStarted
    source: Address
    voice_activity: TimedVoiceActivity
    recorder: TimedRecorder


class _Repeating:
    """Recogniser, understanding, tools and hand-over of callers who want to hear it again."""

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        return Recognition("Could you say that again?", engine="scripted")

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        return Understood(asked.request, (Repeat(),), "scripted", 0)

    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        raise RuntimeError(f"nobody gave a reason to call {asked.tool}")

    async def transfer(self, conversation: str, asked: Transfer, /, *, deadline_us: int) -> None:
        raise RuntimeError(f"nobody gave a reason to hand over: {asked.reason}")

    async def connected(self, conversation: str, asked: Connect, /, *, deadline_us: int) -> None:
        raise RuntimeError(f"nobody gave a reason to put anybody through to {asked.address}")


class CallFactory:
    """Opens calls that share a store and a recordings thread under `folder`. `close` it when they have ended."""

    def __init__(self, folder: Path, voice_activity: Callable[[], VoiceActivity]) -> None:
        self._voice_activity = voice_activity
        self._pack: Pack = load_agent(EXAMPLE)[0]
        self._store = Store(folder)
        self._recordings = Recordings(folder)

    def close(self) -> None:
        self._recordings.close()
        self._store.close()

    def open(self, number: int) -> EndlessCall:
        """Call it on the loop that the calls run on."""
        config, callers, clock = Config(), _Repeating(), LoopClock()
        header = new_header("phone", self._pack, config)
        log, journal = ConversationLog(header), self._store
        journal.begin(header)
        log.follow(lambda record: journal.write(header.conversation, record))
        activity = TimedVoiceActivity(self._voice_activity())
        recorder = TimedRecorder(self._recordings.start(header.conversation))
        session = VoiceSession(
            build_core(self._pack, config.turns, header.conversation, recorded=True),
            log,
            World(clock, callers, callers, callers, journal),
            SpeechWorld(callers, ScriptedSynthesiser(SYNTHESIS_US), activity, recorder),
            Segments(segment_settings(config.turns)),
        )
        source = (SOURCE[0], SOURCE[1] + 2 * number)
        stream = RtpStream(StreamTerms(remote=source, origin=Origin(number, number, number)))
        started = CallStarted(
            "phone", f"sip:{number}@example.org", "sip:agent@example.org", header.civil_start, recorded=True
        )
        return EndlessCall(stream, session, started, source, activity, recorder)
