"""Bills: what is owed and why, and paying one by card."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any

from voice_agent.effects.tool_functions import tool

_IN_SPANISH = {
    "a technician's visit": "la visita de un técnico",
    "calls abroad": "llamadas al extranjero",
    "one month of Riverside TV": "un mes de Riverside TV",
    "a late fee": "un recargo por demora",
}
_BILL = (
    "SELECT id, amount_cents, date(:today, due_in_days || ' days') AS due_on, paid FROM bill "
    "WHERE account = :account ORDER BY due_in_days DESC"
)


def get_bill(account: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """The latest bill.

    `{"found", "id", "amount", "due_on", "paid", "overdue", "items", "changed", "higher", "difference", "why",
    "why_es"}`, with
    amounts as "34.00 USD" and `items` as `{"text", "amount"}`. `changed` says whether it differs from the bill before,
    by `difference`, because of the item `why`. `{"found": false}` where there is none.
    """
    rows = database.execute(_BILL, {"account": account, "today": today}).fetchall()
    if not rows:
        return {"found": False}
    bill = rows[0]
    items = database.execute(
        "SELECT text, amount_cents, is_new FROM bill_item WHERE bill = ? ORDER BY rowid", (bill[0],)
    ).fetchall()
    before = rows[1][1] if len(rows) > 1 else bill[1]
    news = [item[0] for item in items if item[2]]
    return {
        "found": True,
        "id": bill[0],
        "amount": _money(bill[1]),
        "due_on": bill[2],
        "paid": bool(bill[3]),
        "overdue": not bill[3] and bill[2] < today,
        "items": [{"text": item[0], "amount": _money(item[1])} for item in items],
        "changed": bill[1] != before,
        "higher": bill[1] > before,
        "difference": _money(abs(bill[1] - before)),
        "why": news[0] if news else "your usage",
        "why_es": _IN_SPANISH.get(news[0], "un cargo nuevo") if news else "su consumo",
    }


@tool(effect="write")
def pay_bill(bill: str, account: str, card_number: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Charges a card for a bill: `{"number", "amount"}`. A bill that is paid is not charged again.

    This made-up provider keeps no card number: only a fingerprint that tells two payments apart. Raises LookupError
    where the account has no such bill, ValueError for a card that is no number of 12 to 19 digits.
    """
    if not (card_number.isdecimal() and 12 <= len(card_number) <= 19):
        raise ValueError("the card was refused")
    row = database.execute(
        "SELECT amount_cents, paid FROM bill WHERE id = ? AND account = ?", (bill, account)
    ).fetchone()
    if row is None:
        raise LookupError(f"found no bill {bill}")
    number = f"P{bill}"
    if not row[1]:
        fingerprint = hashlib.blake2b(f"{bill}:{card_number}".encode(), digest_size=8).hexdigest()
        database.execute(
            "INSERT INTO payment (number, bill, amount_cents, fingerprint) VALUES (?, ?, ?, ?)",
            (number, bill, row[0], fingerprint),
        )
        database.execute("UPDATE bill SET paid = 1 WHERE id = ?", (bill,))
    return {"number": number, "amount": _money(row[0])}


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02} USD"
