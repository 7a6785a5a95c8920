"""What becomes of a caller when the endpoint of the language model has trouble: over loopback, in real time, with the
deadlines of the product; for understanding a turn and for planning what comes next."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from models.chat_completions import ChatCompletions, Endpoint
from tests.conversation.test_records import HEADER
from tests.effects.test_model_planner import PACK, TURNS, Understands
from tests.journeys.packs import SHOP_TOOLS
from tests.session.small_world import FunctionTools, small_world, understanding
from voice_agent.agent.core import build_core
from voice_agent.app.language import journey_cards
from voice_agent.clock import MonotonicClock
from voice_agent.config import LanguageConfig, TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.log import ConversationLog
from voice_agent.effects.breaker import Breaker
from voice_agent.effects.model_planner import ModelPlanner
from voice_agent.effects.model_understander import ModelUnderstander, Patience
from voice_agent.session.text import TextSession

USEFUL_S = 1.2
Reply = Callable[[asyncio.StreamWriter, asyncio.Event], Awaitable[None]]
"""Is told when the conversation is over."""
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


async def silent(writer: asyncio.StreamWriter, over: asyncio.Event) -> None:
    """Takes the question and says nothing."""
    await over.wait()


async def hanging(writer: asyncio.StreamWriter, over: asyncio.Event) -> None:
    """Begins an answer and stops in the middle of it."""
    writer.write(HEAD + b'data: {"choices": [{"delta": {"content": "{"}}]}\n\n')
    await writer.drain()
    await over.wait()


async def failing(writer: asyncio.StreamWriter, over: asyncio.Event) -> None:
    writer.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    await writer.drain()


async def finds_nothing(writer: asyncio.StreamWriter, over: asyncio.Event) -> None:
    """A whole answer, at once, from which rules take nothing."""
    answer = json.dumps({"commands": [{"command": "not_understood"}]})
    piece = json.dumps({"choices": [{"delta": {"content": answer}}]})
    writer.write(HEAD + f"data: {piece}\n\ndata: [DONE]\n\n".encode())
    await writer.drain()


class Served:
    """An endpoint that replies in turn; the last reply again and again."""

    def __init__(self, *replies: Reply) -> None:
        self.asked = 0
        self.over = asyncio.Event()
        self._replies = replies

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            reply = self._replies[min(self.asked, len(self._replies) - 1)]
            self.asked += 1
            await reply(writer, self.over)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def endpoint(served: Served) -> AsyncIterator[ChatCompletions]:
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    model = ChatCompletions(Endpoint(f"http://127.0.0.1:{port}/v1", "double"), MonotonicClock())
    try:
        yield model
    finally:
        await model.close()
        served.over.set()
        server.close()
        await server.wait_closed()


class Lag:
    """How late this busy machine wakes whoever sleeps, at the worst."""

    def __init__(self) -> None:
        self.worst_s = 0.0

    async def watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began_s = loop.time()
            await asyncio.sleep(0.01)
            self.worst_s = max(self.worst_s, loop.time() - began_s - 0.01)


async def played(served: Served, lag: Lag) -> ConversationLog:
    clock, breaker, language = MonotonicClock(), Breaker(), LanguageConfig()
    patience = Patience(language.first_ms * 1_000, language.whole_ms * 1_000, language.hedge_ms * 1_000)
    log = ConversationLog(HEADER)
    async with endpoint(served) as model:
        world = dataclasses.replace(
            small_world(),
            clock=clock,
            understanding=ModelUnderstander(Understands(), model, journey_cards(PACK), clock, patience, breaker),
            planning=ModelPlanner(model, {}, clock, breaker),
            tools=FunctionTools(SHOP_TOOLS),
        )
        core = build_core(PACK, TurnsConfig(), HEADER.conversation, recorded=False)
        session = TextSession(core, log, world)
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(lag.watch())
            session.open(group)
            await session.start(ev.CallStarted("text", "", "", "2026-03-04T10:00:00+00:00"))
            for turn in TURNS:
                await session.send(turn)
            session.end("caller", "done")
            watching.cancel()
    return log


def waits_s(log: ConversationLog) -> list[float]:
    """From the end of each turn to the first words that are no filler."""
    out: list[float] = []
    taken_us: int | None = None
    for record in log.read():
        match record.entry:
            case act.TakeTurn():
                taken_us = record.t_us
            case act.Say(purpose=purpose) if purpose != "filler" and taken_us is not None:
                out.append((record.t_us - taken_us) / 1_000_000)
                taken_us = None
            case _:
                pass
    return out


@pytest.mark.parametrize(
    "replies",
    [(silent,), (hanging,), (failing,), (finds_nothing, silent), (finds_nothing, hanging), (finds_nothing, failing)],
    ids=["silent", "hanging", "failing", "silent_plan", "hanging_plan", "failing_plan"],
)
def test_a_caller_waits_for_a_model_in_trouble_no_longer_than_a_moment(replies: tuple[Reply, ...]) -> None:
    understanding()
    served, lag = Served(*replies), Lag()
    log = asyncio.run(played(served, lag))
    assert served.asked >= 1
    assert len(waits_s(log)) == len(TURNS)
    assert max(waits_s(log)) <= USEFUL_S + 2 * lag.worst_s
    outcomes = [record.entry.outcome for record in log.read() if isinstance(record.entry, act.RecordOutcome)]
    assert outcomes == ["resolved"]
    plans = [record.entry for record in log.read() if isinstance(record.entry, act.Plan)]
    assert len(plans) == 1
