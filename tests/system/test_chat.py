"""A server that is killed in the middle of a chat: the next one goes on with it, and nothing that was shown is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.app.chat_client import Client, connected_to
from tests.testkit.processes import RIVERSIDE, SCRIPTED, ServerProcess
from tests.testkit.stored import entries, newest
from voice_agent.conversation import events as ev

WITH_CHAT = {**SCRIPTED, "VOICE_AGENT_CHAT_ENABLED": "true", "VOICE_AGENT_CHAT_PORT": "0"}


async def talk(url: str, first: dict[str, Any], lines: Sequence[tuple[str, str]]) -> Client:
    """Says each line and waits for the words that answer it."""
    async with connected_to(url) as client:
        await client.send(**first)
        client.welcome = await client.kind("welcome")
        for number, (line, answer) in enumerate(lines):
            await client.send(type="say", id=f"{first['type']}-{number}", text=line)
            await client.says(answer)
        return client


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_chat_outlives_a_server_that_is_killed(tmp_path: Path, workers: str) -> None:
    settings = {**WITH_CHAT, "VOICE_AGENT_WORKERS_COUNT": workers}
    with ServerProcess.start(RIVERSIDE, tmp_path, settings) as server:
        assert server.ready.chat is not None
        lines = (("where is my order", "account number"), ("5501 2479", "Is that right?"))
        before = asyncio.run(talk(server.ready.chat, {"type": "start"}, lines))
        server.process.kill()
        server.process.wait(10)
    resume = {"type": "resume", "token": before.welcome["token"], "since": 0}
    with ServerProcess.start(RIVERSIDE, tmp_path, settings) as server:
        assert server.ready.chat is not None
        after = asyncio.run(talk(server.ready.chat, resume, (("yes", "anything else"),)))
    assert after.seen[: len(before.seen)] == before.seen
    assert len(entries(newest(tmp_path), ev.Resumed)) == 1
