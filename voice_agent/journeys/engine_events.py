"""What reaches the journey engine: some events of the conversation, and those that the core makes for it."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.events import (
    CallEnded,
    CallStarted,
    Connected,
    ConnectFailed,
    MessageUnread,
    Resumed,
    ToolFailed,
    ToolProgressed,
    ToolReturned,
    TransferFailed,
    Transferred,
)
from voice_agent.conversation.judging import Judged, JudgeFailed
from voice_agent.conversation.knowledge import Consulted, ConsultFailed
from voice_agent.conversation.planning import PlanFailed, Planned
from voice_agent.conversation.secure_events import SecureCaptured, SecureCaptureFailed, SecureVoiceWithheld
from voice_agent.conversation.texting import TextFailed, TextSent


class TurnUnderstood(msgspec.Struct, frozen=True):
    """A turn of the caller and what it means. `interrupted_heard` is what was heard of the reply that it cut off.

    `language` is the one it was said in, where that is sure. `also` is what else was heard: alternatives and keys.
    `taken_us` is when the caller had finished, None for just now.
    """

    turn: int
    text: str
    commands: tuple[AnyCommand, ...]
    interrupted_heard: str | None = None
    language: str | None = None
    also: tuple[str, ...] = ()
    taken_us: int | None = None


class SilenceLasted(msgspec.Struct, frozen=True):
    """Nobody said anything for the silence limit, `times` in a row since the caller's last turn."""

    times: int


EndReason: TypeAlias = Literal["stopping", "too_long", "no_sound"]


class CallEndsSoon(msgspec.Struct, frozen=True):
    """The call is about to reach the longest that it may last."""


class CallHasToEnd(msgspec.Struct, frozen=True):
    """The call ends now, whatever is under way: the server stops, it has lasted too long, or no sound arrives."""

    reason: EndReason


class CallerUnheard(msgspec.Struct, frozen=True):
    """No sound arrives from the caller: it is the line, not somebody who is silent."""


EngineEvent: TypeAlias = (
    CallStarted
    | TurnUnderstood
    | SecureVoiceWithheld
    | SecureCaptured
    | SecureCaptureFailed
    | ToolReturned
    | ToolFailed
    | Consulted
    | ConsultFailed
    | Planned
    | PlanFailed
    | Judged
    | JudgeFailed
    | TextSent
    | TextFailed
    | ToolProgressed
    | Transferred
    | TransferFailed
    | Connected
    | ConnectFailed
    | SilenceLasted
    | CallEndsSoon
    | CallHasToEnd
    | CallerUnheard
    | MessageUnread
    | Resumed
    | CallEnded
)
