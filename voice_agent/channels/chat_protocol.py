"""What is sent over a chat's WebSocket: one JSON object a text frame, told apart by `type` (`docs/chat.md`). Pure.

    decode('{"type":"say","id":"m1","text":"where is my order"}')  # Say("m1", "where is my order")

Messages of the conversation carry `seq`: the number of the record in its log that they are made of. So they are in
order, the same for every tab and after a restart, and `since` asks for what came after one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record

TEXT_LIMIT: Final = 2_000
"""Characters of one message."""
FRAME_BYTES: Final = 16_384

Id: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]
Sequence: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Close(IntEnum):
    """Why the server ends a connection: its close code (RFC 6455 section 7.4)."""

    ENDED = 1000
    """The conversation is over; `ended` said so."""
    RESTARTING = 1012
    """The server restarts: come back with `resume`."""
    TRY_LATER = 1013
    """No room for one more chat, or the connection takes nothing: try again later."""
    BAD_MESSAGE = 4400
    """Too many messages that are none."""
    TOKEN = 4401
    """The token is unknown or has expired."""
    NO_HELLO = 4408
    """Neither `start` nor `resume` came in time."""
    TOO_MANY = 4409
    """Too many connections to one conversation."""
    RATE = 4429
    """Messages went on coming too fast."""


class _Sent(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Base of what a client sends."""


class Start(_Sent, frozen=True, tag="start"):
    """First message: a new conversation."""


class Resume(_Sent, frozen=True, tag="resume"):
    """First message: go on with a conversation; what came after `since` is sent again."""

    token: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    since: Sequence = 0


class Say(_Sent, frozen=True, tag="say"):
    """The customer's words. The same `id` again is the same message, however often it is sent."""

    id: Id
    text: str


class Typing(_Sent, frozen=True, tag="typing"):
    """The customer is typing: the turn waits a little for what comes."""


class Ack(_Sent, frozen=True, tag="ack"):
    """Everything up to `seq` has arrived."""

    seq: Sequence


class End(_Sent, frozen=True, tag="end"):
    """The customer ends the conversation."""


Sent: TypeAlias = Start | Resume | Say | Typing | Ack | End


class _Told(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Base of what the server sends."""


class Welcome(_Told, frozen=True, tag="welcome"):
    """Answer to the first message. `token` (after `start` only) opens this conversation until `expires` (ISO 8601)."""

    conversation: str
    agent: str
    expires: str
    token: str | None = None


class Said(_Told, frozen=True, tag="said"):
    """The agent's words."""

    seq: int
    text: str
    purpose: str


class Heard(_Told, frozen=True, tag="heard"):
    """The customer's messages with these `ids` are kept, as one turn; every connection is told."""

    seq: int
    ids: tuple[str, ...]
    text: str


class HandedOver(_Told, frozen=True, tag="handed_over"):
    """A person takes over: the customer is on the list `target`."""

    seq: int
    target: str


class Ended(_Told, frozen=True, tag="ended"):
    """The conversation is over. `by` is caller, agent, operator or fault."""

    seq: int
    by: str
    reason: str


class Working(_Told, frozen=True, tag="working", omit_defaults=False):
    """The agent is at work on an answer, or no longer."""

    on: bool


class Choices(_Told, frozen=True, tag="choices", omit_defaults=False):
    """What the agent's question may be answered with; empty where anything may be."""

    choices: tuple[str, ...]


class Accepted(_Told, frozen=True, tag="accepted"):
    """A message that was sent again is kept already."""

    id: str


class Refused(_Told, frozen=True, tag="refused"):
    """A message was not taken; it may be sent again after `retry_ms`, not at all where there is none."""

    id: str
    code: Literal["too_long", "empty", "rate", "busy"]
    message: str
    retry_ms: int | None = None


class Failed(_Told, frozen=True, tag="error"):
    """Something else is wrong; the connection may be closed after it."""

    code: str
    message: str


Told: TypeAlias = Welcome | Said | Heard | HandedOver | Ended | Working | Choices | Accepted | Refused | Failed
Kept: TypeAlias = Said | Heard | HandedOver | Ended
"""What is made of the log, and sent again where it is asked for."""

_DECODER: Final[msgspec.json.Decoder[Sent]] = msgspec.json.Decoder(Sent, strict=True)
_ENCODER: Final = msgspec.json.Encoder()


def decode(text: str) -> Sent:
    """Raises ValueError that says what is wrong, for whoever wrote the client."""
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as problem:
        raise ValueError(str(problem)[:200]) from problem


def encode(message: Told) -> str:
    return _ENCODER.encode(message).decode()


def kept(records: Iterable[Record]) -> Iterator[Kept]:
    """What a customer is shown of a log, in order."""
    for record in records:
        match record.entry:
            case act.Say(clauses=clauses, purpose=purpose):
                yield Said(record.seq, " ".join(clauses), purpose)
            case ev.TextReceived(text=text, ids=ids):
                yield Heard(record.seq, ids, text)
            case ev.MessageUnread(ids=ids):
                yield Heard(record.seq, ids, "")
            case ev.Transferred(target=target):
                yield HandedOver(record.seq, target)
            case ev.CallEnded(by=by, reason=reason):
                yield Ended(record.seq, by, reason)
            case _:
                pass


def ids_in(records: Iterable[Record]) -> set[str]:
    """Ids of all messages that a log holds."""
    taken = (record.entry for record in records if isinstance(record.entry, ev.TextReceived | ev.MessageUnread))
    return {one for entry in taken for one in entry.ids}
