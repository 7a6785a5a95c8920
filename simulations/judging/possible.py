"""Expectations that no run can meet, because the agent has no such journey, tool or table. Pure.

Found before the first run, with the place in the file: an expectation with a misspelt name fails for ever, and one that
something is never called holds for ever. Lists of people are no names of the agent's: one that no journey hands over to
any more is what a scenario is to notice.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import msgspec

from simulations.judging.expected import Expect, RowExpected
from voice_agent.journeys.pack import Pack

Steps: TypeAlias = tuple[str | int, ...]
"""Keys and positions that lead to a place in a scenario file."""
Columns: TypeAlias = Mapping[str, tuple[str, ...]]
"""The columns of each table of the agent's data."""

HINT: Final = "an expectation that names nothing fails for ever, or holds for ever: correct the name or the agent"
UNNAMED_OUTCOMES: Final = ("abandoned", "completed", "refused", "transferred", "unresolved")
"""What a journey may come to without naming it."""


class Impossible(msgspec.Struct, frozen=True):
    """What can't be met, where it is written, and what there is instead."""

    steps: Steps
    message: str


def impossible(expect: Expect, pack: Pack, tools: Collection[str], columns: Columns) -> list[Impossible]:
    """All of `expect` that names something which the agent lacks."""
    return list(_impossible(expect, pack, tools, columns))


def _impossible(expect: Expect, pack: Pack, tools: Collection[str], columns: Columns) -> Iterator[Impossible]:
    journeys = [journey.name for journey in pack.journeys]
    if expect.journey is not None:
        yield from _unknown(("journey",), "journey", expect.journey, journeys)
    if expect.outcome is not None and expect.journey in (None, *journeys):
        yield from _unknown(("outcome",), "outcome", expect.outcome, _outcomes(pack, expect.journey))
    for at, wanted in enumerate(expect.tools):
        yield from _unknown(("tools", at, "name"), "tool", wanted.name, tools)
    for at, name in enumerate(expect.tools_in_order):
        yield from _unknown(("tools_in_order", at), "tool", name, tools)
    for at, never in enumerate(expect.never_tools):
        name = never if isinstance(never, str) else never.name
        yield from _unknown(("never_tools", at), "tool", name, tools)
    for at, row in enumerate(expect.rows):
        yield from _unknown_row(("rows", at), row, columns)


def _outcomes(pack: Pack, journey: str | None) -> list[str]:
    chosen = [one for one in pack.journeys if journey in (None, one.name)]
    return [outcome.name for one in chosen for outcome in one.outcomes] + list(UNNAMED_OUTCOMES)


def _unknown_row(steps: Steps, row: RowExpected, columns: Columns) -> Iterator[Impossible]:
    if row.table not in columns:
        yield from _unknown((*steps, "table"), "table", row.table, columns)
        return
    for side, values in (("before", row.before), ("after", row.after)):
        for name in values:
            yield from _unknown((*steps, side, name), f"column of {row.table}", name, columns[row.table])


def _unknown(steps: Steps, kind: str, name: str, known: Iterable[str]) -> Iterator[Impossible]:
    there = sorted(set(known))
    if name not in there:
        near = difflib.get_close_matches(name, there, n=1)
        meant = f"; did you mean {near[0]}?" if near else "."
        yield Impossible(("expect", *steps), f"the agent has no {kind} {name!r}{meant} There is: {', '.join(there)}")
