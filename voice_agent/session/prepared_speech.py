"""Speech that is made before it is known whether it will be said: one clause at a time, the newest.

It is taken by whoever says that clause, at any point of its making, or dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from voice_agent.audio import Pcm
from voice_agent.ports.speech import Synthesiser

_END: Final = None
_Chunks: TypeAlias = asyncio.Queue[Pcm | Exception | None]

_log = logging.getLogger("voice_agent.session")


class Wanted(NamedTuple):
    """A clause as it is to sound."""

    voice: Synthesiser
    text: str
    speed: float = 1.0

    def made(self, deadline_us: int) -> AsyncGenerator[Pcm, None]:
        return self.voice.synthesize(self.text, deadline_us=deadline_us, speed=self.speed)


class PreparedSpeech:
    """`start` in a task group that outlives it. There is one clause, a few seconds of sound: no more is kept."""

    def __init__(self) -> None:
        self._key: Wanted | None = None
        self._task: asyncio.Task[bool] | None = None
        self._chunks: _Chunks = asyncio.Queue()

    def start(self, group: asyncio.TaskGroup, wanted: Wanted, deadline_us: int) -> None:
        """Makes `wanted`, in the place of what was made before."""
        if self._key == wanted:
            return
        self.drop()
        self._key, self._chunks = wanted, asyncio.Queue()
        self._task = group.create_task(_made(wanted, deadline_us, self._chunks))

    def drop(self) -> None:
        """It won't be said."""
        if self._task is not None:
            self._task.cancel()
        self._key = self._task = None

    def whole(self, wanted: Wanted) -> list[Pcm] | None:
        """All of the sound of `wanted`, where it is what was prepared and is made to its end."""
        if self._key != wanted or self._task is None or not self._task.done() or not self._task.result():
            return None
        self._key = self._task = None
        made = [self._chunks.get_nowait() for _ in range(self._chunks.qsize())]
        return [chunk for chunk in made if isinstance(chunk, np.ndarray)]

    def take(self, wanted: Wanted) -> AsyncGenerator[Pcm, None] | None:
        """The sound of `wanted`, as far as it is made and as it comes; None where something else was prepared, or it
        failed. Raises what making it raises.
        """
        task = self._task
        if self._key != wanted or task is None or (task.done() and not task.result()):
            return None
        self._key = self._task = None
        return _taken(task, self._chunks)


async def _made(wanted: Wanted, deadline_us: int, chunks: _Chunks) -> bool:
    """Whether it was made to its end."""
    try:
        async with contextlib.aclosing(wanted.made(deadline_us)) as made:
            async for chunk in made:
                chunks.put_nowait(chunk)
    except Exception as problem:  # noqa: BLE001 - it may never be said: whoever takes it is told
        _log.info("speech could not be prepared: %s: %s", type(problem).__name__, problem)
        chunks.put_nowait(problem)
        return False
    chunks.put_nowait(_END)
    return True


async def _taken(task: asyncio.Task[bool], chunks: _Chunks) -> AsyncGenerator[Pcm, None]:
    try:
        while (chunk := await chunks.get()) is not _END:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk
    finally:
        task.cancel()
