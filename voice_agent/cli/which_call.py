"""Which conversation a command means: an ID, or `latest` for the one that began last."""

from __future__ import annotations

from typing import Final

from voice_agent.errors import ConversationUnknown
from voice_agent.stores.sqlite import StoreReader

LATEST: Final = "latest"


def id_of(reader: StoreReader, given: str) -> str:
    """Raises ConversationUnknown where there is none at all; whether an ID is known shows when it is read."""
    if given != LATEST:
        return given
    newest = reader.calls(limit=1)
    if not newest:
        raise ConversationUnknown("there are no conversations yet", hint="call or chat first: `voice-agent serve`")
    return newest[0].conversation
