"""Waiting for what another process does: looked for again and again until a deadline, never for a fixed time."""

from __future__ import annotations

import asyncio
import select
import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

LOOK_AGAIN_S: Final = 0.02


def until(found: Callable[[], T | None], seconds: float, what: str) -> T:
    """The first result of `found` that is true. Raises AssertionError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        result = found()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        select.select((), (), (), LOOK_AGAIN_S)


async def soon(found: Callable[[], T | None], seconds: float, what: str) -> T:
    """As `until`, while the loop goes on: `found` is called from a thread."""
    deadline = time.monotonic() + seconds
    while True:
        result = await asyncio.to_thread(found)
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        await asyncio.sleep(LOOK_AGAIN_S)
