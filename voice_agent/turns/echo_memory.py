"""What was sent and what came back lately, and the caller's words without it. Pure.

Kept only of calls on which an echo was found. When words are to be recognised a filter is learned from the newest
stretch before them in which the echo kept its delay and nobody spoke (`echo_filter`), and the echo is taken away from
them. The same tells, of a frame that may be an echo by its loudness, whether there is somebody in it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from voice_agent.audio import FRAME_SAMPLES, Pcm
from voice_agent.turns.echo_filter import EARLY, EXPLAINED, STEPS, TAPS, UNCHANGED, EchoFilter, Floats, learned
from voice_agent.turns.sent_sound import LEAST_POWER

_KEPT_FRAMES: Final = 800
"""16 s: an interruption ends the echo soon, and what nobody interrupts is no words."""
_LEARNED_FRAMES: Final = 98
"""2 s, less what a transform of 2.048 s needs besides."""
_SOUGHT_FRAMES: Final = 400
_SAME: Final = 3
"""In samples: as `echo` takes a delay for the same."""
_LONG_ENOUGH: Final = 30
_UNKNOWN: Final = -1
_LATEST_FRAMES: Final = 30
"""So long after it was sent something may come back, room and all."""
_WATCHED_FRAMES: Final = 26
_NEWEST_FRAMES: Final = 8
"""Of those, the beginning of a voice."""
_FEWEST_EXPLAINED: Final = 4
_LEAST_VOICE: Final = 0.1
_VOICE_OVER_RESIDUE: Final = 10.0
"""Of a frame's power: so much must be left without the echo, and so much more than usual, for a voice to be in it."""
_LEARN_EVERY: Final = 100


class EchoMemory:
    """One call's. Each tick: `heard`, then `sent`."""

    def __init__(self) -> None:
        self._frames = 0
        self._sent: npt.NDArray[np.int16] | None = None
        self._heard: npt.NDArray[np.int16] = np.zeros((0, FRAME_SAMPLES), np.int16)
        self._delays: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        self._nobody: npt.NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._since = 0
        """The first frame that is kept."""
        self._learned_for: int | None = None
        self._learned: tuple[EchoFilter, int] | None = None
        self._watching: tuple[EchoFilter, int] | None = None
        self._watching_since: int | None = None
        self._later = 0
        """How many frames later than `_watching` says the echo comes now."""

    def heard(self, caller: Pcm, delay: int | None, *, nobody: bool) -> None:
        """`int16[160]` came in; `delay` is the echo's, None while there is none, and `nobody` where it was alone."""
        if self._sent is None and delay is not None:
            self._sent = np.zeros((_KEPT_FRAMES, FRAME_SAMPLES), np.int16)
            self._heard = np.zeros((_KEPT_FRAMES, FRAME_SAMPLES), np.int16)
            self._delays = np.full(_KEPT_FRAMES, _UNKNOWN, np.int32)
            self._nobody = np.zeros(_KEPT_FRAMES, np.bool_)
            self._since = self._frames
        if self._sent is not None:
            at = self._frames % _KEPT_FRAMES
            self._heard[at] = caller
            self._sent[at] = 0
            self._delays[at] = _UNKNOWN if delay is None else delay
            self._nobody[at] = nobody
        self._frames += 1

    def sent(self, agent: Pcm) -> None:
        """`int16[160]` went out in the tick of the newest frame."""
        if self._sent is not None:
            self._sent[(self._frames - 1) % _KEPT_FRAMES] = agent

    def somebody(self) -> bool:
        """Whether the newest frame, which is no louder than an echo may be, has a voice in it besides."""
        found, now = self._watched(), self._frames - 1
        if found is None:
            return False
        path, delay = found
        heard = self._of(self._heard, now, now + 1)[0]
        least = max(_LEAST_VOICE, _VOICE_OVER_RESIDUE * path.residue) * float(heard @ heard)
        left = heard - path.echo(self._sent_for(now, now + 1, delay + self._later * FRAME_SAMPLES))
        return float(left @ left) > least and self._left_of_newest(path, delay) > least

    def _watched(self) -> tuple[EchoFilter, int] | None:
        """The filter by which voices are told, learned when it is first asked for."""
        due = self._watching_since is None or self._frames - self._watching_since >= _LEARN_EVERY
        if self._watching is None and due:
            self._watching, self._later = self._learn(self._frames - _NEWEST_FRAMES), 0
            self._watching_since = self._frames
        return self._watching

    def _left_of_newest(self, path: EchoFilter, delay: int) -> float:
        """The power in the newest frame without its echo; 0 where the filter doesn't explain those before it: somebody
        has spoken for a while, or it is of no use any more, and soon another is learned."""
        end = self._frames
        first = max(self._since, end - _WATCHED_FRAMES)
        heard = self._of(self._heard, first, end)
        left, later = path.less_echo(heard, self._sent_for(first - STEPS, end + STEPS, delay), self._later)
        powers, lefts = np.einsum("ij,ij->i", heard, heard), np.einsum("ij,ij->i", left, left)
        loud = powers[:-_NEWEST_FRAMES] > LEAST_POWER * FRAME_SAMPLES
        explained = np.count_nonzero(loud & (lefts[:-_NEWEST_FRAMES] < EXPLAINED * powers[:-_NEWEST_FRAMES]))
        if 2 * explained < np.count_nonzero(loud) or explained < _FEWEST_EXPLAINED:
            self._doubt()
            return 0.0
        self._later = self._later if later[-1] == UNCHANGED else int(later[-1])
        return float(lefts[-1])

    def _doubt(self) -> None:
        if self._watching_since is not None and self._frames - self._watching_since >= _LEARN_EVERY:
            self._watching = None

    def without_echo(self, pcm: Pcm, at_sample: int) -> Pcm:
        """`int16[samples]` of the caller's track, from `at_sample` on, less the echo where one is known."""
        first, end = at_sample // FRAME_SAMPLES, -(-(at_sample + pcm.size) // FRAME_SAMPLES)
        if self._sent is None or pcm.size == 0:
            return pcm
        found = self._filter_for(first)
        first = max(first, self._since, self._frames - _KEPT_FRAMES + _LATEST_FRAMES)
        end = min(end, self._last_echo(first, end))
        if found is None or end <= first:
            return pcm
        path, delay = found
        known = int(self._delays[first % _KEPT_FRAMES])
        later = 0 if known == _UNKNOWN else round((known - delay) / FRAME_SAMPLES)
        sent = self._sent_for(first - STEPS, end + STEPS, delay)
        left, moved = path.less_echo(self._of(self._heard, first, end), sent, later)
        return _replaced(pcm, first * FRAME_SAMPLES - at_sample, left, moved != UNCHANGED)

    def _filter_for(self, first: int) -> tuple[EchoFilter, int] | None:
        """The filter for words that begin in frame `first`, and its delay: learned once for all looks at them."""
        if self._learned_for != first:
            self._learned_for, self._learned = first, self._learn(first)
        return self._learned

    def _learn(self, before: int) -> tuple[EchoFilter, int] | None:
        run = self._steady(before)
        if run is None:
            return None
        begin, end = run
        delay = int(self._delays[(end - 1) % _KEPT_FRAMES])
        counts = np.take(self._nobody, np.arange(begin, end) % _KEPT_FRAMES)
        path = learned(self._of(self._heard, begin, end), self._sent_for(begin, end, delay), counts)
        return None if path is None else (path, delay)

    def _steady(self, before: int) -> tuple[int, int] | None:
        """The newest run of frames before `before` in which the echo kept its delay for long enough: begin and end."""
        end = min(before, self._frames)
        stop = max(self._since, self._frames - _KEPT_FRAMES + _LATEST_FRAMES, before - _SOUGHT_FRAMES)
        while end > stop:
            delay, begin = int(self._delays[(end - 1) % _KEPT_FRAMES]), end - 1
            while begin > stop and abs(int(self._delays[(begin - 1) % _KEPT_FRAMES]) - delay) <= _SAME:
                begin -= 1
            alone = begin + np.flatnonzero(np.take(self._nobody, np.arange(begin, end) % _KEPT_FRAMES))
            if delay != _UNKNOWN and alone.size >= _LONG_ENOUGH:
                end = int(alone[-1]) + 1
                return max(begin, end - _LEARNED_FRAMES), end
            end = begin
        return None

    def _last_echo(self, first: int, end: int) -> int:
        """Where the last of what was sent, and may come back in the frames, has died away."""
        assert self._sent is not None
        begin = max(first - _LATEST_FRAMES, self._since)
        sounding = np.take(self._sent, np.arange(begin, min(end, self._frames)) % _KEPT_FRAMES, axis=0).any(axis=1)
        return 0 if not sounding.any() else begin + int(np.flatnonzero(sounding)[-1]) + 1 + _LATEST_FRAMES

    def _of(self, ring: npt.NDArray[np.int16], begin: int, end: int) -> Floats:
        return np.take(ring, np.arange(begin, end) % _KEPT_FRAMES, axis=0).astype(np.float64)

    def _sent_for(self, begin: int, end: int, delay: int) -> Floats:
        """What was sent that the echo in these frames comes from, silence where nothing is kept."""
        assert self._sent is not None
        first = (begin - 1) * FRAME_SAMPLES - delay + EARLY - TAPS + 1
        last = (end - 1) * FRAME_SAMPLES - delay + EARLY
        kept_from = max(self._since, self._frames - _KEPT_FRAMES)
        from_frame, to_frame = first // FRAME_SAMPLES, -(-last // FRAME_SAMPLES)
        frames = np.arange(from_frame, to_frame)
        sent = np.take(self._sent, frames % _KEPT_FRAMES, axis=0).astype(np.float64)
        sent[(frames < kept_from) | (frames >= self._frames)] = 0.0
        return sent.reshape(-1)[first - from_frame * FRAME_SAMPLES :][: last - first]


def _replaced(pcm: Pcm, offset: int, frames: Floats, changed: npt.NDArray[np.bool_]) -> Pcm:
    """`pcm` with those of `frames`, of which the first begins at `offset`, that have changed."""
    out = pcm.copy()
    rounded = np.clip(np.rint(frames), -32_768, 32_767).astype(np.int16)
    for index in np.flatnonzero(changed).tolist():
        at = offset + index * FRAME_SAMPLES
        skipped, ends = max(0, -at), min(FRAME_SAMPLES, pcm.size - at)
        out[at + skipped : at + ends] = rounded[index, skipped:ends]
    return out
