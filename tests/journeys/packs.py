"""Small agent folders for tests: one that writes, behind a policy and a confirmation, and the least that loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

AGENT: Final = """
name: Meadow Shop
language: en
greeting: Hello, this is Meadow Shop.
disclosure: I'm an automated assistant.
transfer: {to: callbacks}
identification: identify
texts:
  window_refusal: I'm sorry, that order is too old to send back.
"""

IDENTIFY: Final = """
journey: identify
goal: We know who it is
provides:
  state: identity.verified
  check: find_customer.found
  customer: find_customer
  otherwise: I can't find that number.
slots:
  account: {type: digits, length: 4, ask: [What's your number?, Could you say the four digits again?]}
tools:
  find_customer: {effect: read}
steps:
  - collect: account
  - do: find_customer
    with: {account: "{account}"}
"""

RETURN: Final = """
journey: return_item
goal: The return is booked, or fairly refused
when: {observe: Somebody wants to send something back, examples: [I want to return my router]}
needs: [identity.verified]
slots:
  order:
    type: reference
    from: {list: customer.orders, value: id, labels: [item]}
    ask: "Which order: {order:choices}?"
    confirm: readback
    readback: "The {order.item}. Right?"
  reason:
    type: choice
    values: {damaged: [broken, cracked], too_small: [size], other: []}
    ask: [Why do you send it back?, "Is it {reason:choices}?"]
  urgent: {type: yes_no, ask: Is it urgent?}
tools:
  get_order: {effect: read}
  create_return: {effect: write, requires: [policy.window, confirmed], idempotency: order}
policies:
  window: {check: "days(get_order.delivered_on, today) <= 30", on_fail: refuse, say: window_refusal}
steps:
  - collect: [order, reason, urgent]
  - do: get_order
    with: {order: "{order}"}
  - confirm: "Shall I return the {order.item} because it is {reason}?"
  - do: create_return
  - say: "Done. Your return number is {create_return.number:spelled}."
escalate:
  - when: {any: [asked_for_human, "identity.failures >= 5"]}
    to: returns
    with: [summary, slots]
outcomes:
  resolved: {evidence: create_return.ok}
  declined: {evidence: policy.window.failed}
"""

HOURS: Final = """
journey: opening_hours
goal: The caller knows when the shop is open
when: {examples: [when are you open]}
steps:
  - branch:
      when: weekday(today) == 'sunday'
      then: [say: We are closed today.]
      else: [say: We are open until six.]
"""

SHOP: Final[dict[str, str]] = {
    "agent.yaml": AGENT,
    "journeys/identify.yaml": IDENTIFY,
    "journeys/return_item.yaml": RETURN,
    "journeys/opening_hours.yaml": HOURS,
}

ORDERS: Final = [{"id": "101", "item": "lamp"}, {"id": "102", "item": "rug"}]


def find_customer(account: str) -> dict[str, Any]:
    if account == "1234":
        return {"found": True, "name": "Ida Blum", "orders": ORDERS}
    if account == "5678":
        return {"found": True, "name": "Olaf Quist", "orders": [{"id": "103", "item": "vase"}]}
    return {"found": False}


def get_order(order: str) -> dict[str, Any]:
    return {"id": order, "delivered_on": {"101": "2026-02-20", "102": "2025-11-02"}.get(order, "2026-03-01")}


def create_return(order: str, reason: str, urgent: bool) -> dict[str, Any]:
    return {"number": f"7{order}"}


SHOP_TOOLS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "find_customer": find_customer,
    "get_order": get_order,
    "create_return": create_return,
}
