"""Contracts: what a customer has, what else there is, changing a plan, leaving, and an offer to stay.

Prices are in cents a month. Days are kept as days from the day of the call, so that contracts are fresh on any day.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from voice_agent.effects.tool_functions import tool

_CONTRACT = (
    "SELECT plan.id, plan.name, plan.mbit, plan.price_cents, contract.discount_cents, "
    "date(:today, contract.ends_in_days || ' days'), contract.ends_in_days > 0, contract.cancelled "
    "FROM contract JOIN plan ON plan.id = contract.plan WHERE contract.account = :account"
)
_NOTICE_DAYS = 30
_OFFER_CENTS = 500


def get_contract(account: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """What a customer has.

    `{"plan", "name", "mbit", "price", "ends_on", "in_minimum_term", "leave_on", "offer", "cancelled"}`, where
    `price` is what is paid, "34.00 USD"; `ends_on` the end of the minimum term; `leave_on` the first day on which the
    customer can be gone; `offer` the price after a discount for staying, missing where one has been given already.
    """
    row = database.execute(_CONTRACT, {"account": account, "today": today}).fetchone()
    if row is None:
        raise LookupError(f"found no contract of account {account}")
    plan, name, mbit, price, discount, ends_on, bound, cancelled = row
    notice = database.execute("SELECT date(?, ? || ' days')", (today, _NOTICE_DAYS)).fetchone()[0]
    contract = {
        "plan": plan,
        "name": name,
        "mbit": mbit,
        "price": _money(price - discount),
        "ends_on": ends_on,
        "in_minimum_term": bool(bound),
        "leave_on": max(ends_on, notice),
        "cancelled": bool(cancelled),
    }
    return contract if discount else {**contract, "offer": _money(price - _OFFER_CENTS)}


def list_plans(account: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """The plans that the customer doesn't have: `{"plans": [{"id", "name", "mbit", "price", "faster"}]}`."""
    current = database.execute(
        "SELECT plan.id, plan.mbit FROM contract JOIN plan ON plan.id = contract.plan WHERE account = ?", (account,)
    ).fetchone()
    if current is None:
        raise LookupError(f"found no contract of account {account}")
    rows = database.execute("SELECT id, name, mbit, price_cents FROM plan WHERE id != ? ORDER BY mbit", (current[0],))
    plans = [
        {"id": row[0], "name": row[1], "mbit": row[2], "price": _money(row[3]), "faster": row[2] > current[1]}
        for row in rows
    ]
    return {"plans": plans}


@tool(effect="write", idempotent=True)
def change_plan(account: str, plan: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Changes the plan from tomorrow on: `{"name", "price", "from_day"}`. Raises LookupError for an unknown plan."""
    row = database.execute("SELECT name, price_cents FROM plan WHERE id = ?", (plan,)).fetchone()
    if row is None:
        raise LookupError(f"found no plan {plan}")
    database.execute("UPDATE contract SET plan = ?, discount_cents = 0 WHERE account = ?", (plan, account))
    tomorrow = database.execute("SELECT date(?, '1 day')", (today,)).fetchone()[0]
    return {"name": row[0], "price": _money(row[1]), "from_day": tomorrow}


@tool(effect="write", idempotent=True)
def accept_offer(account: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Gives the discount for staying: `{"price"}`, what is paid from now on. It is given once."""
    database.execute("UPDATE contract SET discount_cents = ?, cancelled = 0 WHERE account = ?", (_OFFER_CENTS, account))
    row = database.execute(
        "SELECT plan.price_cents - contract.discount_cents FROM contract JOIN plan ON plan.id = contract.plan "
        "WHERE contract.account = ?",
        (account,),
    ).fetchone()
    return {"price": _money(row[0])}


@tool(effect="write", idempotent=True)
def cancel_contract(account: str, reason: str, today: str, *, database: sqlite3.Connection) -> dict[str, Any]:
    """Cancels with notice: `{"number", "last_day"}`. A contract that is cancelled already keeps its last day."""
    contract = get_contract(account, today, database=database)
    database.execute(
        "UPDATE contract SET cancelled = 1, cancel_reason = coalesce(cancel_reason, ?) WHERE account = ?",
        (reason, account),
    )
    return {"number": f"C{account}", "last_day": contract["leave_on"]}


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02} USD"
