"""Turns that were taken and not answered yet. A turn that was taken is never forgotten: its answer falls due."""

from __future__ import annotations


class OwedAnswers:
    """Oldest turn first. Each falls due `limit_us` after it was taken, or after a filler was said for it."""

    def __init__(self, limit_us: int) -> None:
        self._limit_us = limit_us
        self._due_us: dict[int, int] = {}

    def __bool__(self) -> bool:
        return bool(self._due_us)

    def owe(self, turn: int, now_us: int) -> None:
        self._due_us[turn] = now_us + self._limit_us

    def settle(self, turn: int) -> None:
        self._due_us.pop(turn, None)

    def answer(self, turn: int | None, last: bool, now_us: int) -> None:
        """Something was said for `turn` and all before it (None: for all); where not `last`, more has to follow."""
        for number in [number for number in self._due_us if turn is None or number <= turn]:
            if last:
                self.settle(number)
            else:
                self.owe(number, now_us)

    def restart(self, now_us: int) -> None:
        """What was said meanwhile has just ended: the waiting begins now."""
        self._due_us = dict.fromkeys(self._due_us, now_us + self._limit_us)

    def next_due(self) -> tuple[int, int] | None:
        """`(due_us, turn)` of the answer that is due first."""
        return min(((due_us, turn) for turn, due_us in self._due_us.items()), default=None)
