"""Outcomes after reading: what proves them, how long they can be undone, and what they cost (`outcomes.yaml`)."""

from __future__ import annotations

from typing import Literal

import msgspec

from voice_agent.journeys.problems import Place


class Evidence(msgspec.Struct, frozen=True):
    """`get_order.ok`, `get_order.failed`, `policy.window.failed`, `policy.window.passed` or `identity.verified`."""

    subject: Literal["tool", "policy", "identity"]
    name: str
    result: str


class Outcome(msgspec.Struct, frozen=True):
    """`evidence`: all of it must hold. `reopen_hours` None: as the rate card says."""

    name: str
    evidence: tuple[Evidence, ...]
    place: Place
    reopen_hours: int | None = None
    bill: bool = False


class RateCard(msgspec.Struct, frozen=True):
    """What outcomes cost: `rates` maps `journey.outcome` to an amount in `currency` (ISO 4217), as written."""

    currency: str = ""
    rates: dict[str, str] = {}
    reopen_hours: int = 0
