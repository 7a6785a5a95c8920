"""`voice-agent chat --url`: typed with a server, line by line."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.app.chat_client import config_of, serving
from tests.cli.conftest import Cli
from tests.testkit.processes import ROOT, command, environment
from voice_agent.cli.remote_chat import socket_url
from voice_agent.errors import UsageError


def typed(url: str, lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("chat", "--url", url),
        input=lines,
        env=environment({}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_lines_are_typed_one_by_one_and_answered(tmp_path: Path) -> None:
    async def run() -> subprocess.CompletedProcess[str]:
        async with serving(config_of(tmp_path)) as server:
            return await asyncio.to_thread(typed, server.url, "where is my order\n5501 2479\nyes\nno thanks, bye\n")

    done = asyncio.run(run())
    assert (done.returncode, done.stderr) == (0, "")
    said = [line.removeprefix("agent  ") for line in done.stdout.splitlines() if line.startswith("agent")]
    assert said[1:3] == ["What's your eight-digit account number?", "That was 55012479. Is that right?"]
    assert "  - Yes" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "  ended: goodbye"


def test_nobody_there_is_told() -> None:
    done = typed("http://127.0.0.1:9/chat/", "hello\n")
    assert done.returncode == 1
    assert "can't be reached" in done.stderr


@pytest.mark.parametrize(
    ("url", "socket"),
    [
        ("http://127.0.0.1:8082/chat/", "ws://127.0.0.1:8082/chat"),
        ("https://shop.example", "wss://shop.example/chat"),
        ("127.0.0.1:8082", "ws://127.0.0.1:8082/chat"),
        ("wss://shop.example/help/chat", "wss://shop.example/help/chat"),
    ],
)
def test_the_address_of_the_page_is_enough(url: str, socket: str) -> None:
    assert socket_url(url) == socket


def test_what_is_no_address_is_told(cli: Cli) -> None:
    with pytest.raises(UsageError):
        socket_url("ftp://shop.example")
    assert cli("chat") == 2
    assert cli("chat", "folder", "--url", "http://x") == 2
    assert cli("chat", "--url", "http://x", "--json") == 2
