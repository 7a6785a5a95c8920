"""The client of an OpenAI-compatible endpoint, against a server on loopback that behaves and misbehaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from models.chat_completions import LONGEST_ANSWER, ChatCompletions, Endpoint
from models.recorded_language import RecordedModel
from voice_agent.clock import MonotonicClock
from voice_agent.errors import DeadlineExceeded, EngineUnavailable
from voice_agent.ports.language import Prompt

CLOCK = MonotonicClock()
PROMPT = Prompt("system", "user", {"type": "object"})
KEY = "sk-not-for-logs"
Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


def chunk(text: str | None) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def streams(*parts: bytes, status: str = "200 OK") -> Reply:
    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".encode())
        for part in parts:
            writer.write(part)
            await writer.drain()

    return reply


async def hangs(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def asked(reply: Reply, *, seconds: float = 5.0, seen: list[bytes] | None = None) -> str:
    """The whole answer of an endpoint that replies so."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            body = await reader.readexactly(length)
            if seen is not None:
                seen.extend((head, body))
            await reply(writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    model = ChatCompletions(Endpoint(f"http://127.0.0.1:{port}/v1", "tiny", KEY), CLOCK)
    try:
        deadline_us = CLOCK.now_us() + round(seconds * 1_000_000)
        return "".join([piece async for piece in model.answer(PROMPT, deadline_us=deadline_us)])
    finally:
        await model.close()
        server.close()


def test_pieces_are_joined_up_to_the_end_of_the_stream() -> None:
    parts = (b": comment\n\n", chunk(None), chunk('{"a"'), chunk(": 1}"), b"data: [DONE]\n\n", chunk("late"))
    assert asyncio.run(asked(streams(*parts))) == '{"a": 1}'


def test_the_schema_goes_along_and_the_key_only_in_its_header() -> None:
    seen: list[bytes] = []
    asyncio.run(asked(streams(b"data: [DONE]\n\n"), seen=seen))
    head, body = seen
    assert head.startswith(b"POST /v1/chat/completions ")
    assert f"Bearer {KEY}".encode() in head
    sent: dict[str, Any] = json.loads(body)
    assert sent["response_format"]["json_schema"]["schema"] == PROMPT.schema
    assert (sent["temperature"], sent["stream"], sent["model"]) == (0, True, "tiny")
    assert KEY not in body.decode()
    assert KEY not in repr(Endpoint("http://x", "tiny", KEY))


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (streams(status="500 Internal Server Error"), "500"),
        (streams(status="302 Found"), "302"),
        (streams(chunk("half")), "broke off"),
        (streams(b"data: {broken\n\n"), "another form"),
        (streams(chunk("x" * (LONGEST_ANSWER + 1))), "more than"),
    ],
)
def test_whatever_else_it_answers_is_an_unavailable_engine(reply: Reply, says: str) -> None:
    with pytest.raises(EngineUnavailable, match=says) as raised:
        asyncio.run(asked(reply))
    assert KEY not in str(raised.value)


def test_a_server_that_connects_and_says_nothing_is_given_up_at_the_deadline() -> None:
    with pytest.raises(DeadlineExceeded):
        asyncio.run(asked(hangs, seconds=0.2))


def test_nobody_there_is_an_unavailable_engine() -> None:
    async def scenario() -> None:
        model = ChatCompletions(Endpoint("http://127.0.0.1:9/v1", "tiny"), CLOCK)
        async for _ in model.answer(PROMPT, deadline_us=CLOCK.now_us() + 2_000_000):
            pass

    with pytest.raises(EngineUnavailable, match=r"127\.0\.0\.1:9"):
        asyncio.run(scenario())


def test_recorded_answers_are_played_back_and_unknown_questions_refused(tmp_path: Path) -> None:
    class Real:
        name = "real"
        times = 0

        async def answer(self, prompt: Prompt, *, deadline_us: int) -> Any:
            Real.times += 1
            yield '{"a":'
            yield " 1}"

    async def whole(model: RecordedModel, prompt: Prompt) -> str:
        return "".join([piece async for piece in model.answer(prompt, deadline_us=0)])

    path = tmp_path / "answers.jsonl"
    recording = RecordedModel(path, asks=Real())
    assert asyncio.run(whole(recording, PROMPT)) == asyncio.run(whole(recording, PROMPT)) == '{"a": 1}'
    assert Real.times == 1
    playing = RecordedModel(path)
    assert (asyncio.run(whole(playing, PROMPT)), playing.name) == ('{"a": 1}', "recorded")
    with pytest.raises(EngineUnavailable, match="no answer"):
        asyncio.run(whole(playing, Prompt("system", "another", {})))
