"""What is exchanged with whoever carries messages to customers and back, whichever provider that is. Pure.

A channel in writing that is not ours end to end reads what its provider brings into a `Batch`, and says with an
`Answer` what came of an attempt to send. All else is the same for each of them (`correspondent`, `sending`).
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, TypeAlias

import msgspec

Payload: TypeAlias = dict[str, Any]
"""A message in the form of the provider, ready to be sent."""


class Answer(Enum):
    """What came of a message."""

    TAKEN = auto()
    LATER = auto()
    """Certainly not sent; another attempt may help."""
    UNSURE = auto()
    """It may have been sent."""
    SHUT = auto()
    """The customer can't be written to before they write again."""
    DENIED = auto()
    """Our key or our account is not good: nothing can be sent before people have seen to it."""
    NEVER = auto()
    """This message or this recipient will never do."""


class Message(msgspec.Struct, frozen=True):
    """What a customer sent, at `sent_ms` (Unix time, 0 where that isn't known). `form` is "text", then `text` has the
    words, or what it is else.

    `id` is the provider's: brought twice, it is the same. `sender` is the customer's address, such as their number.
    """

    id: str
    sender: str
    sent_ms: int
    form: str
    text: str = ""


class Status(msgspec.Struct, frozen=True):
    """What became of the message to `recipient` that was sent with `key`: TAKEN where it arrived, else why it did not.

    `state` is the provider's word for it, `words` are for the log.
    """

    recipient: str
    key: str
    answer: Answer
    state: str
    words: str = ""


class Batch(msgspec.Struct, frozen=True):
    """What the provider brings in one request. `left_out`: what is not for us, or of a form that nobody can answer."""

    messages: tuple[Message, ...] = ()
    statuses: tuple[Status, ...] = ()
    left_out: int = 0
