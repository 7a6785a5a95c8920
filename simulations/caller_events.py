"""What a synthetic caller hears of, and what it asks its voice to do. Times are microseconds of its call."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from simulations.callers import mind
from simulations.scenario_line import Kind


class CallAnswered(msgspec.Struct, frozen=True):
    """The agent took the call."""


class AgentStarted(msgspec.Struct, frozen=True):
    """The agent's voice began."""

    at_us: int


class AgentText(msgspec.Struct, frozen=True):
    """Words of the agent that began at `began_us`, while more of them are still to come."""

    text: str
    began_us: int


class AgentFinished(msgspec.Struct, frozen=True):
    """The agent has fallen silent long enough to be done. `text` is what `AgentText` hasn't told yet."""

    text: str
    began_us: int
    ended_us: int


class LineSpoken(msgspec.Struct, frozen=True):
    """The caller's own line, or its last key, has been sent."""


class CallOver(msgspec.Struct, frozen=True):
    """The agent hung up, or the line broke."""

    reason: str


class Thought(msgspec.Struct, frozen=True):
    """The mind has answered what it was asked under this number."""

    number: int
    thought: mind.Thought


class ThoughtFailed(msgspec.Struct, frozen=True):
    """No mind answers."""

    reason: str


CallerEvent: TypeAlias = (
    CallAnswered | AgentStarted | AgentText | AgentFinished | LineSpoken | CallOver | Thought | ThoughtFailed
)


class SpeakLine(msgspec.Struct, frozen=True):
    """Say `text`, with its marks. `continues` where it goes on with the line before, `over_agent` where it is said into
    its words. `kind`: a line, or an aside that takes no turn."""

    text: str
    continues: bool = False
    over_agent: bool = False
    kind: Kind = "line"


class PressKeys(msgspec.Struct, frozen=True):
    """Press these keys one after another."""

    keys: str
    continues: bool = False
    over_agent: bool = False


class StopSpeaking(msgspec.Struct, frozen=True):
    """Fall silent, in the middle of a word if need be."""


class HangUp(msgspec.Struct, frozen=True):
    reason: str


class Think(msgspec.Struct, frozen=True):
    """Have the mind think of the next turn, given what was said; numbers count from 1."""

    number: int
    said: tuple[mind.Said, ...]


CallerAction: TypeAlias = SpeakLine | PressKeys | StopSpeaking | HangUp | Think
