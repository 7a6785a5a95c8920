"""What a caller types next, by its script or by its mind: turns of a chat, without voice or ears.

What a caller of a script does over the agent's words is done after them: nobody can interrupt what is there at once.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from simulations.callers.mind import Said
from simulations.callers.minds import Mind
from simulations.callers.utterances import words_of
from simulations.chance import mixed
from simulations.cues import PAUSE_US, Script, Step
from simulations.scenario import Line, Scenario
from voice_agent.errors import VoiceAgentError


class Typed(msgspec.Struct, frozen=True):
    """One turn, after `pause_us`: words or keys, neither for nothing but the pause; then `hang_up`."""

    text: str
    keys: str
    hang_up: bool
    pause_us: int

    @property
    def shown(self) -> str:
        return " ".join([self.text, f"[{self.keys}]"] if self.text and self.keys else [self.text or f"[{self.keys}]"])


class Typist(Protocol):
    @property
    def unfinished(self) -> str | None:
        """What it still waits for, or why it can't go on; None where all was typed."""
        ...

    @property
    def problems(self) -> tuple[str, ...]:
        """Faults on the caller's own side."""
        ...

    async def next(self, said: str, /) -> Typed | None:
        """What is typed to an agent that said this since the last turn; None for nothing more."""
        ...


class ScriptedTypist:
    """Types the lines of a scenario."""

    problems: tuple[str, ...] = ()

    def __init__(self, scenario: Scenario) -> None:
        lines = tuple(_typed(line) for line in scenario.lines)
        self._script = Script(msgspec.structs.replace(scenario, lines=lines))

    @property
    def unfinished(self) -> str | None:
        return None if self._script.complete else self._script.waiting_for()

    async def next(self, said: str, /) -> Typed | None:
        step = self._script.after_agent(said)
        return None if step is None else self._turn(step)

    def _turn(self, step: Step) -> Typed:
        """The line of `step` and those that follow it without a cue, as one."""
        texts, keys = [], ""
        following: Step | None = step
        while following is not None:
            self._script.take(following)
            line = following.line
            texts += [] if line.say is None else [words_of(following.text if following.repeats else line.say)]
            keys += "" if line.keys is None else line.keys
            if line.hang_up:
                break
            following = self._script.following()
        return Typed(" ".join(texts), keys, following is not None, step.pause_us)


class ThinkingTypist:
    """Types what a mind thinks of."""

    def __init__(self, scenario: Scenario, mind: Mind) -> None:
        self._mind = mind
        self._seed = scenario.seed
        self._said: list[Said] = []
        self._asked = 0
        self.unfinished: str | None = None
        self.problems: tuple[str, ...] = ()

    async def next(self, said: str, /) -> Typed | None:
        if not said:
            return None
        self._said.append(Said("agent", said))
        self._asked += 1
        try:
            thought = await self._mind.think(self._asked, tuple(self._said))
        except VoiceAgentError as problem:
            self.unfinished = f"the caller's mind failed: {problem.message}"
            self.problems = (self.unfinished,)
            return None
        self._said.append(Said("you", thought.say if thought.say else f"(keys) {thought.keys}"))
        shortest, longest = PAUSE_US
        pause_us = shortest + mixed(self._seed, self._asked) % (longest - shortest + 1)
        return Typed(thought.say, thought.keys, thought.hang_up, pause_us)


def _typed(line: Line) -> Line:
    """What isn't said to the agent is not typed at all, and what is said over its words is typed after them."""
    replace = msgspec.structs.replace
    if line.on:
        branches = (replace(branch, then=tuple(map(_typed, branch.then))) for branch in line.on)
        line = replace(line, on=tuple(branches))
    if line.aside is not None:
        line = replace(line, cough=False, backchannel=None, side_talk=None, wait_ms=0)
    if line.interrupt is None and line.on_silence is None:
        return line
    return replace(line, interrupt=None, on_silence=None, after="agent")
