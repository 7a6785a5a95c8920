"""Decides a conversation again and listens to what its journeys looked at: the half of a trace that no log holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voice_agent.agent.replay import replay, settled
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.notes import Explanation, Note, Watch
from voice_agent.conversation.records import Record
from voice_agent.machine import Machine


class _Numbered:
    """A machine that is told which record it handles, so that notes can be put where they belong."""

    def __init__(self, build: Callable[[Watch], Machine[AnyEvent, AnyAction]], events: Sequence[int]) -> None:
        self.notes: list[tuple[int, Note]] = []
        self._events = iter(events)
        self._at = 0
        self._machine = build(self._take)

    def _take(self, note: Note) -> None:
        self.notes.append((self._at, note))

    def handle(self, event: AnyEvent, now_us: int) -> list[AnyAction]:
        self._at = next(self._events)
        return self._machine.handle(event, now_us)

    def wake(self, now_us: int) -> list[AnyAction]:
        self._at = next(self._events)
        return self._machine.wake(now_us)

    def next_wake(self) -> int | None:
        return self._machine.next_wake()


def explain(records: Sequence[Record], build: Callable[[Watch], Machine[AnyEvent, AnyAction]]) -> Explanation:
    """`build` makes the core that the log was made with, watched by what it is handed."""
    if any(record.entry is None for record in records):
        return Explanation("erased")
    machine = _Numbered(build, [record.seq for record in records if record.kind == "event"])
    verdict = replay(settled(records), machine).verdict
    return Explanation("explained", tuple(machine.notes)) if verdict == "same" else Explanation(verdict)
