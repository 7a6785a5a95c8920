"""A caller whose words a mind thinks of: decides when it asks, speaks and gives up, as `caller` does by script. Pure.

    LISTENING --agent done--> THINKING --thought--> PAUSING --pause over--> SPEAKING --spoken--> LISTENING
                                  ^                    |
                                  +---- agent goes on -+          any --hang up, call over--> OVER

A thought that comes after the agent went on is thrown away: what it answers is no longer all that was said.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import assert_never

from simulations import caller_events as ev
from simulations.caller import SETTLED_US
from simulations.caller_events import CallerAction, CallerEvent
from simulations.callers.mind import Said, Thought
from simulations.chance import mixed
from simulations.cues import PAUSE_US
from simulations.scenario import Scenario


class State(Enum):
    RINGING = auto()
    LISTENING = auto()
    THINKING = auto()
    PAUSING = auto()
    SPEAKING = auto()
    OVER = auto()


class ThinkingCaller:
    """One call; an interface like `simulations.caller.ScriptedCaller`'s."""

    def __init__(self, scenario: Scenario) -> None:
        self._limits = scenario.limits
        self._patience_us = scenario.patience_s * 1_000_000
        self._seed = scenario.seed
        self._state = State.RINGING
        self._said: list[Said] = []
        self._asked = 0
        self._turns = 0
        self._answered_us = 0
        self._quiet_since_us = 0
        self._due_us = 0
        self._agent_speaks = False
        self._thought: Thought | None = None
        self._leaving = False
        self.unfinished: str | None = None
        """Why the call was given up, None where the caller itself or the agent ended it."""

    @property
    def over(self) -> bool:
        return self._state is State.OVER

    def handle(self, event: CallerEvent, now_us: int) -> list[CallerAction]:
        """Takes an event; what comes after the call is over is ignored."""
        if self._state is State.OVER:
            return []
        match event:
            case ev.CallAnswered():
                self._state = State.LISTENING
                self._answered_us = self._quiet_since_us = now_us
            case ev.AgentStarted():
                self._agent_speaks = True
                self._withdraw()
            case ev.AgentText(text=text):
                self._hear(text)
            case ev.AgentFinished(text=text):
                self._agent_speaks = False
                self._quiet_since_us = now_us
                self._hear(text)
                if self._state is State.LISTENING:
                    return self._leave(now_us, PAUSE_US[1]) if self._leaving else self._think()
            case ev.LineSpoken():
                return self._line_spoken(now_us)
            case ev.Thought(number=number, thought=thought):
                self._take(number, thought, now_us)
            case ev.ThoughtFailed(reason=reason):
                return self._give_up(f"the caller's mind failed: {reason}")
            case ev.CallOver(reason=reason):
                self._state = State.OVER
                if self._turns == 0:
                    self.unfinished = f"the call ended ({reason}) before the caller had said anything"
            case _:
                assert_never(event)
        return []

    def wake(self, now_us: int) -> list[CallerAction]:
        """Does what is due. Safe to call too early."""
        if self._state in (State.RINGING, State.OVER):
            return []
        if now_us >= self._answered_us + self._limits.seconds * 1_000_000:
            return self._give_up(f"the call lasted longer than {self._limits.seconds} s")
        if self._state is State.PAUSING and now_us >= self._due_us:
            return self._act()
        quiet = self._state is State.LISTENING and not self._agent_speaks
        if quiet and now_us >= self._quiet_since_us + self._patience_us:
            return self._give_up(f"{self._patience_us // 1_000_000} s of silence while waiting for the agent")
        return []

    def next_wake(self) -> int | None:
        if self._state in (State.RINGING, State.OVER):
            return None
        due = [self._answered_us + self._limits.seconds * 1_000_000]
        if self._state is State.PAUSING:
            due.append(self._due_us)
        if self._state is State.LISTENING and not self._agent_speaks:
            due.append(self._quiet_since_us + self._patience_us)
        return min(due)

    def _hear(self, text: str) -> None:
        if text:
            self._said.append(Said("agent", text))

    def _think(self) -> list[CallerAction]:
        if not self._said or self._said[-1].who != "agent":
            return []
        self._state = State.THINKING
        self._asked += 1
        return [ev.Think(self._asked, tuple(self._said))]

    def _take(self, number: int, thought: Thought, now_us: int) -> None:
        if self._state is State.THINKING and number == self._asked:
            self._thought = thought
            self._state = State.PAUSING
            shortest, longest = PAUSE_US
            self._due_us = now_us + shortest + mixed(self._seed, number) % (longest - shortest + 1)

    def _withdraw(self) -> None:
        if self._state in (State.THINKING, State.PAUSING):
            self._state = State.LISTENING
            self._thought = None

    def _act(self) -> list[CallerAction]:
        thought, self._thought = self._thought, None
        assert thought is not None
        if not thought.say and not thought.keys:
            return self._hang_up()
        if self._turns >= self._limits.turns:
            return self._give_up(f"more than {self._limits.turns} turns")
        self._turns += 1
        self._state = State.SPEAKING
        self._leaving = thought.hang_up
        if thought.keys:
            self._said.append(Said("you", f"(keys) {thought.keys}"))
            return [ev.PressKeys(thought.keys)]
        self._said.append(Said("you", thought.say))
        return [ev.SpeakLine(thought.say)]

    def _line_spoken(self, now_us: int) -> list[CallerAction]:
        self._state = State.LISTENING
        self._quiet_since_us = now_us
        return self._leave(now_us, SETTLED_US) if self._leaving else []

    def _leave(self, now_us: int, after_us: int) -> list[CallerAction]:
        """Hangs up after the agent's own good-bye, or where it says nothing for a while."""
        self._thought = Thought(hang_up=True)
        self._state = State.PAUSING
        self._due_us = now_us + after_us
        return []

    def _hang_up(self) -> list[CallerAction]:
        self._state = State.OVER
        return [ev.HangUp("as the caller thinks fit")]

    def _give_up(self, reason: str) -> list[CallerAction]:
        speaking = self._state is State.SPEAKING
        self._state = State.OVER
        self.unfinished = reason
        stop: list[CallerAction] = [ev.StopSpeaking()] if speaking else []
        return [*stop, ev.HangUp(reason)]
