"""Speech that is made before it is known whether it will be said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

import numpy as np
import pytest

from voice_agent.audio import Pcm
from voice_agent.errors import EngineUnavailable
from voice_agent.session.prepared_speech import PreparedSpeech, Wanted


class Voice:
    """Gives one chunk at once and one when it is let go on."""

    def __init__(self, failing: str = "") -> None:
        self.made: list[str] = []
        self.given_up: list[str] = []
        self.go_on = asyncio.Event()
        self._failing = failing

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        self.made.append(text)
        try:
            if text == self._failing:
                raise EngineUnavailable("gone")
            yield np.ones(160, np.int16)
            await self.go_on.wait()
            yield np.ones(80, np.int16)
        except asyncio.CancelledError:
            self.given_up.append(text)
            raise


def run(scene: Callable[[asyncio.TaskGroup, PreparedSpeech], Awaitable[None]]) -> None:
    async def whole() -> None:
        prepared = PreparedSpeech()
        async with asyncio.TaskGroup() as group:
            await scene(group, prepared)
            prepared.drop()

    asyncio.run(whole())


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_what_was_prepared_is_taken_as_it_is_made() -> None:
    async def scene(group: asyncio.TaskGroup, prepared: PreparedSpeech) -> None:
        voice = Voice()
        prepared.start(group, Wanted(voice, "Hello."), 1)
        await settle()
        taken = prepared.take(Wanted(voice, "Hello."))
        assert taken is not None
        assert (await anext(taken)).size == 160
        voice.go_on.set()
        assert [chunk.size async for chunk in taken] == [80]
        assert voice.made == ["Hello."]
        assert prepared.take(Wanted(voice, "Hello.")) is None

    run(scene)


def test_what_is_made_to_its_end_can_be_had_at_once() -> None:
    async def scene(group: asyncio.TaskGroup, prepared: PreparedSpeech) -> None:
        voice = Voice()
        prepared.start(group, Wanted(voice, "Hello."), 1)
        await settle()
        assert prepared.whole(Wanted(voice, "Hello.")) is None
        voice.go_on.set()
        await settle()
        assert prepared.whole(Wanted(voice, "Goodbye.")) is None
        whole = prepared.whole(Wanted(voice, "Hello."))
        assert whole is not None
        assert [chunk.size for chunk in whole] == [160, 80]
        assert prepared.take(Wanted(voice, "Hello.")) is None

    run(scene)


def test_something_else_that_is_said_takes_nothing() -> None:
    async def scene(group: asyncio.TaskGroup, prepared: PreparedSpeech) -> None:
        voice = Voice()
        prepared.start(group, Wanted(voice, "Hello."), 1)
        await settle()
        assert prepared.take(Wanted(voice, "Goodbye.")) is None
        assert prepared.take(Wanted(Voice(), "Hello.")) is None

    run(scene)


def test_the_newest_takes_the_place_of_what_was_prepared_before() -> None:
    async def scene(group: asyncio.TaskGroup, prepared: PreparedSpeech) -> None:
        voice = Voice()
        for text in ("Hello.", "Hello.", "Goodbye."):
            prepared.start(group, Wanted(voice, text), 1)
            await settle()
        assert (voice.made, voice.given_up) == (["Hello.", "Goodbye."], ["Hello."])

    run(scene)


def test_what_could_not_be_prepared_is_made_when_it_is_said() -> None:
    async def scene(group: asyncio.TaskGroup, prepared: PreparedSpeech) -> None:
        voice = Voice(failing="Hello.")
        prepared.start(group, Wanted(voice, "Hello."), 1)
        await settle()
        assert prepared.take(Wanted(voice, "Hello.")) is None

    run(scene)


def test_what_fails_while_it_is_said_is_told_to_whoever_says_it() -> None:
    async def scene(group: asyncio.TaskGroup, prepared: PreparedSpeech) -> None:
        voice = Voice(failing="Hello.")
        prepared.start(group, Wanted(voice, "Hello."), 1)
        taken = prepared.take(Wanted(voice, "Hello."))
        assert taken is not None
        with pytest.raises(EngineUnavailable):
            await anext(taken)

    run(scene)
