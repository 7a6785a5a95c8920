"""What reaches the journey engine: some events of the conversation, and two that the core makes for it."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.events import (
    CallEnded,
    CallStarted,
    ToolFailed,
    ToolReturned,
    TransferFailed,
    Transferred,
)


class TurnUnderstood(msgspec.Struct, frozen=True):
    """A turn of the caller and what it means. `interrupted_heard` is what was heard of the reply that it cut off."""

    turn: int
    text: str
    commands: tuple[AnyCommand, ...]
    interrupted_heard: str | None = None


class SilenceLasted(msgspec.Struct, frozen=True):
    """Nobody said anything for the silence limit, `times` in a row since the caller's last turn."""

    times: int


EngineEvent: TypeAlias = (
    CallStarted | TurnUnderstood | ToolReturned | ToolFailed | Transferred | TransferFailed | SilenceLasted | CallEnded
)
