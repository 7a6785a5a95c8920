"""The dialogue acts: what people do to steer a conversation, in whatever language."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What a phrase does. `NEUTRAL` phrases are understood and change nothing."""

    AFFIRM = "affirm"
    DENY = "deny"
    REPEAT = "repeat"
    SLOWER = "slower"
    SPELL = "spell"
    HOLD_ON = "hold_on"
    WANT_HUMAN = "want_human"
    CANCEL = "cancel"
    GOODBYE = "goodbye"
    CALL_BACK = "call_back"
    OFFERS = "offers"
    """What can you do?"""
    WHO = "who"
    """Are you a robot?"""
    GREET = "greet"
    THANK = "thank"
    UNSURE = "unsure"
    CORRECT = "correct"
    NEUTRAL = "neutral"


ASIDES: Final = (Act.THANK, Act.UNSURE, Act.CORRECT)
"""Acts that are noticed and ask for nothing: thanks, "I don't know", "I mean"."""

PRECEDENCE: Final = (
    Act.AFFIRM,
    Act.NEUTRAL,
    Act.THANK,
    Act.UNSURE,
    Act.CORRECT,
    Act.DENY,
    Act.GREET,
    Act.HOLD_ON,
    Act.REPEAT,
    Act.SLOWER,
    Act.SPELL,
    Act.OFFERS,
    Act.WANT_HUMAN,
    Act.WHO,
    Act.CALL_BACK,
    Act.CANCEL,
    Act.GOODBYE,
)
"""Where two phrases match equally long, the act written later here wins."""
