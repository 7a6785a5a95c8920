"""A synthetic caller's voice and keypad: prepared lines become frames, keys become digits at a person's pace.

Lines are synthesised before the call, so that no engine's speed is ever part of a caller's timing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

import msgspec
import numpy as np

from simulations.callers.filters import louder
from simulations.callers.sounds import cough, side_talk
from simulations.callers.utterances import Aside, Cough, Louder, Pause, Words, pieces_of
from simulations.loudness import QUIET_FRAME, WINDOWS_A_FRAME, voiced_windows
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm, silence
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


async def prepare_lines(
    texts: Iterable[str], voice: Synthesiser, clock: Clock, *, loudness_db: float = 0.0, seed: int = 0
) -> dict[str, PreparedLine]:
    """All of `texts` as audio, by the text with its marks, one after another. Raises what the port raises."""
    lines: dict[str, PreparedLine] = {}
    for number, text in enumerate(texts):
        lines[text] = prepared(await _uttered(text, voice, clock, loudness_db, seed + number))
    return lines


async def _uttered(text: str, voice: Synthesiser, clock: Clock, loudness_db: float, seed: int) -> Pcm:
    """`text` as sound: words by the voice, marks as what they mean."""
    pieces: list[Pcm] = []
    muffled = False
    for piece in pieces_of(text):
        match piece:
            case Words(text=words):
                deadline_us = clock.now_us() + SYNTHESIS_US
                pieces += [chunk async for chunk in voice.synthesize(words, deadline_us=deadline_us)]
            case Pause(ms=ms):
                pieces.append(silence(ms * RATE_HZ // 1_000))
            case Cough():
                pieces.append(cough(seed))
            case Louder(db=db):
                loudness_db += db
            case Aside():
                muffled = True
            case _:
                assert_never(piece)
    whole = np.concatenate(pieces) if pieces else silence(0)
    whole = side_talk(whole) if muffled else whole
    return whole if loudness_db == 0 else louder(whole, loudness_db)


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
