"""Where customers live: what is known, and changing it."""

from __future__ import annotations

import sqlite3
from typing import Any

from voice_agent.effects.tool_functions import tool


def get_address(account: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """`{"street", "postcode", "email"}` of a customer. Raises LookupError for an unknown account."""
    row = database.execute("SELECT street, postcode, email FROM customer WHERE account = ?", (account,)).fetchone()
    if row is None:
        raise LookupError(f"found no account {account}")
    return {"street": row[0], "postcode": row[1], "email": row[2]}


@tool(effect="write", idempotent=True)
def update_address(
    account: str, street: str, postcode: str, from_day: str, *, database: sqlite3.Connection
) -> dict[str, Any]:
    """Notes that a customer moves to `street`, `postcode` on `from_day` (ISO 8601): `{"number"}`."""
    number = f"M{account}"
    database.execute(
        "INSERT INTO move (number, account, street, postcode, from_day) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (number) DO UPDATE SET street = excluded.street, postcode = excluded.postcode, "
        "from_day = excluded.from_day",
        (number, account, street, postcode, from_day),
    )
    return {"number": number}
