"""What the agent can look up: customers and their orders, in the SQLite file seeded from `seed.sql`.

A tool is a function whose name a journey declares under `tools`. It takes the arguments of its `do` step by name, and
whoever runs it adds `database`, an open `sqlite3.Connection`. It returns a JSON object. Raising means that it failed:
the agent apologises and offers to try again or a person.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

_WRITTEN = date(2026, 3, 4)
"""The day on which the made-up orders were written down; they are moved along, so that they are fresh on any day."""

_IN_WORDS = {
    "processing": "being put together",
    "packed": "packed and ready to go",
    "shipped": "on its way",
    "out_for_delivery": "out for delivery",
    "delivered": "delivered",
    "cancelled": "cancelled",
}

_IN_SPANISH = {
    "processing": "se está preparando",
    "packed": "está empaquetado y listo para salir",
    "shipped": "está en camino",
    "out_for_delivery": "está en reparto",
    "delivered": "se ha entregado",
    "cancelled": "se ha cancelado",
}


def find_customer(account: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """The customer with this account number: `{"found", "account", "name", "orders": [{"id", "item"}]}`.

    Orders are newest first. An unknown number is an answer, not an error: `{"found": false}`.
    """
    customer = database.execute("SELECT account, name FROM customer WHERE account = ?", (account,)).fetchone()
    if customer is None:
        return {"found": False}
    orders = database.execute(
        "SELECT id, item FROM purchase WHERE account = ? ORDER BY ordered_on DESC, id DESC", (account,)
    ).fetchall()
    return {
        "found": True,
        "account": customer[0],
        "name": customer[1],
        "orders": [{"id": order[0], "item": order[1]} for order in orders],
    }


def get_order(order: str, account: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """An order.

    `{"id", "item", "status", "status_text", "status_text_es", "ordered_on", "delivery_date", "updated_on"}`, dates as
    ISO 8601.
    Only of this account, whatever was asked for. `today` is the caller's date. `delivery_date` is null for an order
    that was cancelled. Raises LookupError where the account has no such order.
    """
    row = database.execute(
        "SELECT id, item, status, ordered_on, delivery_date, updated_on FROM purchase WHERE id = ? AND account = ?",
        (order, account),
    ).fetchone()
    if row is None:
        raise LookupError(f"found no order {order}")
    return {
        "id": row[0],
        "item": row[1],
        "status": row[2],
        "status_text": _IN_WORDS[row[2]],
        "status_text_es": _IN_SPANISH[row[2]],
        "ordered_on": _moved(row[3], today),
        "delivery_date": _moved(row[4], today),
        "updated_on": _moved(row[5], today),
    }


def _moved(day: str | None, today: str) -> str | None:
    if day is None:
        return None
    return (date.fromisoformat(day) + (date.fromisoformat(today) - _WRITTEN)).isoformat()
