"""Runs the machine of one conversation: logs every event and action, keeps their order, and wakes it in time.

Events are handled one at a time. What a performed action feeds back at once waits until the actions before it are done,
so the log reads in the order in which things were decided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from voice_agent.clock import Clock
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent, Woken
from voice_agent.conversation.log import ConversationLog
from voice_agent.machine import Machine

EARLY_US: Final = 2_000
"""A wake that is due this soon is given now: ticks come every 20 ms and may be a little early."""


class Driver:
    """`perform` is called with each action, after it is logged; it may call `feed`."""

    def __init__(
        self,
        machine: Machine[AnyEvent, AnyAction],
        log: ConversationLog,
        clock: Clock,
        perform: Callable[[AnyAction], None],
        *,
        at_us: int = 0,
    ) -> None:
        """`at_us` is how far the conversation has come already, in another process."""
        self.log = log
        self._machine = machine
        self._clock = clock
        self._perform = perform
        self._start_us = clock.now_us() - at_us
        self._last_us = at_us
        self._waiting: deque[AnyEvent] = deque()
        self._handling = False
        self._due_us = machine.next_wake()
        """A machine changes its mind only while it handles something, so that is when it is asked."""

    def now_us(self) -> int:
        """Microseconds of the conversation; never before anything that was logged."""
        self._last_us = max(self._last_us, self._clock.now_us() - self._start_us)
        return self._last_us

    def feed(self, event: AnyEvent) -> None:
        """Something happened."""
        self._waiting.append(event)
        if self._handling:
            return
        self._handling = True
        try:
            while self._waiting:
                self._handle(self._waiting.popleft())
        finally:
            self._handling = False

    def poll(self) -> None:
        """Wakes the machine where its time has come. Cheap: called every tick."""
        while (due_us := self._due_us) is not None:
            now_us = self.now_us()
            if due_us - now_us > EARLY_US:
                return
            self._last_us = max(now_us, due_us)
            self.feed(Woken())

    def next_wake_s(self) -> float | None:
        """Seconds until `poll` has something to do, None for not at all."""
        due_us = self._due_us
        return None if due_us is None else max(0.0, (due_us - self.now_us()) / 1_000_000)

    def _handle(self, event: AnyEvent) -> None:
        now_us = self.now_us()
        self.log.append(event, now_us)
        actions = self._machine.wake(now_us) if isinstance(event, Woken) else self._machine.handle(event, now_us)
        self._due_us = self._machine.next_wake()
        for action in actions:
            self.log.append(action, now_us)
        for action in actions:
            self._perform(action)
