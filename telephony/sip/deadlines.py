"""Who wants to be woken next, among many: a heap ordered by (deadline, order of asking).

Decides nothing else. Entries that were moved or dropped stay in the heap until they surface.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)


class Deadlines(Generic[KeyT]):
    """At most one deadline a key, in microseconds."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, KeyT]] = []
        self._current: dict[KeyT, tuple[int, int]] = {}
        self._sequence = 0

    def set(self, key: KeyT, deadline_us: int | None) -> None:
        """Replace the key's deadline; None drops it."""
        entry = self._current.get(key)
        if deadline_us is None:
            self._current.pop(key, None)
        elif entry is None or entry[0] != deadline_us:
            self._sequence += 1
            self._current[key] = (deadline_us, self._sequence)
            heapq.heappush(self._heap, (deadline_us, self._sequence, key))

    def next_wake(self) -> int | None:
        """The earliest deadline."""
        while self._heap:
            deadline_us, sequence, key = self._heap[0]
            if self._current.get(key) == (deadline_us, sequence):
                return deadline_us
            heapq.heappop(self._heap)
        return None

    def pop_due(self, now_us: int) -> KeyT | None:
        """Remove and return the earliest key whose deadline has come, None when there is none."""
        wake_us = self.next_wake()
        if wake_us is None or wake_us > now_us:
            return None
        key = heapq.heappop(self._heap)[2]
        del self._current[key]
        return key
