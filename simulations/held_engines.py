"""Real speech engines in virtual time: the clock stands still while they work and then moves on by a modelled latency.

An engine counts its deadlines on its own clock, where the simulation's mean nothing; it gets a generous one instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, TypeVar

import msgspec

from simulations.virtual_time import running_loop
from voice_agent.audio import Pcm
from voice_agent.clock import Clock, MonotonicClock
from voice_agent.ports.speech import ENGLISH, Languages, Recogniser, Recognition, Synthesiser
from voice_agent.ports.urgency import Urgency

T = TypeVar("T")

REAL_DEADLINE_US: Final = 60_000_000
_REAL: Final = MonotonicClock()


async def held(work: Callable[[], Awaitable[T]], latency_us: int, *, slow_us: int | None = None) -> T:
    """The result of `work`, delivered `latency_us` after the call, however long it really took.

    With `slow_us`, what really took that long or longer takes as many whole `slow_us` as it did: it is coarse, so that
    the same call is the same on a slower machine.
    """
    loop = running_loop()
    asked_us, began_us = loop.now_us(), _REAL.now_us()
    with loop.hold():
        result = await work()
    if slow_us is not None:
        latency_us = max(latency_us, (_REAL.now_us() - began_us) // slow_us * slow_us)
    await asyncio.sleep(max(0, asked_us + latency_us - loop.now_us()) / 1_000_000)
    return result


class HeldRecogniser:
    """A recogniser that answers after `latency_us` of virtual time. `engine_clock` is the one its deadlines are of."""

    def __init__(self, engine: Recogniser, engine_clock: Clock, latency_us: int) -> None:
        self._engine = engine
        self._clock = engine_clock
        self._latency_us = latency_us

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        """As the port says, but that `engine_us` is the modelled latency; the deadline is kept in virtual time by
        whoever waits."""
        real_us = self._clock.now_us() + REAL_DEADLINE_US
        heard = await held(
            lambda: self._engine.transcribe(
                pcm, expects=expects, deadline_us=real_us, urgency=urgency, languages=languages
            ),
            self._latency_us,
        )
        return msgspec.structs.replace(heard, engine_us=self._latency_us)


class HeldSynthesiser:
    """A voice whose first chunk comes after `latency_us` of virtual time, and the rest with it."""

    def __init__(self, engine: Synthesiser, engine_clock: Clock, latency_us: int) -> None:
        self._engine = engine
        self._clock = engine_clock
        self._latency_us = latency_us

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        """As the port says; `deadline_us` is kept in virtual time by whoever waits."""
        real_us = self._clock.now_us() + REAL_DEADLINE_US

        async def all_chunks() -> list[Pcm]:
            return [chunk async for chunk in self._engine.synthesize(text, deadline_us=real_us, speed=speed)]

        for chunk in await held(all_chunks, self._latency_us):
            yield chunk
