"""What the agent of the system tests can do: book a parcel, in the SQLite file seeded from `seed.sql`."""

from __future__ import annotations

import sqlite3

from voice_agent.effects.tool_functions import tool


@tool(effect="write")
def book_parcel(number: str, *, database: sqlite3.Connection) -> dict[str, str]:
    """Puts the parcel on the list: `{"number"}`."""
    database.execute("INSERT INTO parcel (number) VALUES (?)", (number,))
    return {"number": number}
