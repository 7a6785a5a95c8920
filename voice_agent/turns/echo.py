"""Whether what comes from the caller is the agent's own voice, come back over a loudspeaker. Pure.

What was sent is known to the sample, so it is looked for in what comes in: both are whitened by a difference, and
correlated over all delays up to half a second (normalised, by Fourier transform: Knapp and Carter, IEEE Trans. ASSP
24, 1976). What is that like it is an echo. Seen at the same delay for a tenth of a second, its delay and its loss are
known: from then on a frame is an echo where it is no louder than what was sent one delay ago would make it, room and
all, or where it is like it at that delay. What is louder has somebody's voice in it, so that double talk is never taken
for an echo for long. An echo that isn't found any more is forgotten.

It doesn't remove the echo from what is heard, it tells when there is nothing else; `echo_memory` takes it out of words.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.turns.sent_sound import (
    LEAST_POWER,
    LONGEST_DELAY,
    WINDOW,
    Floats,
    SentSound,
    Sighting,
    samples_that_count,
    whitened,
)

LIKE: Final = 0.5
"""Of a normalised correlation. Two voices that have nothing to do with each other stay below 0.35 at most delays."""
CHANCE: Final = 5.0
"""By chance alone the best of so many delays reaches four over the root of the samples that count."""
STILL_LIKE: Final = 0.7
"""At the known delay so much is an echo however loud it is: nothing beside it is as loud."""
UNLIKE: Final = 0.3
LOUDER: Final = 10**0.5
"""Power above what the echo alone would have: 5 dB are somebody else."""
_SIGHTINGS: Final = 3
_SAME: Final = 3
"""In samples. An echo keeps its delay; likenesses by chance, such as of two pitches, wander."""
_SIGHTED_TICKS: Final = 8
"""An echo is known once it was seen so often, over so long: windows that overlap may err together."""
_SIGHTED_WITHIN_TICKS: Final = 300
_DOUBTS: Final = 5
_PATIENCE: Final = 25
_SEARCH_EVERY: Final = 4
"""How often all delays are searched while no echo is known: at first each time."""
_SEARCH_ELSEWHERE_EVERY: Final = 8
_CONFIRM_EVERY: Final = 5
_LEARN: Final = 0.25
_FRAMES: Final = WINDOW // FRAME_SAMPLES
_STEPS: Final = tuple(frames * FRAME_SAMPLES for frames in (-1, 1, -2, 2, -3, 3))


class EchoGate:
    """One call's. Each tick: `judge` what came in, then `sent` what goes out."""

    def __init__(self) -> None:
        self.delay: int | None = None
        """In samples, from the tick in which something is sent; None while no echo is known."""
        self.alone = False
        """Whether the newest frame is as loud as the known echo by itself: nobody's word is lost without it."""
        self._reference = SentSound()
        self._frames = deque([silence(FRAME_SAMPLES)] * (_FRAMES + 1), _FRAMES + 1)
        """The newest that came in, and the one before them."""
        self._caller: Floats = np.zeros(WINDOW, np.float32)
        self._gain = 0.0
        """Power of the echo in that of what was sent."""
        self._ticks = 0
        self._compared = 0
        self._candidate = 0
        self._sightings = 0
        self._sighted_since = 0
        self._doubts = 0

    @property
    def known(self) -> bool:
        """Whether there is an echo on this line: what `judge` finds until then may be chance."""
        return self.delay is not None

    @property
    def return_db(self) -> float | None:
        """How much louder (less than 0: quieter) the echo is than what was sent; None while none is known."""
        return None if self.delay is None or self._gain <= 0 else 10 * math.log10(self._gain)

    def like_anything_sent(self) -> bool:
        """Whether the frame judged last, and those before it, are an echo at whatever delay."""
        return self._reference.anywhere(self._caller).likeness >= STILL_LIKE

    def sent(self, agent: Pcm) -> None:
        """`int16[160]` of the agent went out in this tick."""
        self._reference.sent(agent)

    def judge(self, caller: Pcm, *, suspicious: bool) -> bool:
        """Whether `int16[160]` that came in, and must stay as they are, are an echo and nothing more.

        `suspicious`: they sound like a voice. What doesn't is compared by loudness only, once an echo is known.
        """
        self._ticks += 1
        self.alone = False
        self._frames.append(caller)
        if not self._reference.audible or (self.delay is None and not suspicious):
            return False
        before, *frames = self._frames
        whitened(np.concatenate(frames), np.float32(before[-1]), self._caller)
        newest = self._caller[-FRAME_SAMPLES:]
        power = float(np.dot(newest, newest)) / FRAME_SAMPLES
        if power < LEAST_POWER:
            return False
        expected = 0.0 if self.delay is None else self._gain * self._reference.lately(self.delay)
        self.alone = power <= expected
        if self.delay is not None and power <= LOUDER * expected:
            if suspicious and self._ticks % _CONFIRM_EVERY == 0:
                self._confirm(self.delay, power)
            return True
        return suspicious and self._seen()

    def _seen(self) -> bool:
        """Whether it is like what was sent: where the echo is known or was seen, a step beside it, or anywhere."""
        if self.delay is not None:
            found = self._reference.near(self.delay, self._caller)
            if found.likeness >= LIKE:
                self._learn(found)
                return found.likeness >= STILL_LIKE
            return self._stepped(self.delay) or self._searched(_SEARCH_ELSEWHERE_EVERY)
        if self._sightings > 0:
            found = self._reference.near(self._candidate, self._caller)
            if found.likeness >= self._like() and abs(found.delay - self._candidate) <= _SAME:
                self._sight(found)
                return True
        return self._searched(1 if self._compared < _PATIENCE else _SEARCH_EVERY)

    def _like(self) -> float:
        """What is likely to be more than chance."""
        return max(LIKE, CHANCE / math.sqrt(samples_that_count(self._caller)))

    def _stepped(self, delay: int) -> bool:
        """Jitter buffers grow and shrink by whole frames: the same echo, a little sooner or later."""
        for step in _STEPS:
            if not 0 <= delay + step <= LONGEST_DELAY:
                continue
            found = self._reference.near(delay + step, self._caller)
            if found.likeness >= STILL_LIKE and found.gain > self._gain / LOUDER:
                self.delay, self._doubts = found.delay, 0
                return True
        return False

    def _searched(self, every: int) -> bool:
        """Looks at all delays, every so often."""
        self._compared += 1
        if self._compared % every != 0:
            return False
        found = self._reference.anywhere(self._caller)
        if found.likeness < self._like():
            return False
        self._sight(found)
        return True

    def _sight(self, found: Sighting) -> None:
        """An echo, or chance: it is known once it has been seen at one delay for a while."""
        lost = self._ticks - self._sighted_since > _SIGHTED_WITHIN_TICKS
        if self._sightings == 0 or abs(found.delay - self._candidate) > _SAME or lost:
            self._candidate, self._sightings, self._sighted_since = found.delay, 0, self._ticks
        self._sightings += 1
        if self._sightings >= _SIGHTINGS and self._ticks - self._sighted_since >= _SIGHTED_TICKS:
            self.delay, self._gain, self._doubts, self._compared = found.delay, found.gain, 0, 0

    def _learn(self, found: Sighting) -> None:
        self.delay, self._doubts = found.delay, 0
        self._gain += _LEARN * (found.gain - self._gain)

    def _confirm(self, delay: int, power: float) -> None:
        """What is quiet enough to be an echo should be one; where it never is, there is none any more."""
        if 2 * power < self._gain * self._reference.at(delay):
            return
        found = self._reference.near(delay, self._caller)
        if found.likeness >= LIKE:
            self._learn(found)
        elif found.likeness < UNLIKE:
            self._doubts += 1
            if self._doubts >= _DOUBTS:
                self.delay, self._sightings = None, 0
