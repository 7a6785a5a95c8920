"""A voice session on a line without a network: 20 ms in, 20 ms out, in virtual time, with a caller played by the test.

async def caller(line: PhoneLine) -> None:
    await line.agent_is_done()
    await line.says("Where is my order?")

call = on_the_line(caller)                 # the example agent; call.log, call.line.heard()
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import msgspec
import numpy as np

from models.modem import demodulated, modulated
from models.scripted import ScriptedRecogniser, ScriptedSynthesiser, ScriptedVoiceActivity
from simulations import virtual_time
from tests.agent.core_script import CIVIL_START, example_pack
from tests.session.small_world import MemoryRecorder, small_world, understanding
from tests.testkit import HEADER
from voice_agent.agent.core import build_core
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, Pcm, level_dbfs, silence
from voice_agent.config import TurnsConfig
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent, CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import Entry, Header, encode_log
from voice_agent.machine import Machine
from voice_agent.ports.speech import Recogniser, Synthesiser
from voice_agent.session.segmenting import segment_settings
from voice_agent.session.voice import VoiceSession
from voice_agent.session.world import SpeechWorld, World
from voice_agent.turns.segments import Segments

EntryT = TypeVar("EntryT")
AnyMachine = Machine[AnyEvent, AnyAction]

RECOGNITION_US = 220_000
SYNTHESIS_US = 40_000
QUIET_DBFS = -60.0


class PhoneLine:
    """`agent` holds what was heard of the agent, frame by frame."""

    def __init__(self, session: VoiceSession) -> None:
        self.session = session
        self.agent: list[Pcm] = []
        self._begun_us = virtual_time.running_loop().now_us()

    async def tick(self, caller: Pcm | None = None, keys: Sequence[str] = ()) -> None:
        frame = silence(FRAME_SAMPLES) if caller is None else caller
        self.agent.append(self.session.tick(frame, keys))
        due_us = self._begun_us + len(self.agent) * FRAME_US
        await asyncio.sleep((due_us - virtual_time.running_loop().now_us()) / 1_000_000)

    async def waits(self, seconds: float) -> None:
        for _ in range(round(seconds * 1_000_000 / FRAME_US)):
            await self.tick()

    async def says(self, text: str) -> None:
        await self.plays(modulated(text))

    async def plays(self, pcm: Pcm) -> None:
        for start in range(0, pcm.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            await self.tick(pcm[start : start + FRAME_SAMPLES])

    async def presses(self, keys: str) -> None:
        for key in keys:
            await self.tick(keys=[key])
            await self.waits(0.2)

    async def agent_begins(self, *, within_s: float = 10.0) -> None:
        """Waits until the agent is heard."""
        async with asyncio.timeout(within_s):
            await self.tick()
            while self.agent_is_quiet:
                await self.tick()

    async def agent_is_done(self, *, within_s: float = 40.0) -> None:
        """Waits until the agent was heard and has been silent for 300 ms, or has hung up."""
        await self.agent_begins()
        quiet = 0
        async with asyncio.timeout(within_s):
            while quiet < 15 and not self.session.ended:
                await self.tick()
                quiet = quiet + 1 if self.agent_is_quiet else 0

    @property
    def agent_is_quiet(self) -> bool:
        return level_dbfs(self.agent[-1]) < QUIET_DBFS

    def heard(self, since_s: float = 0.0) -> str:
        """The agent's words from `since_s` on."""
        return demodulated(np.concatenate(self.agent[round(since_s * 1_000_000 / FRAME_US) :]))


@dataclass
class Call:
    """A call that is over: its log, its line, and what it was recorded as."""

    log: ConversationLog
    line: PhoneLine
    recorder: MemoryRecorder
    seconds: float
    told: list[str]
    """Who ended it, as often as that was told."""

    def entries(self) -> list[Entry]:
        return [record.entry for record in self.log.read() if record.entry is not None]

    def all_of(self, kind: type[EntryT]) -> list[EntryT]:
        return [entry for entry in self.entries() if isinstance(entry, kind)]

    def first(self, kind: type[EntryT]) -> EntryT:
        return self.all_of(kind)[0]

    def last(self, kind: type[EntryT]) -> EntryT:
        return self.all_of(kind)[-1]

    def tags(self) -> list[str]:
        return [record.tag for record in self.log.read()]

    def at_us(self, entry: Entry) -> int:
        return next(record.t_us for record in self.log.read() if record.entry == entry)

    def as_text(self) -> bytes:
        return encode_log(self.log.header, list(self.log.read()))


@dataclass
class Parts:
    """What a call is made of; the example agent and scripted engines where nothing else is said."""

    machine: AnyMachine | None = None
    world: Callable[[], World] = small_world
    recogniser: Recogniser = field(default_factory=lambda: ScriptedRecogniser(RECOGNITION_US))
    synthesiser: Synthesiser = field(default_factory=lambda: ScriptedSynthesiser(SYNTHESIS_US))
    recorded: bool = False
    header: Header = HEADER
    direction: Literal["inbound", "outbound"] = "inbound"
    early_ticks: int = 0
    """How often the media ticks before the conversation has begun."""


def on_the_line(caller: Callable[[PhoneLine], Awaitable[None]], parts: Parts | None = None) -> Call:
    """Plays a call in virtual time. It ends with `caller`, by hanging up where the agent hasn't."""
    understanding()  # trained before virtual time begins
    return virtual_time.run(_play(caller, Parts() if parts is None else parts))


async def _play(caller: Callable[[PhoneLine], Awaitable[None]], parts: Parts) -> Call:
    world, log, recorder = parts.world(), ConversationLog(parts.header), MemoryRecorder()
    world.journal.begin(parts.header)
    log.follow(lambda record: world.journal.write(log.header.conversation, record))
    turns = TurnsConfig()
    machine = parts.machine
    if machine is None:
        machine = build_core(example_pack(), turns, log.header.conversation, recorded=parts.recorded)
    speech = SpeechWorld(
        parts.recogniser, parts.synthesiser, ScriptedVoiceActivity(), recorder if parts.recorded else None
    )
    told: list[str] = []
    session = VoiceSession(machine, log, world, speech, Segments(segment_settings(turns)), on_end=told.append)
    for _ in range(parts.early_ticks):
        session.tick(silence(FRAME_SAMPLES))
    line = PhoneLine(session)
    started = CallStarted("phone", "+15550100101", "+15550199", CIVIL_START, recorded=parts.recorded)
    started = msgspec.structs.replace(started, direction=parts.direction)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(session.run(started))
        await asyncio.sleep(0)
        await caller(line)
        if not session.ended:
            session.end("caller", "hung up")
        await running
    return Call(log, line, recorder, virtual_time.running_loop().now_us() / 1_000_000, told)
