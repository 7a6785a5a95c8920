"""The understander's shell: embeddings where needed, words alone where they don't come."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Affirm, StartJourney, WantHuman
from voice_agent.conversation.events import Understood
from voice_agent.conversation.expectation import OPEN, Expectation
from voice_agent.effects.understander import LocalUnderstander
from voice_agent.errors import EngineUnavailable

CLOCK = MonotonicClock()
EXAMPLES = {
    "track": ["where is my order", "when does my parcel arrive", "track my order", "my package has not come"],
    "return": ["I want to send it back", "return my router", "I want my money back", "how do I return an item"],
}


class ScriptedEmbedder:
    """Words in buckets; may be down, or never answer."""

    def __init__(self) -> None:
        self.down = False
        self.hangs = False
        self.odd = False
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        self.asked += texts
        if self.down:
            raise EngineUnavailable("no engine")
        if self.hangs:
            await asyncio.Event().wait()
        rows = np.zeros((len(texts), 3 if self.odd else 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[zlib.crc32(word.encode()) % len(row)] += 1
        unit: npt.NDArray[np.float32] = rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)
        return unit


def soon(seconds: float = 5) -> int:
    return CLOCK.now_us() + round(seconds * 1_000_000)


def damage(directory: Path) -> None:
    for path in directory.iterdir():
        path.write_bytes(b"damaged")


def turn(text: str, expectation: Expectation = OPEN) -> Understand:
    return Understand(request=7, turn=1, text=text, alternatives=(), keys="", expectation=expectation)


async def understood(understander: LocalUnderstander, text: str, seconds: float = 5) -> Understood:
    return await understander.understand(turn(text), deadline_us=soon(seconds))


def test_a_wish_is_routed_by_its_vector_and_the_trace_says_so() -> None:
    async def scenario() -> None:
        understander = LocalUnderstander(ScriptedEmbedder(), CLOCK)
        await understander.prepare(EXAMPLES, soon())
        answer = await understood(understander, "please track my order")
        (command,) = answer.commands
        assert isinstance(command, StartJourney)
        assert (answer.request, answer.engine, command.journey) == (7, "router", "track")
        assert [name for name, _ in answer.scores] == ["track", "return"]
        assert answer.engine_us >= 0

    asyncio.run(scenario())


def test_no_embedding_is_asked_for_where_grammar_suffices() -> None:
    async def scenario() -> None:
        embedder = ScriptedEmbedder()
        understander = LocalUnderstander(embedder, CLOCK)
        await understander.prepare(EXAMPLES, soon())
        embedder.asked.clear()
        yes = await understander.understand(turn("yes", Expectation(kind="yes_no")), deadline_us=soon())
        person = await understood(understander, "a person please")
        assert (yes.commands, yes.engine) == ((Affirm(),), "grammar")
        assert person.commands == (WantHuman(),)
        assert embedder.asked == []

    asyncio.run(scenario())


def test_an_embedder_that_is_down_late_or_odd_leaves_words_alone() -> None:
    async def scenario() -> None:
        embedder = ScriptedEmbedder()
        understander = LocalUnderstander(embedder, CLOCK)
        await understander.prepare(EXAMPLES, soon())
        for trouble in ("down", "hangs", "odd"):
            setattr(embedder, trouble, True)
            answer = await understood(understander, "please track my order", 0.05)
            setattr(embedder, trouble, False)
            assert answer.engine == "router-words", trouble
            assert isinstance(answer.commands[0], StartJourney), trouble

    asyncio.run(scenario())


def test_an_embedder_that_is_down_at_the_start_leaves_words_alone() -> None:
    async def scenario() -> None:
        embedder = ScriptedEmbedder()
        embedder.down = True
        understander = LocalUnderstander(embedder, CLOCK)
        await understander.prepare(EXAMPLES, soon())
        answer = await understood(understander, "please track my order")
        assert answer.engine == "router-words"
        assert isinstance(answer.commands[0], StartJourney)

    asyncio.run(scenario())


def test_examples_are_embedded_once_for_their_content_and_model(tmp_path: Path) -> None:
    async def scenario() -> None:
        first, second, other = ScriptedEmbedder(), ScriptedEmbedder(), ScriptedEmbedder()
        await LocalUnderstander(first, CLOCK, cache=tmp_path, model="a").prepare(EXAMPLES, soon())
        await LocalUnderstander(second, CLOCK, cache=tmp_path, model="a").prepare(EXAMPLES, soon())
        await LocalUnderstander(other, CLOCK, cache=tmp_path, model="b").prepare(EXAMPLES, soon())
        assert len(first.asked) > len(EXAMPLES)
        assert second.asked == []
        assert other.asked == first.asked
        damage(tmp_path)
        again = ScriptedEmbedder()
        await LocalUnderstander(again, CLOCK, cache=tmp_path, model="a").prepare(EXAMPLES, soon())
        assert again.asked == first.asked

    asyncio.run(scenario())


def test_a_cache_that_can_not_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    async def scenario() -> None:
        understander = LocalUnderstander(ScriptedEmbedder(), CLOCK, cache=blocked)
        await understander.prepare(EXAMPLES, soon())
        assert (await understood(understander, "track my order")).engine == "router"

    asyncio.run(scenario())
