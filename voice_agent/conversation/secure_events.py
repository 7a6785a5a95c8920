"""What the core hears of numbers that are keyed in confidence: that they are there, and nothing of them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from voice_agent.conversation.event import Event

CaptureFailure: TypeAlias = Literal["no_keys", "given_up", "unavailable"]


class SecureEntryStarted(Event, frozen=True, tag="secure_entry_started"):
    """The first key of a secure capture was pressed. Which one, and all that follow, only the vault knows."""

    capture: int


class SecureVoiceWithheld(Event, frozen=True, tag="secure_voice_withheld"):
    """The caller spoke during a secure capture, before any key: nothing of it was recognised or recorded."""

    capture: int


class SecureCaptured(Event, frozen=True, tag="secure_captured"):
    """A secure capture is over with `length` keys; where they are `valid`, `token` names them in the vault.

    `token` is empty where they are not: then nothing is kept.
    """

    token: str
    length: int
    valid: bool
    capture: int


class SecureCaptureFailed(Event, frozen=True, tag="secure_capture_failed"):
    """A secure capture is over without a number: no key in time, given up with `*`, or none is possible here."""

    capture: int
    reason: CaptureFailure
