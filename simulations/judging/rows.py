"""The agent's data before and after a call, the rows that differ, and whether those are the ones expected. Pure.

changes(before, after)        # [RowChange("visit", {"id": 7, "day": "2026-03-05"}, {"id": 7, "day": "2026-03-09"})]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec

from simulations.judging.expected import RowExpected
from simulations.runs.records import Check

Row: TypeAlias = Mapping[str, Any]
_OWN: Final = "voice_agent_"
"""What names of tables begin with that are no data of the agent's, such as keys of writes that were done."""
Tables: TypeAlias = Mapping[str, Mapping[tuple[Any, ...], Row]]
"""Rows by table and primary key."""


class RowChange(msgspec.Struct, frozen=True):
    """`before` is None for a row that was added, `after` for one that was removed."""

    table: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def changed(self) -> frozenset[str]:
        """Columns whose values differ."""
        before, after = _values(self.before), _values(self.after)
        return frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))

    @property
    def text(self) -> str:
        """For people: `visit 7: day 2026-03-05 -> 2026-03-09`."""
        if self.before is None or self.after is None:
            row = self.after if self.before is None else self.before
            sign = "+" if self.before is None else "-"
            return f"{sign}{self.table} {_listed(_values(row))}"
        key = next(iter(self.after.values()), "")
        before, after = self.before, self.after
        moved = ", ".join(f"{name} {before.get(name)!r} -> {after.get(name)!r}" for name in sorted(self.changed))
        return f"{self.table} {key}: {moved}"


def changes(before: Tables, after: Tables) -> list[RowChange]:
    """Every row that was added, removed or changed, by table and key; but for what the product notes for itself."""
    found = []
    for table in sorted(name for name in before.keys() | after.keys() if not name.startswith(_OWN)):
        old, new = before.get(table, {}), after.get(table, {})
        for key in sorted(old.keys() | new.keys(), key=str):
            if old.get(key) != new.get(key):
                was, has = old.get(key), new.get(key)
                found.append(RowChange(table, None if was is None else dict(was), None if has is None else dict(has)))
    return found


def row_checks(wanted: Sequence[RowExpected], no_other: bool, made: Sequence[RowChange]) -> Iterator[Check]:
    """Each expected change takes one of those made; with `no_other` none may be left over."""
    left = list(made)
    told = "; ".join(change.text for change in made) or "no row changed"
    for row in wanted:
        match = next((change for change in left if _fits(change, row)), None)
        if match is not None:
            left.remove(match)
        yield Check("rows", match is not None, _wanted(row), told if match is None else match.text)
    if no_other:
        found = "; ".join(change.text for change in left) or "none"
        yield Check("no_other_rows", not left, "no other row changed", found)


def _fits(change: RowChange, row: RowExpected) -> bool:
    if change.table != row.table:
        return False
    before, after = _values(change.before), _values(change.after)
    if not (_has(before, row.before) and _has(after, row.after)):
        return False
    expected = {name for name in row.before.keys() | row.after.keys() if row.before.get(name) != row.after.get(name)}
    return not row.exact or change.changed <= expected


def _values(row: Row | None) -> Row:
    return {} if row is None else row


def _has(row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(name in row and row[name] == value for name, value in values.items())


def _wanted(row: RowExpected) -> str:
    parts = [f"{name} {_listed(values)}" for name, values in (("before", row.before), ("after", row.after)) if values]
    return f"{row.table} {', '.join(parts)}{' and nothing else' if row.exact else ''}"


def _listed(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in row.items())
