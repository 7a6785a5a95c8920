"""The header of a new conversation: the one place where its id and its civil time come from."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Literal

from voice_agent.config import Config
from voice_agent.conversation.records import VERSION, Header
from voice_agent.journeys.pack import Pack


def new_header(channel: Literal["phone", "text"], pack: Pack, config: Config) -> Header:
    """Ids sort by time: `20260302-090000-1f2e3d4c`."""
    now = datetime.now(UTC).astimezone()
    return Header(
        VERSION,
        f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}",
        channel,
        pack.agent.name,
        pack.digest,
        config.digest(),
        config.calls.seed,
        now.isoformat(timespec="milliseconds"),
    )
