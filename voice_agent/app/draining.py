"""How a server lets its calls end: they go on, then each caller is told, then whoever is still there is cut off."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from voice_agent.app.desk import CallDesk

FAREWELL_S: Final = 10.0
"""Before the deadline: time for an apology of two sentences, and for a caller who speaks into it."""

_log = logging.getLogger("voice_agent.server")


async def drain_desk(desk: CallDesk, deadline_s: float) -> None:
    """Returns when all calls have ended, at `deadline_s` at the latest."""
    loop = asyncio.get_running_loop()
    end_s = loop.time() + deadline_s
    if await _drained(desk, deadline_s - FAREWELL_S):
        return
    _log.info("callers are told that their calls have to end", extra={"calls": len(desk)})
    desk.announce_stop()
    if await _drained(desk, end_s - loop.time()):
        return
    _log.warning("draining took too long; calls are ended", extra={"calls": len(desk)})
    desk.end_all("the server stopped")
    await desk.drained()


async def _drained(desk: CallDesk, within_s: float) -> bool:
    try:
        async with asyncio.timeout(max(0.0, within_s)):
            await desk.drained()
    except TimeoutError:
        return False
    return True
