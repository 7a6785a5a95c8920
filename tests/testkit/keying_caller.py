"""A caller with a keypad on a real call: speaks, and presses keys both ways at once, as events and as tones.

async with on_the_phone(server.ready.sip) as phone:
    await phone.says("Where is my order?")
    await phone.keys("5501#")
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import numpy as np

from models.modem import modulated
from telephony.sip.events import CallId
from tests.testkit.key_tones import key_tone
from tests.testkit.telephone import Caller
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence

FRAME_S: Final = 0.02
EVENT_TICKS: Final = 9
"""How long a sent event takes, with its ends and the pause after it (`telephony.rtp.dtmf`)."""


class KeyingCaller:
    """Made by `on_the_phone`; a packet goes out every 20 ms."""

    def __init__(self, caller: Caller, call: CallId, port: int) -> None:
        self._caller = caller
        self._call = call
        self._port = port
        self._waiting: deque[tuple[Pcm, str]] = deque()
        self._idle = asyncio.Event()

    async def says(self, text: str) -> None:
        """Returns when it was said."""
        await self._plays(modulated(text))

    async def keys(self, digits: str) -> None:
        """Each key as an event of RFC 4733, and right after that as a tone in the sound; returns when all are sent."""
        for key in digits:
            self._waiting.append((silence(FRAME_SAMPLES), key))
            self._waiting.extend([(silence(FRAME_SAMPLES), "")] * (EVENT_TICKS - 1))
            await self._plays(np.concatenate((key_tone(key, 80), silence(3 * FRAME_SAMPLES))))

    def hangs_up(self) -> None:
        self._caller.endpoint.hang_up(self._call)

    async def _plays(self, pcm: Pcm) -> None:
        for start in range(0, pcm.size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            self._waiting.append((pcm[start : start + FRAME_SAMPLES], ""))
        self._idle.clear()
        await self._idle.wait()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            pcm, key = self._waiting.popleft() if self._waiting else (silence(FRAME_SAMPLES), "")
            self._caller.speak(self._port, keys=key, pcm=pcm)
            if not self._waiting:
                self._idle.set()
            due_s += FRAME_S
            await asyncio.sleep(max(0.0, due_s - loop.time()))


@asynccontextmanager
async def on_the_phone(uri: str) -> AsyncIterator[KeyingCaller]:
    """A call that is up until the block ends, unless the other side ends it."""
    async with Caller.open() as caller:
        call, port = await caller.talk(uri)
        phone = KeyingCaller(caller, call, port)
        running = asyncio.create_task(phone.run())
        try:
            yield phone
        finally:
            running.cancel()
            phone.hangs_up()
            await asyncio.sleep(0.1)
