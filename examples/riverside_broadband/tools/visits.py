"""Visits of technicians: which are booked, when there is room, and booking, moving one.

Days are kept as days from the day of the call (`in_days`), so that the made-up calendar is fresh on any day; a visit
that was booked or moved by a caller has a date of its own (`day`). Nobody comes on Sundays.
"""

from __future__ import annotations

import datetime
import sqlite3
from typing import Any

from voice_agent.effects.tool_functions import tool

_OFFERED = 3
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_VISIT = "SELECT id, work, coalesce(day, date(:today, in_days || ' days')) AS day, time FROM visit "
_FREE = (
    "SELECT opening.id, date(:today, in_days || ' days') AS day, opening.time AS time FROM opening WHERE NOT EXISTS ("
    "SELECT 1 FROM visit WHERE visit.opening = opening.id) AND in_days > 0 "
    "AND strftime('%w', date(:today, in_days || ' days')) != '0' "
)


def get_visits(account: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """What is booked for an account from `today` on, the next one first: `{"visits": [{"id", "work", "day", "time"}]}`.

    `day` is an ISO 8601 date, `time` is HH:MM.
    """
    rows = database.execute(_VISIT + "WHERE account = :account", {"account": account, "today": today}).fetchall()
    visits = [dict(zip(("id", "work", "day", "time"), row, strict=True)) for row in rows]
    coming = sorted((visit for visit in visits if visit["day"] >= today), key=lambda visit: visit["day"])
    return {"visits": coming}


def find_openings(day: str, time: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """When a technician could come: `{"exact", "openings": [{"id", "day", "time", "label"}]}`, three.

    Those of `day` nearest to `time`; where that day has none (`exact` is false), the next ones after it.
    """
    rows = database.execute(_FREE + "ORDER BY day, time", {"today": today}).fetchall()
    free = [{"id": row[0], "day": row[1], "time": row[2], "label": _label(row[1], row[2])} for row in rows]
    same = [one for one in free if one["day"] == day]
    nearest = sorted(same, key=lambda one: abs(_minutes(one["time"]) - _minutes(time)))
    later = [one for one in free if one["day"] > day]
    return {"exact": bool(same), "openings": (nearest if same else later)[:_OFFERED]}


@tool(effect="write", idempotent=True)
def move_visit(visit: str, opening: str, account: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Moves a visit to another opening: `{"day", "time"}`.

    Raises LookupError where the account has no such visit, or somebody else took the opening.
    """
    day, time = _take(opening, visit, today, database)
    changed = database.execute(
        "UPDATE visit SET opening = ?, day = ?, time = ? WHERE id = ? AND account = ?",
        (opening, day, time, visit, account),
    )
    if changed.rowcount != 1:
        raise LookupError(f"found no visit {visit}")
    return {"day": day, "time": time}


@tool(effect="write", idempotent=True)
def book_visit(account: str, opening: str, work: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Books a technician: `{"number", "day", "time"}`. Raises LookupError where somebody else took the opening."""
    number = f"V{account[:4]}-{opening}"
    day, time = _take(opening, number, today, database)
    database.execute(
        "INSERT INTO visit (id, account, work, opening, day, time) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (number, account, work, opening, day, time),
    )
    return {"number": number, "day": day, "time": time}


def _take(opening: str, visit: str, today: str, database: sqlite3.Connection) -> tuple[str, str]:
    row = database.execute(
        "SELECT date(?, in_days || ' days'), time FROM opening WHERE id = ? AND NOT EXISTS ("
        "SELECT 1 FROM visit WHERE visit.opening = opening.id AND visit.id != ?)",
        (today, opening, visit),
    ).fetchone()
    if row is None:
        raise LookupError(f"the opening {opening} is not free")
    return row[0], row[1]


def _label(day: str, time: str) -> str:
    """As people say it: "Tuesday the 3rd at 10 AM"."""
    date = datetime.date.fromisoformat(day)
    ending = "th" if date.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(date.day % 10, "th")
    hours, minutes = divmod(_minutes(time), 60)
    clock = f"{hours % 12 or 12}" + (f":{minutes:02}" if minutes else "")
    return f"{_WEEKDAYS[date.weekday()]} the {date.day}{ending} at {clock} {'AM' if hours < 12 else 'PM'}"


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)
