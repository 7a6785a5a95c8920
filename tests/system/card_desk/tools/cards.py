"""What the card desk can do: charge a card. It keeps digests, and is as careless with what it returns as a tool can be.

Bills tell it how to behave: 6666 fails with the card in its words, once; others are paid.
"""

from __future__ import annotations

import hashlib
import sqlite3

from voice_agent.effects.tool_functions import tool


@tool(effect="write")
def charge_card(bill: str, card: str, code: str, *, database: sqlite3.Connection) -> dict[str, object]:
    """Takes the money: `{"receipt", ...}`."""
    known = database.execute("SELECT count(*) FROM charge").fetchone()[0]
    if bill == "6666" and known == 0:
        raise ValueError(f"the bank refused {card} with {code}")
    row = (bill, hashlib.sha256(card.encode()).hexdigest(), hashlib.sha256(code.encode()).hexdigest())
    database.execute("INSERT INTO charge (bill, card_digest, code_digest) VALUES (?, ?, ?)", row)
    grouped = " ".join(card[at : at + 4] for at in range(0, len(card), 4))
    return {"receipt": "R-17", "message": f"charged {grouped}, code {code}", "card": card, "as_number": int(card)}
