"""A caller whose words a mind thinks of: decides when it asks, speaks and gives up, as `caller` does by script. Pure.

    LISTENING --agent done--> THINKING --thought--> PAUSING --pause over--> SPEAKING --spoken--> LISTENING
                                  ^                    |
                                  +---- agent goes on -+          any --hang up, call over--> OVER

A thought that comes after the agent went on is thrown away: what it answers is no longer all that was said.
"""

from __future__ import annotations

from typing import assert_never

from simulations import caller_events as ev
from simulations.caller import SETTLED_US
from simulations.caller_events import CallerAction, CallerEvent
from simulations.caller_frame import CallerFrame, State
from simulations.callers.mind import Said, Thought
from simulations.chance import mixed
from simulations.cues import PAUSE_US
from simulations.scenario import Scenario


class ThinkingCaller(CallerFrame):
    """One call of one caller."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self._seed = scenario.seed
        self._said: list[Said] = []
        self._asked = 0
        self._due_us = 0
        self._agent_speaks = False
        self._thought: Thought | None = None
        self._leaving = False

    def _take(self, event: CallerEvent, now_us: int) -> list[CallerAction]:
        match event:
            case ev.CallAnswered():
                pass
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
                self._thought_of(number, thought, now_us)
            case ev.ThoughtFailed(reason=reason):
                return self._give_up(f"the caller's mind failed: {reason}")
            case ev.CallOver(reason=reason):
                self._state = State.OVER
                if self._turns == 0:
                    self.unfinished = f"the call ended ({reason}) before the caller had said anything"
            case _:
                assert_never(event)
        return []

    def _due(self, now_us: int) -> list[CallerAction]:
        if self._state is State.PAUSING and now_us >= self._due_us:
            return self._act()
        if self._state is State.LISTENING and not self._agent_speaks and now_us >= self._tired_us:
            return self._give_up(f"{self._patience_s} s of silence while waiting for the agent")
        return []

    def _waits(self) -> list[int]:
        if self._state is State.PAUSING:
            return [self._due_us]
        return [self._tired_us] if self._state is State.LISTENING and not self._agent_speaks else []

    @property
    def _tired_us(self) -> int:
        return self._quiet_since_us + self._patience_s * 1_000_000

    def _hear(self, text: str) -> None:
        if text:
            self._said.append(Said("agent", text))

    def _think(self) -> list[CallerAction]:
        if not self._said or self._said[-1].who != "agent":
            return []
        self._state = State.THINKING
        self._asked += 1
        return [ev.Think(self._asked, tuple(self._said))]

    def _thought_of(self, number: int, thought: Thought, now_us: int) -> None:
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
            return self._hang_up("as the caller thinks fit")
        if (ended := self._turn()) is not None:
            return ended
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
