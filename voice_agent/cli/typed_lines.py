"""Lines from standard input, awaited without a thread: whoever interrupts need not press Enter first."""

from __future__ import annotations

import asyncio
import os
from typing import Final

CHUNK_BYTES: Final = 65_536


class TypedLines:
    """Reads a file descriptor: a terminal, a pipe or a file."""

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._unread = bytearray()

    async def next(self) -> str:
        """The next line with its line feed, the last one perhaps without; "" at the end."""
        while b"\n" not in self._unread:
            await self._readable()
            chunk = os.read(self._descriptor, CHUNK_BYTES)
            if chunk == b"":
                return self._taken(len(self._unread))
            self._unread += chunk
        return self._taken(self._unread.index(b"\n") + 1)

    def _taken(self, size: int) -> str:
        line = self._unread[:size].decode("utf-8", "replace")
        del self._unread[:size]
        return line

    async def _readable(self) -> None:
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        try:
            loop.add_reader(self._descriptor, readable.set)
        except PermissionError:
            return  # epoll takes no plain file, which never keeps anybody waiting
        try:
            await readable.wait()
        finally:
            loop.remove_reader(self._descriptor)
