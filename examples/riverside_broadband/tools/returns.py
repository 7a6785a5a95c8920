"""Sending things back: whether an order may be returned, and booking its return."""

from __future__ import annotations

import sqlite3
from typing import Any

from voice_agent.effects.tool_functions import tool


@tool(effect="write", idempotent=True)
def create_return(order: str, account: str, reason: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Books the return of an order: `{"number"}`, the number that goes on the parcel.

    An order that is being returned keeps the number it has. Raises LookupError where the account has no such order.
    """
    owned = database.execute("SELECT 1 FROM purchase WHERE id = ? AND account = ?", (order, account)).fetchone()
    if owned is None:
        raise LookupError(f"found no order {order}")
    number = f"RB{order}"
    database.execute(
        "INSERT INTO item_return (number, purchase, reason) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (number, order, reason),
    )
    return {"number": number}
