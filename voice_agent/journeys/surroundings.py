"""What a journey knows besides its own slots and results: who calls, who that is, and what day it is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from voice_agent.journeys.expressions import LEVELS
from voice_agent.journeys.wording import Channel


@dataclass(slots=True)
class Surroundings:
    """`language` is the one that is spoken now. `frustration` is the highest level that the caller has shown.

    `civil_start` is the civil time at `started_us`; None where it was given in no readable form.
    """

    agent: str
    language: str = "en"
    channel: Channel = "phone"
    caller: str = ""
    civil_start: datetime.datetime | None = None
    started_us: int = 0
    verified: bool = False
    failures: int = 0
    customer: dict[str, Any] | None = None
    frustration: int = 0

    def begin(self, channel: Channel, caller: str, civil_start: str, now_us: int) -> None:
        self.channel, self.caller, self.started_us = channel, caller, now_us
        self.civil_start = _moment(civil_start)

    def resume(self, civil_now: str, now_us: int) -> None:
        """Another process goes on: civil time counts on from `civil_now`, where that can be read."""
        moment = _moment(civil_now)
        if moment is not None:
            self.civil_start, self.started_us = moment, now_us

    def identify(self, customer: dict[str, Any] | None) -> None:
        self.verified, self.customer = True, customer

    def doubt(self) -> None:
        """Nobody is identified any more."""
        self.verified, self.customer = False, None

    def names(self, now_us: int) -> dict[str, Any]:
        """What expressions and templates see of it; `customer` only while the caller is identified."""
        names: dict[str, Any] = {
            "agent": {"name": self.agent},
            "caller": self.caller,
            "channel": self.channel,
            "language": self.language,
            "frustration": self.frustration,
            **LEVELS,
            "identity": {"verified": self.verified, "failures": self.failures},
        }
        if self.civil_start is not None:
            now = self.civil_start + datetime.timedelta(microseconds=now_us - self.started_us)
            names["now"] = now.isoformat(timespec="seconds")
            names["today"] = now.date().isoformat()
        if self.verified and self.customer is not None:
            names["customer"] = self.customer
        return names


def _moment(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
