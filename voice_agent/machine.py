"""The one contract for everything that has state.

A machine is pure: no I/O, no clock, no chance. Facts go in as events, requests come out as actions, and time is
handed in as whole microseconds in its owner's epoch. A driver (the only asyncio code that may touch a machine)
performs the actions and feeds results back as events.

    actions = machine.handle(SpeechStarted(segment=1, at_us=120_000), now_us=180_000)
    machine.next_wake()        # 480000: call wake() then
"""

from __future__ import annotations

from typing import Protocol, TypeVar

EventT_contra = TypeVar("EventT_contra", contravariant=True)
ActionT = TypeVar("ActionT")


class Machine(Protocol[EventT_contra, ActionT]):
    """What a driver needs to know about anything that has state."""

    def handle(self, event: EventT_contra, now_us: int) -> list[ActionT]:
        """Something happened. `now_us` never goes back between calls."""
        ...

    def wake(self, now_us: int) -> list[ActionT]:
        """The time asked for by `next_wake` has come; `now_us` is at or after it."""
        ...

    def next_wake(self) -> int | None:
        """When it wants `wake` to be called, in microseconds, or None for not at all."""
        ...
