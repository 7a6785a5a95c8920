"""Broadband lines: known outages, testing a line, restarting a router."""

from __future__ import annotations

import sqlite3
from typing import Any

from voice_agent.effects.tool_functions import tool


def check_outage(account: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Whether the account's area has an outage: `{"outage", "area", "cause", "hours_left"}`; the rest only if so."""
    row = database.execute(
        "SELECT area.name, area.outage_cause, area.outage_hours FROM customer JOIN area ON area.id = customer.area "
        "WHERE customer.account = ? AND area.outage_cause IS NOT NULL",
        (account,),
    ).fetchone()
    if row is None:
        return {"outage": False}
    return {"outage": True, "area": row[0], "cause": row[1], "hours_left": row[2]}


def measure_line(account: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Measures the line: `{"result", "mbit"}`, where result is "good", "slow", "router_offline" or "no_signal"."""
    row = database.execute("SELECT line, mbit FROM customer WHERE account = ?", (account,)).fetchone()
    if row is None:
        raise LookupError(f"found no account {account}")
    return {"result": row[0], "mbit": row[1]}


@tool(effect="write", idempotent=True)
def restart_router(account: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Restarts the router from here: `{"result"}`, how the line is afterwards, as `measure_line` has it."""
    database.execute("UPDATE customer SET line = 'good' WHERE account = ? AND line = 'slow'", (account,))
    row = database.execute("SELECT line FROM customer WHERE account = ?", (account,)).fetchone()
    if row is None:
        raise LookupError(f"found no account {account}")
    return {"result": row[0]}
