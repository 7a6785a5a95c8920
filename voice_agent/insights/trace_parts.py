"""The lines that a trace consists of (`insights.trace`): what was heard, understood, looked at, called and said."""

from __future__ import annotations

from typing import Any

import msgspec

from voice_agent.conversation.knowledge import Citation


class HeardLine(msgspec.Struct, frozen=True):
    """What reached understanding. `confidence` None: typed or keyed. `expected`: what the agent waited for."""

    text: str
    alternatives: tuple[str, ...]
    keys: str
    confidence: float | None
    expected: str
    expected_slot: str | None
    taken_because: str


class UnderstoodLine(msgspec.Struct, frozen=True):
    """Commands as logged, with their scores; `scores` are the closest journeys. `error`: none came."""

    commands: tuple[dict[str, Any], ...]
    scores: tuple[tuple[str, float], ...]
    error: str | None = None


class StepLine(msgspec.Struct, frozen=True):
    """Where a journey stood; `at` is file and line."""

    at_us: int
    journey: str
    step: str
    kind: str
    at: str


class ConditionLine(msgspec.Struct, frozen=True):
    """A policy, branch or escalation that was looked at, with the values that it reads."""

    at_us: int
    journey: str
    what: str
    name: str
    expression: str
    values: dict[str, Any]
    held: bool


class CallLine(msgspec.Struct, frozen=True):
    """A tool call; `result` None and `error` None: nothing has come back."""

    at_us: int
    call: int
    tool: str
    effect: str
    arguments: dict[str, Any]
    result: dict[str, Any] | None = None
    error: str | None = None
    took_us: int | None = None


class SaidLine(msgspec.Struct, frozen=True):
    """`heard` is what the caller got to hear, where that is less than `text`; None as well where it was all of it.

    `citations` say which characters of it are which characters of an article.
    """

    at_us: int
    text: str
    purpose: str
    heard: str | None = None
    citations: tuple[Citation, ...] = ()
