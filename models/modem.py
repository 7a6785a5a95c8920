"""A modem for tests: text that travels as sound, through codecs, cuts and lost packets, and is read again. Pure.

    each UTF-8 byte    3 frames of 20 ms, all alike: about 16 characters a second, the pace of speech
    each frame         16 segments of 10 samples; its sign is one bit: 8 bits of the byte, then 8 bits of its position
    first segment      half as loud again as the others, so that a frame is found at any sample

A byte counts as heard if one of its three frames is whole. What was interrupted yields the part that was heard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from voice_agent.audio import FRAME_SAMPLES, Pcm

AMPLITUDE: Final = 4_000
REPEATS: Final = 3
_SEGMENT: Final = 10
_SEGMENTS: Final = FRAME_SAMPLES // _SEGMENT
_MARK: Final = 1.5
_LEAST_LEVEL: Final = 300.0
_LEAST_AGREEMENT: Final = 0.8
_LEVEL_SPREAD: Final = 0.25
_WEIGHTS: Final = 1 << np.arange(_SEGMENTS - 1, -1, -1)

_Numbers = npt.NDArray[np.float64]


def modulated(text: str) -> Pcm:
    """`int16[480 * bytes]` that carry `text`; a lone surrogate is carried as a question mark."""
    payload = np.frombuffer(text.encode("utf-8", "replace"), np.uint8).astype(np.int64)
    words = (payload << 8) | (np.arange(payload.size) & 0xFF)
    bits = (words[:, np.newaxis] & _WEIGHTS) > 0
    levels = np.where(bits, AMPLITUDE, -AMPLITUDE).astype(np.float64)
    levels[:, 0] *= _MARK
    frames = np.repeat(levels.astype(np.int16), _SEGMENT, axis=1)
    return np.repeat(frames, REPEATS, axis=0).reshape(-1)


def demodulated(pcm: Pcm) -> str:
    """The text in any stretch of `int16` samples, at any alignment; empty where there is none.

    Utterances one after the other (a position lower than the one before) are joined by a space.
    """
    utterances: list[dict[int, Counter[int]]] = [{}]
    before = -1
    for word in _words(pcm):
        byte, low = word >> 8, word & 0xFF
        position = _unwrapped(low, before)
        if position is None:
            utterances.append({})
            position = low
        utterances[-1].setdefault(position, Counter())[byte] += 1
        before = position
    texts = (_text(utterance) for utterance in utterances if utterance)
    return " ".join(text for text in texts if text != "")


def _unwrapped(low: int, before: int) -> int | None:
    """Position in the utterance from its lowest 8 bits; None where it is before the last: another utterance."""
    if before < 0:
        return low
    ahead = (low - before) & 0xFF
    return before + ahead if ahead < 0x80 else None


def _text(utterance: dict[int, Counter[int]]) -> str:
    heard = bytes(votes.most_common(1)[0][0] for _position, votes in sorted(utterance.items()))
    return heard.decode("utf-8", "ignore")


def _words(pcm: Pcm) -> Iterator[int]:
    """The 16 bits of every frame found, in order."""
    if pcm.size < FRAME_SAMPLES:
        return
    sums = np.concatenate(([0], np.cumsum(pcm, dtype=np.int64)))
    loud = np.concatenate(([0], np.cumsum(np.abs(pcm.astype(np.int64)))))
    segment_sum = (sums[_SEGMENT:] - sums[:-_SEGMENT]).astype(np.float64)
    segment_level = (loud[_SEGMENT:] - loud[:-_SEGMENT]) / _SEGMENT
    quality = _frame_quality(segment_sum, segment_level)
    at = 0
    good = np.flatnonzero(quality > 0)
    index = 0
    while index < good.size:
        at = int(good[index])
        best = at + int(np.argmax(quality[at : at + _SEGMENT]))
        signs = segment_sum[best : best + FRAME_SAMPLES - _SEGMENT + 1 : _SEGMENT] > 0
        yield int(np.dot(signs, _WEIGHTS))
        index = int(np.searchsorted(good, best + FRAME_SAMPLES - _SEGMENT // 2))


def _frame_quality(segment_sum: _Numbers, segment_level: _Numbers) -> _Numbers:
    """For every sample: how well a frame would start there (0 not at all, 1 perfect)."""
    starts = segment_sum.size - FRAME_SAMPLES + _SEGMENT
    agreement = np.divide(
        np.abs(segment_sum), segment_level * _SEGMENT, out=np.zeros_like(segment_sum), where=segment_level > 0
    )
    lowest = np.full(starts, np.inf)
    quietest = np.full(starts, np.inf)
    loudest = np.zeros(starts)
    worst = np.ones(starts)
    total = np.zeros(starts)
    for segment in range(_SEGMENTS):
        window = slice(segment * _SEGMENT, segment * _SEGMENT + starts)
        worst = np.minimum(worst, agreement[window])
        if segment > 0:
            quietest = np.minimum(quietest, segment_level[window])
            loudest = np.maximum(loudest, segment_level[window])
            total += segment_level[window]
    mean = total / (_SEGMENTS - 1)
    safe = np.maximum(mean, 1.0)
    mark = segment_level[:starts] / safe
    lowest = np.minimum(quietest / safe - (1 - _LEVEL_SPREAD), (1 + _LEVEL_SPREAD) - loudest / safe)
    fits = (mean >= _LEAST_LEVEL) & (worst >= _LEAST_AGREEMENT) & (lowest >= 0) & (np.abs(mark - _MARK) <= 0.2)
    return np.where(fits, np.maximum(0.001, worst + lowest - np.abs(mark - _MARK)), 0.0)
