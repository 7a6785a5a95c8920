"""Conditions over data: CEL, compiled when the folder is loaded. An error or a missing value means no.

    compile_expression("days(order.delivered_on, today) <= 30").holds({"order": {...}, "today": "2026-03-02"})

`docs/expressions.md` lists every name and function; a test keeps the two together.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import cel
import msgspec

_BOUND: Final = re.compile(r"\.\s*(?:all|exists|exists_one|filter|map)\s*\(\s*([A-Za-z_]\w*)\s*,")
_WORD: Final = re.compile(r"[A-Za-z]\w*\Z")
_STRINGS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_CONSTANTS: Final = frozenset({"true", "false", "null"})


def moment(value: Any) -> datetime.datetime | None:
    """A date or a date with time, ISO 8601, as a moment without offset; None for anything else."""
    read = _with_offset(value)
    return None if read is None else read.replace(tzinfo=None)


def _with_offset(value: Any) -> datetime.datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.datetime.fromisoformat(value)
    except ValueError:
        return None


def days(start: Any, end: Any) -> int | None:
    """Whole days from `start` to `end` by the calendar, negative where `end` is earlier; None where one is no date."""
    first, last = moment(start), moment(end)
    return None if first is None or last is None else (last.date() - first.date()).days


def hours(start: Any, end: Any) -> int | None:
    """Whole hours from `start` to `end`, rounded down; a date alone is midnight; None where one is no date.

    Offsets count where both have one; else both are taken for the same place.
    """
    first, last = _with_offset(start), _with_offset(end)
    if first is None or last is None:
        return None
    if first.tzinfo is None or last.tzinfo is None:
        first, last = first.replace(tzinfo=None), last.replace(tzinfo=None)
    return (last - first) // datetime.timedelta(hours=1)


def weekday(date: Any) -> str | None:
    """The English day of the week in lower case; None where it is no date."""
    day = moment(date)
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return None if day is None else names[day.weekday()]


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {"days": days, "hours": hours, "weekday": weekday}
LEVELS: Final = {"low": 1, "medium": 2, "high": 3}
"""Levels are ordered numbers: `frustration >= medium` holds of "high" too. Nothing yet is 0."""
BUILT_IN: Final = ("size", "contains", "startsWith", "endsWith", "matches", "string", "int", "double", "min", "max")
MACROS: Final = ("has", "all", "exists", "exists_one", "filter", "map")


class ExpressionError(ValueError):
    """The text is not an expression; the message says why."""


class Expression(msgspec.Struct, frozen=True):
    """`names` are what it reads (first parts of paths), `functions` what it calls by name."""

    source: str
    names: frozenset[str]
    functions: frozenset[str]
    program: Any

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the condition is true of `values`; False where it can't be decided."""
        try:
            context = cel.Context(variables=dict(values), functions=FUNCTIONS)
            return self.program.execute(context) is True
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
            return False


def compile_expression(source: str) -> Expression:
    """Raises ExpressionError where `source` is not CEL."""
    try:
        program = cel.compile(source)
    except ValueError as error:
        reason = str(error).partition("Syntax error: ")[2].partition("\n")[0]
        raise ExpressionError(reason if reason != "" else "it can't be parsed") from error
    bound = frozenset(_BOUND.findall(_STRINGS.sub("''", source)))
    names = frozenset(program.variables()) - bound - _CONSTANTS
    functions = frozenset(name for name in program.functions() if _WORD.match(name) is not None)
    return Expression(source, names, functions, program)
