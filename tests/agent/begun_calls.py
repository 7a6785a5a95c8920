"""Calls to the example agent that have got somewhere already."""

from __future__ import annotations

from tests.agent.core_script import CoreScript
from voice_agent.conversation import commands as c

WANTS_ORDER = c.StartJourney("track_order", 0.9)
ACCOUNT = c.SetSlot("account", "55012479", "5501 2479", 0.95)
ORDER = {"item": "fibre router", "status": "shipped", "status_text": "on its way", "delivery_date": "2026-03-05"}


def greeted(*, recorded: bool = False) -> CoreScript:
    """The greeting was heard to its end."""
    call = CoreScript(recorded=recorded)
    call.starts()
    call.plays_all()
    return call


def asked_for_account() -> CoreScript:
    """The agent has asked for the account number, and the caller has heard it."""
    call = greeted()
    call.speaks("Where is my order?")
    call.understood(WANTS_ORDER)
    call.plays_all()
    return call
