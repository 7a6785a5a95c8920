"""The chats of a server: a conversation in writing is found again by its token, of which only the digest is kept.

Whoever comes back to one that has ended, or that could not go on, reads it to its end.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from voice_agent.api.tokens import digest_of
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import Opened
from voice_agent.app.rooms import Rooms, Whose, now_ms
from voice_agent.channels.chat_protocol import Welcome
from voice_agent.channels.chat_room import Room, RoomSettings
from voice_agent.config import Config
from voice_agent.stores.chats import KnownChat, chat_of

TOKEN_PREFIX: Final = "vac_"


class Chats:
    """`group` holds a task a chat; it must outlive this."""

    def __init__(self, config: Config, opened: Opened, metrics: Metrics, group: asyncio.TaskGroup) -> None:
        self._config = config
        self._data_dir = Path(config.store.data_dir)
        settings = RoomSettings(config.chat.grace_s * 1_000_000, config.chat.idle_s * 1_000_000)
        self._rooms = Rooms(config, opened, metrics, group, Whose(settings))

    def __len__(self) -> int:
        return len(self._rooms)

    @property
    def resumed(self) -> int:
        """How many outlived another process."""
        return self._rooms.resumed

    async def begin(self) -> tuple[Room, Welcome] | None:
        """A new chat, None where there are as many as the settings allow."""
        if len(self._rooms) >= self._config.chat.limit:
            return None
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        live = self._rooms.begin(digest_of(secret), now_ms() + self._config.chat.token_hours * 3_600_000)
        return live.room, _welcome(live.room, live.known, secret)

    async def find(self, token: str) -> tuple[Room, Welcome] | None:
        """The chat that `token` opens: from the store where it has ended, gone on with where its server has."""
        sha256, now = digest_of(token), now_ms()
        live = self._rooms.live(sha256)
        if live is not None:
            return (live.room, _welcome(live.room, live.known)) if live.known.expires_ms > now else None
        known = await asyncio.to_thread(chat_of, self._data_dir, sha256, now_ms=now)
        if known is None:
            return None
        room = await self._rooms.ended(known.conversation)
        if room is None:  # erased, or another server's
            return await self.find(token) if await self._rooms.take_over(known) else None
        return room, _welcome(room, known)

    async def reopen(self) -> None:
        """Goes on with every chat that lost its process and may be come back to."""
        await self._rooms.reopen()

    async def close(self) -> None:
        """Lets go of every chat as it is: the next process goes on with it."""
        await self._rooms.close()


def _welcome(room: Room, known: KnownChat, secret: str | None = None) -> Welcome:
    expires = datetime.fromtimestamp(known.expires_ms / 1_000, UTC).isoformat(timespec="seconds")
    return Welcome(room.conversation, room.log.header.agent, expires, secret)
