"""A voice behind the port in a thread of this process, for a voice beside the pool's, such as a synthetic caller's.

One thread an engine: it does one thing at a time. It answers in real time; in virtual time it is held for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor

from models.delivery import NATURAL, Delivery
from models.engines import BlockingSynthesiser
from voice_agent.audio import Pcm
from voice_agent.clock import Clock
from voice_agent.errors import DeadlineExceeded, EngineUnavailable, VoiceAgentError


class VoiceThread:
    """One engine, which `load` makes in the thread before its first word; shared by all deliveries of it.

    `clock` is the one that deadlines are of.
    """

    def __init__(self, load: Callable[[], BlockingSynthesiser], clock: Clock) -> None:
        self._load = load
        self._clock = clock
        self._engine: BlockingSynthesiser | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="voice")

    def close(self) -> None:
        """Waits for what is being said."""
        self._thread.shutdown()

    async def say(self, text: str, delivery: Delivery, deadline_us: int) -> list[Pcm]:
        """All chunks. Raises DeadlineExceeded, EngineUnavailable where the engine fails, and what `load` raises."""
        left_s = max(0, deadline_us - self._clock.now_us()) / 1_000_000
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(left_s):
                return await loop.run_in_executor(self._thread, self._chunks, text, delivery, deadline_us)
        except VoiceAgentError:
            raise
        except TimeoutError as problem:
            raise _late(text) from problem
        except Exception as problem:  # the boundary of a request: engines raise what they like
            reason = f"{type(problem).__name__}: {problem}"
            raise EngineUnavailable(f"the voice failed at {text[:40]!r}: {reason}") from problem

    def _chunks(self, text: str, delivery: Delivery, deadline_us: int) -> list[Pcm]:
        if self._engine is None:
            self._engine = self._load()
        chunks: list[Pcm] = []
        for chunk in self._engine.synthesize(text, delivery):
            chunks.append(chunk)
            if self._clock.now_us() > deadline_us:
                raise _late(text)
        return chunks


class ThreadedSynthesiser:
    """`voice_agent.ports.speech.Synthesiser`: one delivery of an engine. The deadline bounds the whole, not a chunk."""

    def __init__(self, thread: VoiceThread, delivery: Delivery = NATURAL) -> None:
        self._thread = thread
        self._delivery = delivery

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        """As the port says."""
        own = self._delivery
        delivery = own if speed == 1.0 else Delivery(own.speed * speed, own.semitones)
        for chunk in await self._thread.say(text, delivery, deadline_us):
            yield chunk


def _late(text: str) -> DeadlineExceeded:
    return DeadlineExceeded(f"no speech in time for {text[:40]!r}")
