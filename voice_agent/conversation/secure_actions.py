"""What the core asks for where something is keyed in confidence. `secure_events` says what comes of it."""

from __future__ import annotations

from typing import Literal

from voice_agent.conversation.action import Action


class StartSecureCapture(Action, frozen=True, tag="start_secure_capture"):
    """From now on keys go to the vault alone, and the caller is neither recognised nor recorded.

    It ends with `SecureCaptured` or `SecureCaptureFailed`. `lengths` are the numbers of keys that will do, ascending;
    `timeout_us` is how long the first key is waited for while the agent is silent.
    """

    capture: int
    slot: str
    lengths: tuple[int, ...]
    check: Literal["none", "luhn"]
    timeout_us: int


class StopSecureCapture(Action, frozen=True, tag="stop_secure_capture"):
    """What was keyed is forgotten; the caller is heard again."""

    capture: int
    reason: str
