"""When the agent speaks and when it is done, from voiced windows of 10 ms; and which pieces to have transcribed. Pure.

Speech breaks off for clauses and breath, so only a silence of `finished_ms` ends an utterance. A long one is handed
over in pieces, cut at pauses, so that its words are known soon after its end.

    SILENT --20 ms of voice--> SPEAKING --finished_ms of silence--> SILENT
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from simulations.loudness import WINDOW_MS

FINISHED_MS: Final = 700
ONSET: Final = 2
"""Windows of voice that begin an utterance: a click is shorter."""
CUT_AFTER: Final = 800
CUT_PAUSE: Final = 25
CUT_AT_LAST: Final = 2_500
"""Windows: a piece of 8 s is cut at the next pause of 250 ms, one of 25 s at once, for recognisers take 30 s."""


class UtteranceBegan(msgspec.Struct, frozen=True):
    """At this window."""

    window: int


class PieceEnded(msgspec.Struct, frozen=True):
    """Voice from one window up to another. `began` is where its utterance began; `last` where nothing follows in it.

    A last piece is empty (`start == end`) where the cut before it took all.
    """

    began: int
    start: int
    end: int
    last: bool


EarEvent: TypeAlias = UtteranceBegan | PieceEnded


class Ears:
    """One track. `windows` is how many were heard."""

    def __init__(self, finished_ms: int = FINISHED_MS) -> None:
        self._finished = finished_ms // WINDOW_MS
        self.windows = 0
        self._run = 0
        self._began: int | None = None
        self._start: int | None = None
        self._end = 0

    @property
    def speaking(self) -> bool:
        """Whether an utterance is under way, its pauses included."""
        return self._began is not None

    def hear(self, voiced: bytes) -> list[EarEvent]:
        """The next windows, one byte each."""
        if self._began is None and not any(voiced):
            self.windows += len(voiced)
            self._run = 0
            return []
        events: list[EarEvent] = []
        for flag in voiced:
            self._run = self._run + 1 if flag else 0
            window = self.windows
            self.windows += 1
            event = self._silent(window) if self._began is None else self._speaking(window, self._began)
            if event is not None:
                events.append(event)
        return events

    def close(self) -> list[EarEvent]:
        """Nothing more comes: an utterance under way is over."""
        if self._began is None:
            return []
        return [self._finish(self._began)]

    def _silent(self, window: int) -> EarEvent | None:
        if self._run < ONSET:
            return None
        self._began = self._start = window - self._run + 1
        self._end = window + 1
        return UtteranceBegan(self._began)

    def _speaking(self, window: int, began: int) -> EarEvent | None:
        if self._run > 0:
            if self._start is None:
                self._start = window
            self._end = window + 1
            return self._cut(began) if self._end - self._start >= CUT_AT_LAST else None
        quiet = window + 1 - self._end
        if quiet >= self._finished:
            return self._finish(began)
        long = self._start is not None and self._end - self._start >= CUT_AFTER
        return self._cut(began) if long and quiet >= CUT_PAUSE else None

    def _cut(self, began: int) -> PieceEnded:
        start = self._end if self._start is None else self._start
        self._start = None
        return PieceEnded(began, start, self._end, last=False)

    def _finish(self, began: int) -> PieceEnded:
        start = self._end if self._start is None else self._start
        self._began = self._start = None
        return PieceEnded(began, start, self._end, last=True)
