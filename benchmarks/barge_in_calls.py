"""How soon the agent falls silent, at the RTP socket of real calls to a server in another process. A shell.

Callers speak into the greeting, at a drawn moment, words that were synthesised before; the server's engines are the
real ones. From the packet with the caller's first voiced 10 ms to the last loud packet of the agent before it is silent
for `QUIET_US`: muted and stopped are the same to the ear.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import uvloop

from benchmarks.answer_times import SentFrame
from benchmarks.barge_in_sounds import INTERRUPTIONS, VOICES
from benchmarks.metered_call import MeteredCall
from benchmarks.report import say
from benchmarks.server_process import running_server
from benchmarks.statistics import spread
from simulations.callers.filters import louder
from simulations.callers.voices import voice_of
from simulations.callers.voicing import CallerVoices
from simulations.loudness import QUIET_FRAME, voiced_windows
from simulations.mouth import PreparedLine, prepared
from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, Pcm, silence
from voice_agent.errors import CallFailed

CALLS: Final = 120
QUICK_CALLS: Final = 8
AT_ONCE: Final = 4
EARLIEST_MS, LATEST_MS = 600, 3_500
AFTER_MS: Final = 1_400
QUIET_US: Final = 300_000
"""So long the agent must be silent for it to be the end: clauses have shorter pauses."""
GIVE_UP_MS: Final = 20_000
ATTEMPTS: Final = 10
AGAIN_S: Final = 3.0


class Mute(msgspec.Struct, frozen=True):
    """One interruption: `silent_us` from onset to the last loud packet, None where the agent went on.

    The call was `refused` so often before.
    """

    words: str
    silent_us: int | None
    refused: int = 0


class Interrupter:
    """A caller that says one thing, some time after the agent has begun to speak, and then hangs up."""

    def __init__(self, line: PreparedLine, after_ms: int) -> None:
        self.reason = "said all"
        self.hung_up = False
        self._frames = line.frames
        self._begins = after_ms // FRAME_MS
        self._heard_ticks = self._ticks = 0

    async def listen(self) -> None:
        """It understands nothing."""

    def tick(self, heard: Pcm) -> tuple[Pcm, Sequence[str]]:
        self._ticks += 1
        if self._heard_ticks > 0 or any(voiced_windows(heard)):
            self._heard_ticks += 1
        at = self._heard_ticks - self._begins
        done = at > len(self._frames) + AFTER_MS // FRAME_MS
        self.hung_up = self.hung_up or done or self._ticks > GIVE_UP_MS // FRAME_MS
        return (self._frames[at] if 0 <= at < len(self._frames) else _SILENCE), ()

    def end(self, by: str, reason: str) -> None:
        self.hung_up, self.reason = True, reason


def silent_after(sent: Sequence[SentFrame], loud_us: Sequence[int]) -> int | None:
    """Microseconds from the first voiced packet that was sent to the last loud one before a silence.

    Negative is 0: the agent was between two clauses. None where the caller was never heard, or the agent never silent.
    """
    onset_us = next((frame.at_us for frame in sent if frame.voiced != QUIET_FRAME), None)
    if onset_us is None:
        return None
    last_us = max((at_us for at_us in loud_us if at_us <= onset_us), default=None)
    if last_us is None:
        return None
    for at_us in (at_us for at_us in loud_us if at_us > onset_us):
        if at_us - last_us >= QUIET_US:
            break
        last_us = at_us
    watched_us = sent[-1].at_us - last_us
    return max(0, last_us - onset_us) if watched_us >= QUIET_US else None


def measure_calls(voices: CallerVoices, *, quick: bool, seed: int) -> dict[str, Any]:
    """The tree that is printed. Raises CallFailed where no server comes up."""
    return uvloop.run(_measure(voices, quick=quick, seed=seed))


async def _measure(voices: CallerVoices, *, quick: bool, seed: int) -> dict[str, Any]:
    calls = await _drawn(voices, QUICK_CALLS if quick else CALLS, seed)
    with tempfile.TemporaryDirectory() as folder:
        say("barge_in: starting the server")
        async with running_server(Path(folder)) as server:
            turns = asyncio.Semaphore(2 if quick else AT_ONCE)
            mutes = await asyncio.gather(*(_call(server.sip, *call, turns) for call in calls))
    known = [mute.silent_us / 1_000 for mute in mutes if mute.silent_us is not None]
    slowest = sorted(known, reverse=True)[: len(known) // 20 + 1]
    return {
        "silent_ms": spread(known),
        "refused": sum(mute.refused for mute in mutes),
        "went_on": [mute.words for mute in mutes if mute.silent_us is None],
        "slowest": [mute.words for mute in mutes if mute.silent_us is not None and mute.silent_us / 1_000 in slowest],
    }


async def _drawn(voices: CallerVoices, number: int, seed: int) -> list[tuple[int, str, PreparedLine, int]]:
    chance = np.random.default_rng(seed)
    out = []
    for call in range(number):
        words = INTERRUPTIONS[int(chance.integers(len(INTERRUPTIONS)))]
        voice = voices.voice(voice_of(VOICES[int(chance.integers(len(VOICES)))]))
        deadline_us = 2**62
        chunks = [chunk async for chunk in voice.synthesize(words, deadline_us=deadline_us)]
        said = louder(np.concatenate(chunks), float(chance.choice((-8.0, -4.0, 0.0, 4.0))))
        out.append((call, words, prepared(said), int(chance.integers(EARLIEST_MS, LATEST_MS))))
    return out


async def _call(uri: str, number: int, words: str, line: PreparedLine, after_ms: int, turns: asyncio.Semaphore) -> Mute:
    """A call that is refused, because something else keeps the machine busy, is made again a little later."""
    async with turns:
        for attempt in range(ATTEMPTS):
            call = MeteredCall(f"barge-in-{number}-{attempt}", Interrupter(line, after_ms))
            try:
                await call.run(uri, f"+1555{number:07}")
                return Mute(words, silent_after(call.sent, call.voiced_us), attempt)
            except CallFailed as refused:
                say(f"barge_in: {refused}")
                await asyncio.sleep(AGAIN_S)
    raise CallFailed(f"call {number} was refused {ATTEMPTS} times: is the machine busy with something else?")


_SILENCE: Final = silence(FRAME_SAMPLES)
_SILENCE.flags.writeable = False
