"""What a scenario changes of the world before its call: answers of tools, and rows of the agent's data. Data. Pure."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import field

from simulations.scenario_parts import Count, Milliseconds, Part, Text

Failing: TypeAlias = Literal["failed", "unreached", "uncertain"]
"""How a tool fails: by itself, before anything was sent, or so that nobody knows what became of a write."""


class Mock(Part, frozen=True):
    """What becomes of the next `times` calls of a tool ("always": of all that follow), where `when` is among its
    arguments: a `result`, an `error`, or what the tool itself says, with the fields of `set` as they are there (None:
    without them); after `delay_ms` in each case. "visits[].day" is a field of every item of a list.
    """

    result: dict[str, Any] | None = None
    error: Text | None = None
    failing: Failing = "failed"
    set: dict[str, Any] = field(default_factory=dict)
    delay_ms: Milliseconds = 0
    when: dict[str, Any] = field(default_factory=dict)
    times: Count | Literal["always"] = 1

    def __post_init__(self) -> None:
        if self.result is not None and self.error is not None:
            raise ValueError("has a result and an error: a call comes to one of them")
        if self.set and (self.result is not None or self.error is not None):
            raise ValueError("changes (`set`) what the tool itself says, and has a result or an error instead of that")
        if self.result is None and self.error is None and not self.set and self.delay_ms == 0:
            raise ValueError("changes nothing: one of result, error, set or delay_ms is needed")
        if self.error is None and self.failing != "failed":
            raise ValueError(f"is {self.failing} and has no error that says so")


class RowChange(Part, frozen=True):
    """A change to a table: `insert` a row, or `set` columns of the rows that `where` finds, or `delete` those rows."""

    where: dict[str, Any] = field(default_factory=dict)
    set: dict[str, Any] = field(default_factory=dict)
    insert: dict[str, Any] = field(default_factory=dict)
    delete: bool = False

    def __post_init__(self) -> None:
        deeds = [name for name in ("set", "insert", "delete") if getattr(self, name)]
        if len(deeds) != 1:
            raise ValueError(f"does {len(deeds)} things ({', '.join(deeds) or 'none'}), one of set, insert and delete")
        if self.insert and self.where:
            raise ValueError("inserts a row, which `where` can't find")
        if not self.insert and not self.where:
            raise ValueError("needs `where`: which rows")
