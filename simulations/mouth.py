"""A synthetic caller's voice and keypad: prepared lines become frames, keys become digits at a person's pace.

Lines are synthesised before the call, so that no engine's speed is ever part of a caller's timing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
import numpy as np

from simulations.loudness import QUIET_FRAME, WINDOWS_A_FRAME, voiced_windows
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.clock import Clock
from voice_agent.ports.speech import Synthesiser

SYNTHESIS_US: Final = 30_000_000
TICKS_A_KEY: Final = 12
"""240 ms: a key's tone and its pause on the line take 220."""


class PreparedLine(msgspec.Struct, frozen=True):
    """`frames` is `int16[n, 160]`; `voiced` has one byte for each of their 2 n windows of 10 ms."""

    frames: Pcm
    voiced: bytes


def prepared(pcm: Pcm) -> PreparedLine:
    """`int16[samples]`, filled up with silence to whole frames."""
    frames = -(-pcm.size // FRAME_SAMPLES)
    padded = np.concatenate((pcm, silence(frames * FRAME_SAMPLES - pcm.size)))
    return PreparedLine(padded.reshape(frames, FRAME_SAMPLES), voiced_windows(padded))


async def prepare_lines(texts: Iterable[str], voice: Synthesiser, clock: Clock) -> dict[str, PreparedLine]:
    """All of `texts` as audio, one after another. Raises what the port raises."""
    lines: dict[str, PreparedLine] = {}
    for text in texts:
        chunks = [chunk async for chunk in voice.synthesize(text, deadline_us=clock.now_us() + SYNTHESIS_US)]
        lines[text] = prepared(np.concatenate(chunks) if chunks else silence(0))
    return lines


class Mouth:
    """Speaks one thing at a time. `pull` is called once every 20 ms."""

    def __init__(self) -> None:
        self._silence = silence(FRAME_SAMPLES)
        self._silence.flags.writeable = False
        self._line: PreparedLine | None = None
        self._frame = 0
        self._keys = ""
        self._ticks_to_key = 0

    @property
    def busy(self) -> bool:
        """Whether a line or keys are still being sent."""
        return self._line is not None or self._ticks_to_key > 0 or self._keys != ""

    def say(self, line: PreparedLine) -> None:
        """From the next frame on, in place of what is being said."""
        self.stop()
        if len(line.frames):
            self._line = line

    def press(self, keys: str) -> None:
        """One key every 240 ms, the first at once."""
        self.stop()
        self._keys = keys

    def stop(self) -> None:
        """Silence, at once."""
        self._line = None
        self._frame = 0
        self._keys = ""
        self._ticks_to_key = 0

    def pull(self) -> tuple[Pcm, tuple[str, ...], bytes]:
        """20 ms: a read-only `int16[160]`, the keys pressed in it, and whether its two windows are voiced."""
        line = self._line
        if line is None:
            return self._silence, self._pressed(), QUIET_FRAME
        frame, window = line.frames[self._frame], self._frame * WINDOWS_A_FRAME
        self._frame += 1
        if self._frame == len(line.frames):
            self.stop()
        return frame, (), line.voiced[window : window + WINDOWS_A_FRAME]

    def _pressed(self) -> tuple[str, ...]:
        if self._ticks_to_key > 0:
            self._ticks_to_key -= 1
            return ()
        if not self._keys:
            return ()
        key, self._keys = self._keys[0], self._keys[1:]
        self._ticks_to_key = TICKS_A_KEY - 1
        return (key,)
