"""A text message to who calls, such as a link that nobody could write down: what is asked for, and what came of it."""

from __future__ import annotations

from voice_agent.conversation.action import Action
from voice_agent.conversation.event import Event


class SendText(Action, frozen=True, tag="send_text"):
    """Send `text` to the telephone number `to` (E.164), once, and only after the log is committed.

    `message` counts from 1 within a conversation; with the conversation's id it tells the message from all others.
    """

    message: int
    to: str
    text: str


class TextSent(Event, frozen=True, tag="text_sent"):
    """Whoever delivers it has taken the message, at the first attempt or a later one of `attempts`."""

    message: int
    attempts: int = 1


class TextFailed(Event, frozen=True, tag="text_failed"):
    """It could not be sent; it is not tried again."""

    message: int
    code: str
    reason: str = ""
