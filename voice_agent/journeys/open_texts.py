"""The text messages of a conversation, as the engine keeps them, and whether there may be another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from voice_agent.journeys.pack import Journey
from voice_agent.journeys.surroundings import Surroundings

MOST: Final = 5
"""Messages in one conversation: what comes after is said in words."""
_NUMBER: Final = re.compile(r"(?:(?:sips?|tel):)?(\+[1-9]\d{6,14})(?:[@;].*)?")
"""E.164, by itself or as the user part of a URI (RFC 3261, RFC 3966)."""


@dataclass(slots=True)
class Texting:
    """`sent` are the texts, in order; `possible`: somebody is there who sends them."""

    possible: bool = False
    sent: list[str] = field(default_factory=list)

    def sends(self, journey: Journey, around: Surroundings) -> bool:
        """Whether links of `journey` go by text message in this call."""
        wanted = journey.links == "by_text_message" and around.channel == "phone"
        return wanted and self.possible and len(self.sent) < MOST and number_of(around.caller) is not None


def number_of(caller: str) -> str | None:
    """The telephone number that a message can go to; None where there is none, or it is withheld."""
    match = _NUMBER.fullmatch(caller.strip())
    return None if match is None else match.group(1)
