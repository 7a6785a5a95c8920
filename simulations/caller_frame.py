"""What every caller's machine is made in: a call is answered, bounded by the scenario's limits, and over once. Pure.

    RINGING --answered--> LISTENING <--> ... --hang up, call over, limits--> OVER

What happens in between is the business of who follows a script (`caller`) or thinks (`callers.thinking_caller`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum, auto

from simulations import caller_events as ev
from simulations.caller_events import CallerAction, CallerEvent
from simulations.scenario import Scenario


class State(Enum):
    RINGING = auto()
    LISTENING = auto()
    THINKING = auto()
    PAUSING = auto()
    SPEAKING = auto()
    OVER = auto()


class CallerFrame(ABC):
    """One call. Times are microseconds since the call was answered or later."""

    def __init__(self, scenario: Scenario) -> None:
        self._limits = scenario.limits
        self._patience_s = scenario.patience_s
        self._state = State.RINGING
        self._answered_us = 0
        self._quiet_since_us = 0
        self._turns = 0
        self.unfinished: str | None = None
        """Why the call was given up or could not be played to its end, None where nothing is wrong."""

    @property
    def over(self) -> bool:
        return self._state is State.OVER

    def handle(self, event: CallerEvent, now_us: int) -> list[CallerAction]:
        """Takes an event; what comes after the call is over is ignored."""
        if self._state is State.OVER:
            return []
        if isinstance(event, ev.CallAnswered):
            self._state = State.LISTENING
            self._answered_us = self._quiet_since_us = now_us
        return self._take(event, now_us)

    def wake(self, now_us: int) -> list[CallerAction]:
        """Does what is due. Safe to call too early."""
        if self._state in (State.RINGING, State.OVER):
            return []
        if now_us >= self._last_us:
            return self._give_up(f"the call lasted longer than {self._limits.seconds} s")
        return self._due(now_us)

    def next_wake(self) -> int | None:
        if self._state in (State.RINGING, State.OVER):
            return None
        return min([self._last_us, *self._waits()])

    @property
    def _last_us(self) -> int:
        return self._answered_us + self._limits.seconds * 1_000_000

    @abstractmethod
    def _take(self, event: CallerEvent, now_us: int) -> list[CallerAction]:
        """An event of a call that isn't over."""

    @abstractmethod
    def _due(self, now_us: int) -> list[CallerAction]:
        """What else is due in a call that is up."""

    @abstractmethod
    def _waits(self) -> list[int]:
        """When it may be due."""

    def _turn(self) -> list[CallerAction] | None:
        """Begins a turn of the caller's; None where there may be one more, else how the call ends."""
        if self._turns >= self._limits.turns:
            return self._give_up(f"more than {self._limits.turns} turns")
        self._turns += 1
        self._state = State.SPEAKING
        return None

    def _hang_up(self, reason: str) -> list[CallerAction]:
        self._state = State.OVER
        return [ev.HangUp(reason)]

    def _give_up(self, reason: str) -> list[CallerAction]:
        stop: list[CallerAction] = [ev.StopSpeaking()] if self._state is State.SPEAKING else []
        self.unfinished = reason
        return [*stop, *self._hang_up(reason)]
