"""Task groups whose errors are those of their block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def tasks() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group; an error of the block is raised as it is, not inside an ExceptionGroup."""
    raised: Exception | None = None
    async with asyncio.TaskGroup() as group:
        try:
            yield group
        except Exception as error:  # noqa: BLE001 - raised below
            raised = error
    if raised is not None:
        raise raised
