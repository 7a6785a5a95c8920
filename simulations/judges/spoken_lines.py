"""A finished call as numbered lines for a judge to read: what was said, and what tools answered. Pure.

Card numbers are hidden here, once: what a judge sees, and what its quotes are held against, is the same text.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from simulations.judges.rubric import Speaker
from simulations.runs.records import RunRecord
from voice_agent.card_numbers import masked

LONGEST_LINE = 1_000
MOST_LINES = 200


class SpokenLine(msgspec.Struct, frozen=True):
    """`line` counts from 1."""

    line: int
    by: Speaker
    text: str


def numbered(said: Iterator[tuple[Speaker, str]] | list[tuple[Speaker, str]]) -> tuple[SpokenLine, ...]:
    """Lines that hold something, in order, white space made one; what is too long is cut."""
    cleaned = ((by, masked(" ".join(text.split()))[:LONGEST_LINE]) for by, text in said)
    kept = [(by, text) for by, text in cleaned if text]
    return tuple(SpokenLine(at, by, text) for at, (by, text) in enumerate(kept[:MOST_LINES], 1))


def lines_of(run: RunRecord) -> tuple[SpokenLine, ...]:
    """What a run's record tells: turns in order, and what a tool answered before the words that came after it."""
    return numbered(list(_said(run)))


def _said(run: RunRecord) -> Iterator[tuple[Speaker, str]]:
    tools = [line for line in run.trace if line.kind == "tool"]
    yield "agent", run.greeting
    begins = [turn.began_ms for turn in run.turns]
    for turn, until in zip(run.turns, [*begins[1:], None], strict=True):
        yield "caller", turn.caller_said
        while tools and (until is None or tools[0].at_ms < until):
            yield "tool", tools.pop(0).text
        yield "agent", turn.agent_said
