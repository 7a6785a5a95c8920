"""Speech that needs no model: 20 ms of two levels a character, which survive G.711; and who reads it back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np

from voice_agent.audio import Pcm, silence
from voice_agent.errors import EngineUnavailable
from voice_agent.ports.speech import Recognition

LEAST = 3_000
STEP = 1_000
HALF = 80


def speech_of(text: str) -> Pcm:
    """`int16[160 * characters]`; what is spoken can't be cut anywhere but between characters."""
    octets = np.frombuffer(text.encode("ascii"), np.uint8)
    nibbles = np.stack((octets >> 4, octets & 15), axis=1).reshape(-1).astype(np.int16)
    return np.repeat(LEAST + STEP * nibbles, HALF).astype(np.int16)


def text_of(pcm: Pcm) -> str:
    """The inverse; stretches of silence separate words."""
    words, at = [], 0
    loud = np.abs(pcm.astype(np.int32)) > LEAST // 2
    while at < pcm.size:
        if not loud[at]:
            at += 1
            continue
        quiet = np.flatnonzero(~loud[at:])
        end = at + (int(quiet[0]) if quiet.size else pcm.size - at)
        whole = (end - at) // (2 * HALF) * 2 * HALF
        levels = pcm[at : at + whole].astype(np.float64).reshape(-1, HALF)[:, 10:70].mean(axis=1)
        nibbles = np.clip(np.rint((levels - LEAST) / STEP), 0, 15).astype(np.uint8).reshape(-1, 2)
        words.append(bytes(nibbles[:, 0] << 4 | nibbles[:, 1]).decode("ascii", "replace"))
        at = end
    return " ".join(words)


class PlainVoice:
    """A synthesiser; `asked` holds what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def synthesize(self, text: str, *, deadline_us: int) -> AsyncIterator[Pcm]:
        self.asked.append(text)
        pcm = speech_of(text)
        yield pcm[: pcm.size // 2]
        yield pcm[pcm.size // 2 :]


class PlainEars:
    """A recogniser of `PlainVoice`; fails at the call whose number is in `failing`."""

    def __init__(self, failing: frozenset[int] = frozenset()) -> None:
        self.calls = 0
        self.lengths: list[int] = []
        self._failing = failing

    async def transcribe(self, pcm: Pcm, *, expects: str, deadline_us: int) -> Recognition:
        self.calls += 1
        self.lengths.append(pcm.size)
        if self.calls in self._failing:
            raise EngineUnavailable("no process left")
        return Recognition(text_of(pcm))


class Announcer:
    """An agent that says one thing after another: the first at once, each next `wait_ms` after the caller's voice.

    With `yields` it stops when spoken over. Hangs up after its last thing. The agent side of an audio call.
    """

    def __init__(self, *texts: str, wait_ms: int = 600, pause_ms: int = 500, yields: bool = True) -> None:
        self.keys: list[str] = []
        self.told: list[tuple[str, str]] = []
        self.heard: list[Pcm] = []
        self._texts = list(texts)
        self._wait_ticks = wait_ms // 20
        self._pause_ms = pause_ms
        self._yields = yields
        self._playing: list[Pcm] = []
        self._quiet_ticks = 0
        self._expecting = True
        self._hangs_up = False

    @property
    def ended(self) -> bool:
        return self._hangs_up and not self._playing

    def end(self, by: str, reason: str) -> None:
        self.told.append((by, reason))

    def tick(self, caller: Pcm, digits: object = ()) -> Pcm:
        assert isinstance(digits, list | tuple)
        self.keys += digits
        self.heard.append(caller.copy())
        if caller.any() or digits:
            self._quiet_ticks = 0
            self._expecting = True
            if self._yields:
                self._playing = []
        else:
            self._quiet_ticks += 1
        if not self._playing and self._expecting and self._quiet_ticks >= self._wait_ticks:
            self._next()
        return self._playing.pop(0) if self._playing else silence(160)

    def _next(self) -> None:
        self._expecting = False
        if not self._texts:
            self._hangs_up = True
            return
        parts = self._texts.pop(0).split("|")
        gap = silence(self._pause_ms * 8)
        sound = np.concatenate([chunk for part in parts for chunk in (speech_of(part), gap)])
        self._playing = list(sound.reshape(-1, 160))
