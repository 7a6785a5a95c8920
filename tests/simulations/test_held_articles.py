"""Articles in virtual time: looked into while the clock stands still, and then as late as the model says."""

from __future__ import annotations

import dataclasses

from simulations import virtual_time
from simulations.held_world import Latencies, held_world
from tests.effects.test_retriever import AtOnce, TopicEmbedder
from tests.journeys.test_asking import PACK, QUESTION
from tests.session.small_world import small_world, understanding
from voice_agent.clock import LoopClock
from voice_agent.conversation.actions import Consult
from voice_agent.conversation.knowledge import Consulted
from voice_agent.effects.retriever import Retriever

ASKED = Consult(1, QUESTION, "en", "phone")


def test_a_question_takes_the_modelled_time_whatever_the_search_took() -> None:
    understanding()

    async def play() -> tuple[Consulted, int]:
        engine = TopicEmbedder()
        engine.takes_s = 0.0
        articles = Retriever(PACK.articles, engine, LoopClock(), executor=AtOnce())
        await articles.prepare(LoopClock().now_us() + 10_000_000)
        world = held_world(dataclasses.replace(small_world(), knowledge=articles), Latencies())
        began_us = LoopClock().now_us()
        assert world.knowledge is not None
        found = await world.knowledge.consult(ASKED, deadline_us=began_us + 2_000_000)
        took_us = LoopClock().now_us() - began_us
        await articles.close()
        return found, took_us

    found, took_us = virtual_time.run(play())
    assert found.passages != ()
    assert found.engine_us == took_us == Latencies().understanding_us


def test_a_world_without_articles_stays_without() -> None:
    understanding()

    async def play() -> object:
        return held_world(small_world(), Latencies()).knowledge

    assert virtual_time.run(play()) is None
