"""What a language model is asked to judge of a journey, and what it said: policies with `observe`.

A verdict is a fact of the log: a replay needs no model. What follows from it, the policy's tolerance decides.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from voice_agent.conversation.event import Event

Degree: TypeAlias = Literal["kept", "mostly", "partly", "broken"]
"""How far a policy was kept, the best first."""


class SpokenLine(msgspec.Struct, frozen=True):
    """A line of the conversation so far."""

    by: Literal["agent", "caller"]
    text: str


class Judged(Event, frozen=True, tag="judged"):
    """What `Judge` was answered with; `reason` is the model's, for people to read."""

    request: int
    degree: Degree
    reason: str = ""
    engine: str = ""
    engine_us: int = 0


class JudgeFailed(Event, frozen=True, tag="judge_failed"):
    """Nobody judged; `no_model`: there is none. What needs the verdict is not done."""

    request: int
    code: str
    message: str
