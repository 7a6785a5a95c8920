"""What the card desk can do: charge a card. It keeps digests, and is as careless with what it returns as a tool can be.

The bill 6789 fails with the card in its words, the first time.
"""

from __future__ import annotations

import hashlib
import sqlite3

from voice_agent.effects.tool_functions import tool

_refused: set[str] = set()


@tool(effect="write")
def charge_card(bill: str, card: str, code: str, *, database: sqlite3.Connection) -> dict[str, object]:
    """Takes the money: `{"receipt", ...}`."""
    if bill == "6789" and bill not in _refused:
        _refused.add(bill)
        raise ValueError(f"the bank refused {card} with {code}")
    row = (bill, hashlib.sha256(card.encode()).hexdigest(), hashlib.sha256(code.encode()).hexdigest())
    database.execute("INSERT INTO charge (bill, card_digest, code_digest) VALUES (?, ?, ?)", row)
    grouped = " ".join(card[at : at + 4] for at in range(0, len(card), 4))
    return {"receipt": "R-17", "message": f"charged {grouped}, code {code}", "card": card, "as_number": int(card)}
