"""One trial of `barge_in`: a whole voice session in virtual time that is told something long while a sound comes in.

Session, core, voice activity, turn-taking, playout, line and jitter buffers are the product's and the simulations' own.
Recogniser and voices are the real engines; time stands still for them, and they answer after a modelled latency.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.barge_in_sounds import Sound
from models.weights import WeightsStore
from simulations import virtual_time
from simulations.callers.filters import louder
from simulations.callers.sounds import SOUNDS, side_talk
from simulations.callers.voices import voice_of
from simulations.callers.voicing import CallerVoices
from simulations.held_engines import HeldRecogniser, HeldSynthesiser
from simulations.held_world import Latencies
from simulations.line.line import Line
from simulations.loudness import voiced_windows
from voice_agent.agent.core import build_core
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, Pcm, silence
from voice_agent.clock import LoopClock, MonotonicClock
from voice_agent.config import Config
from voice_agent.conversation import actions as act
from voice_agent.conversation.actions import CallTool, Connect, Transfer, Understand
from voice_agent.conversation.commands import NotUnderstood, StartJourney
from voice_agent.conversation.events import CallStarted, Transcribed, Understood
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header, Record
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.ports.speech import Recogniser, Synthesiser, VoiceActivity
from voice_agent.session.segmenting import segment_settings
from voice_agent.session.voice import VoiceSession
from voice_agent.session.world import Progress, SpeechWorld, World
from voice_agent.turns.segments import Segments

AFTER_US: Final = 3_500_000
"""How long is waited after the sound is over."""
LONGEST_US: Final = 26_000_000


class Outcome(msgspec.Struct, frozen=True):
    """What came of a trial. Times are from the sound's first voiced 10 ms as it was sent, None where it didn't happen.

    `muted_us`: when the voice was first held or stopped. `decided_us`: when it was first stopped or set free.
    `stopped`: some utterance was dropped. `turns` were taken; `heard` is all that was recognised. `mutes` counts how
    often the voice was held, `silent_us` how long in all. Not
    `begun`: the agent never came to its answer, and there was nothing to try.
    """

    kind: str
    label: str
    seed: int
    muted_us: int | None
    decided_us: int | None
    stopped: bool
    turns: int
    heard: tuple[str, ...]
    mutes: int
    silent_us: int
    begun: bool = True


class NobodyElse:
    """Understanding, tools and hand-over of a caller who asks about an order; and a journal that keeps nothing."""

    def begin(self, header: Header) -> None:
        pass

    def write(self, conversation: str, record: Record) -> None:
        pass

    async def committed(self) -> None:
        pass

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        asks = "order" in asked.text.lower()
        return Understood(
            asked.request, (StartJourney("answer", 0.95) if asks else NotUnderstood("unclear"),), "none", 0
        )

    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        raise RuntimeError(f"nobody gave a reason to call {asked.tool}")

    async def transfer(self, conversation: str, asked: Transfer, /, *, deadline_us: int) -> None:
        pass  # the agent has not understood itself often enough

    async def connected(self, conversation: str, asked: Connect, /, *, deadline_us: int) -> None:
        raise RuntimeError(f"nobody gave a reason to put anybody through to {asked.address}")


@dataclass(frozen=True)
class TrialEngines:
    recogniser: Recogniser
    synthesiser: Synthesiser
    voice_activity: Callable[[], VoiceActivity]
    callers: CallerVoices
    weights: WeightsStore


@cache
def talkative(monologue: str) -> Pack:
    """An agent that has so much to say."""
    return load({"agent.yaml": _SPEAKER, "journeys/answer.yaml": _ANSWER.format(answer=monologue)})


_SPEAKER: Final = """
name: Speaker
language: en
greeting: Hello.
disclosure: I'm an automated assistant.
transfer: {to: callbacks}
"""
_ANSWER: Final = """
journey: answer
goal: The caller knows
when: {{examples: [tell me about my order]}}
steps:
  - say: >-
      {answer}
"""
OPENING: Final = "Can you tell me about my order?"
_ASKS_AFTER_FRAMES: Final = 40


async def play(sound: Sound, engines: TrialEngines) -> Outcome:
    """On a virtual loop."""
    clock, log, nobody = LoopClock(), ConversationLog(_header(sound)), NobodyElse()
    latencies, config = Latencies(), Config()
    core = build_core(talkative(sound.monologue), config.turns, log.header.conversation, recorded=False)
    real = MonotonicClock()
    speech = SpeechWorld(
        HeldRecogniser(engines.recogniser, real, latencies.recognition_us),
        HeldSynthesiser(engines.synthesiser, real, latencies.synthesis_us),
        engines.voice_activity(),
        None,
    )
    session = VoiceSession(
        core, log, World(clock, nobody, nobody, nobody, nobody), speech, Segments(segment_settings(config.turns))
    )
    opening = louder(await spoken(OPENING, sound.caller, engines.callers), sound.level_db)
    line = Call(session, Line(sound.line, sound.seed), opening, await sound_of(sound, engines.callers), sound)
    log.follow(line.watch)
    async with asyncio.TaskGroup() as group:
        group.create_task(session.run(CallStarted("phone", "caller", "agent", "2026-03-04T10:00:00.000+00:00")))
        await line.run()
        session.end("caller", "the trial is over")
    return outcome(sound, tuple(log.read()), line.onset_us)


class Call:
    """The caller's side: asks once the greeting is over, until the agent begins its long answer; then comes a sound."""

    def __init__(self, session: VoiceSession, line: Line, opening: Pcm, pcm: Pcm, sound: Sound) -> None:
        self.onset_us: int | None = None
        self._session = session
        self._line = line
        self._opening = _frames(opening)
        self._frames = _frames(pcm)
        self._sound = sound
        self._saying: list[Pcm] = []
        self._quiet = 0
        self._answering = False
        self._begins: int | None = None

    def watch(self, record: Record) -> None:
        """The log goes on."""
        if isinstance(record.entry, act.Say) and record.entry.clauses[0] in self._sound.monologue:
            self._answering = True

    async def run(self) -> None:
        loop = virtual_time.running_loop()
        begun_us, ticks, ends = loop.now_us(), 0, LONGEST_US // FRAME_US
        while ticks < ends:
            if ticks == self._begins:
                self._saying = list(self._frames)
                self.onset_us = ticks * FRAME_US + _voiced_from_us(self._frames)
                ends = min(ends, ticks + len(self._frames) + AFTER_US // FRAME_US)
            self._tick(ticks)
            ticks += 1
            await asyncio.sleep((begun_us + ticks * FRAME_US - loop.now_us()) / 1_000_000)

    def _tick(self, number: int) -> None:
        heard, _ = self._line.carry_to_agent(self._saying.pop(0) if self._saying else _QUIET)
        answered = self._session.tick(heard)
        self._line.carry_to_caller(answered)
        voiced = any(voiced_windows(answered))
        self._quiet = 0 if voiced or self._saying else self._quiet + 1
        if self._begins is None and self._answering and voiced:
            self._begins = number + self._sound.after_us // FRAME_US
        elif not self._answering and self._quiet == _ASKS_AFTER_FRAMES:
            self._saying, self._quiet = list(self._opening), 0


def _voiced_from_us(frames: list[Pcm]) -> int:
    windows = voiced_windows(np.concatenate(frames)) if frames else b""
    return next((at for at, voiced in enumerate(windows) if voiced), 0) * FRAME_US // 2


def outcome(sound: Sound, records: Iterable[Record], onset_us: int | None) -> Outcome:
    """What the log says of the time from the sound on; None where the agent never began its answer."""
    if onset_us is None:
        return Outcome(sound.kind, sound.label, sound.seed, None, None, False, 0, (), 0, 0, begun=False)
    muted = decided = held = None
    mutes = silent_us = turns = 0
    stopped = False
    heard: list[str] = []
    for record in records:
        t_us, entry = record.t_us, record.entry
        if t_us < onset_us:
            continue
        match entry:
            case act.HoldSpeaking():
                mutes, held = mutes + 1, t_us
                muted = t_us if muted is None else muted
            case act.ResumeSpeaking() | act.StopSpeaking(reason="the caller said something" | "the caller goes on"):
                stopped = stopped or isinstance(entry, act.StopSpeaking)
                muted = t_us if muted is None else muted
                decided = t_us if decided is None else decided
                if held is not None:
                    silent_us, held = silent_us + t_us - held, None
            case act.TakeTurn():
                turns += 1
            case Transcribed(text=text):
                heard.append(text)
            case _:
                pass
    return Outcome(
        sound.kind,
        sound.label,
        sound.seed,
        None if muted is None else muted - onset_us,
        None if decided is None else decided - onset_us,
        stopped,
        turns,
        tuple(heard),
        mutes,
        silent_us,
    )


async def sound_of(sound: Sound, callers: CallerVoices) -> Pcm:
    """`int16[samples]` that the caller's telephone sends by itself; nothing where the line does all of it."""
    if sound.words:
        said = await spoken(sound.words, sound.voice, callers)
        said = side_talk(said) if sound.kind == "side_talk" else said
    elif sound.made:
        said = SOUNDS[sound.made](sound.seed)
    else:
        return silence(0)
    return said if sound.level_db == 0 else louder(said, sound.level_db)


async def spoken(words: str, voice: str, callers: CallerVoices) -> Pcm:
    """`int16[samples]` at about -20 dBFS."""
    said = HeldSynthesiser(callers.voice(voice_of(voice)), MonotonicClock(), 0)
    return np.concatenate([chunk async for chunk in said.synthesize(words, deadline_us=0)])


def _frames(pcm: Pcm) -> list[Pcm]:
    padded = np.concatenate((pcm, silence(-pcm.size % FRAME_SAMPLES)))
    return list(padded.reshape(-1, FRAME_SAMPLES))


def _header(sound: Sound) -> Header:
    digest = talkative(sound.monologue).digest
    return Header(VERSION, f"{sound.kind}-{sound.seed}", "phone", "Speaker", digest, Config().digest(), sound.seed, "")


_QUIET: Final = silence(FRAME_SAMPLES)
_QUIET.flags.writeable = False
