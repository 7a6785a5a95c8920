"""What becomes of questions when the search for an answer has trouble: a call never waits for it, and never ends."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

from simulations import virtual_time
from tests.conversation.test_records import HEADER
from tests.effects.test_retriever import AtOnce, TopicEmbedder
from tests.journeys.test_asking import ANSWER, PACK, QUESTION
from tests.session.small_world import small_world, understanding
from voice_agent.agent.core import build_core
from voice_agent.clock import LoopClock
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.commands import AskQuestion
from voice_agent.conversation.knowledge import Consulted
from voice_agent.conversation.log import ConversationLog
from voice_agent.effects.retriever import Retriever
from voice_agent.session.text import TextSession
from voice_agent.session.world import Knowledge


class Asks:
    """Understands every turn as a question."""

    async def understand(self, asked: act.Understand, /, *, deadline_us: int) -> ev.Understood:
        return ev.Understood(asked.request, (AskQuestion(asked.text),), "double", 0)


def answered(knowledge: Knowledge, question: str = QUESTION) -> tuple[str, float]:
    """What the agent says to the question, and after how many seconds."""
    understanding()

    async def play() -> tuple[str, float]:
        world = dataclasses.replace(small_world(), understanding=Asks(), knowledge=knowledge)
        session = TextSession(build_core(PACK, TurnsConfig(), "c-1", recorded=False), ConversationLog(HEADER), world)
        async with asyncio.TaskGroup() as group:
            session.open(group)
            await session.start(ev.CallStarted("text", "", "", "2026-03-04T10:00:00+00:00"))
            began_us = LoopClock().now_us()
            actions = await session.send(question)
            took_s = (LoopClock().now_us() - began_us) / 1_000_000
            session.end("caller", "done")
        said = [clause for action in actions if isinstance(action, act.Say) for clause in action.clauses]
        return " ".join(said), took_s

    return virtual_time.run(play())


def shelf(embedder: TopicEmbedder, path: Path | None = None) -> Retriever:
    retriever = Retriever(PACK.articles, embedder, LoopClock(), path=path, executor=AtOnce())

    async def prepare() -> None:
        await retriever.prepare(10_000_000)

    virtual_time.run(prepare())
    return retriever


def test_without_embeddings_words_alone_find_the_answer() -> None:
    embedder = TopicEmbedder()
    embedder.down = True
    said, took_s = answered(shelf(embedder))
    assert said.startswith(ANSWER)
    assert took_s < 1


def test_an_index_that_cannot_be_written_answers_from_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    articles = shelf(TopicEmbedder(), tmp_path / "file" / "articles.db")
    said, _ = answered(articles, "which day do you ship and deliver parcels, and when do they arrive")
    assert said.startswith(ANSWER)


class Hangs:
    """Never answers."""

    async def consult(self, asked: act.Consult, /, *, deadline_us: int) -> Consulted:
        await asyncio.get_running_loop().create_future()
        raise AssertionError("the future is never done")


def test_a_search_that_hangs_is_bridged_and_apologised_for() -> None:
    said, took_s = answered(Hangs())
    assert said.startswith("One moment, please. I'm sorry, I can't look that up just now.")
    assert 2.5 < took_s < 3.5
