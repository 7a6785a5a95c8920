"""Query parameters to typed questions: pure. What is unknown, given twice or unusable is a problem that names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from voice_agent.api.problems import bad_parameter
from voice_agent.insights.outcomes import OutcomeRow
from voice_agent.stores.call_index import LATEST, CallSummary, Position

PAGE: Final = 50
PAGE_LIMIT: Final = 200
RECORDS: Final = 1_000
RECORDS_LIMIT: Final = 5_000
LONGEST: Final = 64
"""Characters of a text to filter by, and of an id."""

ID: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
CURSOR: Final = r"^-?[0-9]{1,15}~[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
CHANNELS: Final = ("phone", "text")
STATUSES: Final = ("final", "pending", "reopened", "unsupported")
OUTCOMES_LIMIT: Final = 1_000
ENDERS: Final = ("caller", "agent", "operator", "fault")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


class CallQuery(msgspec.Struct, frozen=True):
    """Which calls, of those that began at `since_ms` or later and come before `before`. None: any."""

    before: Position
    since_ms: int
    limit: int
    journey: str | None
    outcome: str | None
    ended_by: str | None
    channel: str | None
    caller: str | None

    def matches(self, found: CallSummary) -> bool:
        """`journey` and `outcome` together mean that this journey ended so."""
        pairs = [done.rpartition(".")[::2] for done in found.outcomes]
        return (
            (self.channel is None or found.channel == self.channel)
            and (self.ended_by is None or found.ended_by == self.ended_by)
            and (self.caller is None or self.caller.casefold() in found.caller.casefold())
            and (
                (self.journey is None and self.outcome is None)
                or any(
                    self.journey in (None, journey) and self.outcome in (None, outcome) for journey, outcome in pairs
                )
            )
        )


class OutcomeQuery(msgspec.Struct, frozen=True):
    """Which outcomes, of conversations that began at `since_ms` or later. None: any."""

    since_ms: int | None
    until_ms: int | None
    journey: str | None
    outcome: str | None
    status: str | None
    limit: int

    def matches(self, row: OutcomeRow) -> bool:
        return (
            self.journey in (None, row.journey)
            and self.outcome in (None, row.outcome)
            and self.status in (None, row.status)
            and (self.until_ms is None or _at_ms(row) < self.until_ms)
        )


def _at_ms(row: OutcomeRow) -> int:
    return (datetime.fromisoformat(row.at) - _EPOCH) // timedelta(milliseconds=1)


class RecordWindow(msgspec.Struct, frozen=True):
    """Records with a number greater than `after`, at most `limit`."""

    after: int
    limit: int


def call_query(given: Iterable[tuple[str, str]]) -> CallQuery:
    """Raises ApiProblem."""
    known = ("since", "until", "journey", "outcome", "ended_by", "channel", "caller", "limit", "cursor")
    values = _once(given, known)
    until = _time(values, "until")
    before = Position(LATEST if until is None else until, "")
    cursor = _cursor(values)
    since = _time(values, "since")
    return CallQuery(
        before if cursor is None else min(before, cursor),
        -LATEST if since is None else since,
        _number(values, "limit", PAGE, 1, PAGE_LIMIT),
        _text(values, "journey"),
        _text(values, "outcome"),
        _one_of(values, "ended_by", ENDERS),
        _one_of(values, "channel", CHANNELS),
        _text(values, "caller"),
    )


def outcome_query(given: Iterable[tuple[str, str]]) -> OutcomeQuery:
    """Raises ApiProblem."""
    values = _once(given, ("since", "until", "journey", "outcome", "status", "limit"))
    return OutcomeQuery(
        _time(values, "since"),
        _time(values, "until"),
        _text(values, "journey"),
        _text(values, "outcome"),
        _one_of(values, "status", STATUSES),
        _number(values, "limit", OUTCOMES_LIMIT, 1, OUTCOMES_LIMIT),
    )


def record_window(given: Iterable[tuple[str, str]]) -> RecordWindow:
    """Raises ApiProblem."""
    values = _once(given, ("records_after", "records_limit"))
    return RecordWindow(
        _number(values, "records_after", 0, 0, 2**31),
        _number(values, "records_limit", RECORDS, 0, RECORDS_LIMIT),
    )


def cursor_of(position: Position) -> str:
    """What `cursor` is given to go on after `position`."""
    return f"{position.started_ms}~{position.conversation}"


def no_parameters(given: Iterable[tuple[str, str]]) -> None:
    """Raises ApiProblem where there are any."""
    _once(given, ())


def _once(given: Iterable[tuple[str, str]], known: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in given:
        if name not in known:
            allowed = f"known are {', '.join(known)}" if known else "none is known here"
            raise bad_parameter(name[:LONGEST], "no such parameter", allowed)
        if name in values:
            raise bad_parameter(name, "given twice", "give it once")
        values[name] = value
    return values


def _time(values: Mapping[str, str], name: str) -> int | None:
    """Milliseconds since 1970."""
    text = values.get(name)
    if text is None:
        return None
    try:
        if _TIME.fullmatch(text.upper()) is None:
            raise ValueError(text)
        return (datetime.fromisoformat(text.upper()) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError) as problem:
        raise bad_parameter(
            name, "not a time", "write it as RFC 3339 says, such as 2026-03-02T09:00:00Z or ...+01:00 (`+` as %2B)"
        ) from problem


def _cursor(values: Mapping[str, str]) -> Position | None:
    text = values.get("cursor")
    if text is None:
        return None
    if re.fullmatch(CURSOR[1:-1], text, re.ASCII) is None:
        raise bad_parameter("cursor", "not a cursor", "give the `next` of the page before, unchanged")
    started, _, conversation = text.partition("~")
    return Position(int(started), conversation)


def _number(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name)
    if text is None:
        return default
    if re.fullmatch(r"-?[0-9]{1,10}", text, re.ASCII) is None or not low <= int(text) <= high:
        raise bad_parameter(name, "not a number in range", f"give a whole number from {low} to {high}")
    return int(text)


def _text(values: Mapping[str, str], name: str) -> str | None:
    text = values.get(name)
    if text is not None and not 1 <= len(text) <= LONGEST:
        raise bad_parameter(name, f"{len(text)} characters", f"give 1 to {LONGEST}")
    return text


def _one_of(values: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str | None:
    text = values.get(name)
    if text is not None and text not in allowed:
        raise bad_parameter(name, "not one of what there is", f"give one of {', '.join(allowed)}")
    return text
