"""Lines come whole and in order, from pipes and files, and nobody waits for them longer than they want to."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from pathlib import Path

from tests.agent.core_script import EXAMPLE
from tests.testkit.processes import ROOT, SCRIPTED, command, environment
from voice_agent.cli.typed_lines import TypedLines
from voice_agent.conversation.events import CallEnded
from voice_agent.stores.sqlite import StoreReader


def test_lines_come_whole_from_a_pipe_however_they_were_written() -> None:
    async def main() -> None:
        ours, theirs = os.pipe()
        try:
            lines = TypedLines(ours)
            os.write(theirs, b"one\ntw")
            assert await lines.next() == "one\n"
            asyncio.get_running_loop().call_soon(os.write, theirs, b"o\n\nthree")
            asyncio.get_running_loop().call_later(0.01, os.close, theirs)
            assert [await lines.next() for _ in range(4)] == ["two\n", "\n", "three", ""]
        finally:
            os.close(ours)

    asyncio.run(main())


def test_lines_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("one\ntwo\n")

    async def main() -> None:
        with path.open("rb", buffering=0) as file:
            lines = TypedLines(file.fileno())
            assert [await lines.next() for _ in range(3)] == ["one\n", "two\n", ""]

    asyncio.run(main())


def test_an_interrupted_chat_ends_at_once_and_so_does_its_log(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("chat", EXAMPLE, "--data-dir", tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(SCRIPTED),
        cwd=ROOT,
    ) as chat:
        assert chat.stdout is not None
        assert chat.stderr is not None
        assert chat.stdout.readline().startswith(b"agent  Hello")
        chat.send_signal(signal.SIGINT)
        try:
            assert chat.wait(timeout=10) == 130
        finally:
            chat.kill()
        assert chat.stderr.read() == b""
    with StoreReader(tmp_path) as reader:
        (header,) = reader.headers()
        _, records = reader.read(header.conversation)
    assert CallEnded("caller", "closed the conversation") in [record.entry for record in records]
