"""How long a caller waited for an answer, by sample position on its own timeline, in windows of 10 ms. Pure.

Measured from outside the agent: from the end of the last window in which the caller's own line, as sent, was loud, to
the beginning of the first in which the agent was heard after it. What the agent was already saying is no answer.
"""

from __future__ import annotations

from typing import Final

import msgspec

from simulations.loudness import WINDOW_MS, voiced_runs

GAP: Final = 25
"""Windows: voice that pauses for less than 250 ms is the same stretch of voice."""
LEAST: Final = 2
OVERLAP: Final = 25
"""Windows that an answer begun too early must outlast the line by to have been the answer."""


class Timing(msgspec.Struct, frozen=True):
    """Of one turn of the caller's.

    `voice_to_voice_ms` is None where there was no answer, or where it began before the line was over. `answered` says
    which. `spoken_over`: the agent began while the caller was speaking. `stopped_after_ms`: how long the agent went on
    after the caller began to speak over it, None where it didn't. `answer_ms` is from when to when the answer was
    heard, on the call's own time.
    """

    voice_to_voice_ms: int | None
    answered: bool
    spoken_over: bool = False
    stopped_after_ms: int | None = None
    answer_ms: tuple[int, int] | None = None


def measure(sent: bytes | bytearray, heard: bytes | bytearray, began: int, ended: int, until: int) -> Timing:
    """The turn that was sent from window `began` to `ended`; the next one begins, or the call ends, at `until`.

    `sent` and `heard` have one byte a window of the whole call. A turn without a loud window (keys) ends at `ended`.
    """
    first = sent.find(1, began, ended)
    first = began if first < 0 else first
    last = sent.rfind(1, began, ended) + 1
    last = ended if last <= 0 else last
    runs = _heard_runs(heard, first, until)
    stopped_after_ms = next(((end - first) * WINDOW_MS for start, end in runs if start < first < end), None)
    spoken_over = any(first <= start < last for start, _ in runs)
    early = next((start for start, end in runs if first <= start < last and end >= last + OVERLAP), None)
    if early is not None:
        return Timing(None, True, spoken_over, stopped_after_ms, (early * WINDOW_MS, runs[-1][1] * WINDOW_MS))
    answer = next((start for start, _ in runs if start >= last), None)
    if answer is None:
        return Timing(None, False, spoken_over, stopped_after_ms)
    heard_ms = (answer * WINDOW_MS, runs[-1][1] * WINDOW_MS)
    return Timing((answer - last) * WINDOW_MS, True, spoken_over, stopped_after_ms, heard_ms)


def first_voice_ms(heard: bytes | bytearray) -> int | None:
    """When the other side was first heard, in milliseconds from the beginning; None for never."""
    runs = voiced_runs(heard, gap=GAP, least=LEAST)
    return runs[0][0] * WINDOW_MS if runs else None


def _heard_runs(heard: bytes | bytearray, first: int, until: int) -> list[tuple[int, int]]:
    """Stretches of voice that end after `first`, with their true beginnings."""
    start = first
    while start > 0 and heard.rfind(1, max(0, start - GAP), start) >= 0:
        start = heard.rfind(1, max(0, start - GAP), start)
    runs = voiced_runs(heard[start:until], gap=GAP, least=LEAST)
    return [(start + begin, start + end) for begin, end in runs if start + end > first]
