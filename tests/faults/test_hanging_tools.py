"""A tool that never returns costs its caller the deadline. Neither others nor the end of the process wait for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from tests.testkit.waiting import until
from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import CallTool
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_functions import Tool, ToolSpec
from voice_agent.effects.tools import ToolRunner
from voice_agent.errors import DeadlineExceeded, ToolHangs

ROOT = Path(__file__).parents[2]
CLOCK = MonotonicClock()


class Nothing(msgspec.Struct):
    pass


class Hanging:
    """A runner with a tool `waits`, which waits until it is let go, and a tool `answers`."""

    def __init__(self, data_dir: Path) -> None:
        self.let_go = threading.Event()
        functions = {"waits": self._wait, "answers": dict}
        tools = {
            name: Tool(ToolSpec(name, "A tool.", {}), function, Nothing, False) for name, function in functions.items()
        }
        self.runner = ToolRunner(tools, AgentDatabase(data_dir, "demo"), CLOCK)

    def run(self, tool: str, within_s: float = 5.0) -> dict[str, object]:
        action = CallTool(1, tool, {}, "read", "")
        return asyncio.run(self.runner.run(action, CLOCK.now_us() + round(within_s * 1_000_000)))

    def hang(self) -> None:
        with pytest.raises(DeadlineExceeded):
            self.run("waits", 0.05)

    def _wait(self) -> dict[str, object]:
        self.let_go.wait(60)
        return {}


def test_a_tool_that_hangs_is_refused_after_two_calls_and_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hanging = Hanging(tmp_path)
    hanging.hang()
    hanging.hang()
    with pytest.raises(ToolHangs, match="2 earlier calls have not returned") as refused:
        hanging.run("waits")
    assert refused.value.code == "tool_hangs"
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "tool waits hangs: 2 calls have not returned, it is refused"
    ]
    assert [hanging.run("answers") for _ in range(50)] == [{}] * 50
    hanging.let_go.set()
    hanging.runner.close()


def test_a_tool_that_comes_back_is_called_again_and_its_thread_is_not_left(tmp_path: Path) -> None:
    hanging = Hanging(tmp_path)
    threads = threading.active_count()
    hanging.hang()
    hanging.hang()
    assert threading.active_count() == threads + 2
    hanging.let_go.set()
    until(lambda: threading.active_count() == threads, 10, "the threads that stood in")
    assert hanging.run("waits") == {}
    hanging.runner.close()
    assert threading.active_count() == threads - 4


def test_closing_waits_for_a_hanging_tool_no_longer_than_it_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hanging = Hanging(tmp_path)
    hanging.hang()
    hanging.runner.close(within_s=0.05)
    assert caplog.records[-1].message == "tools have not returned and are given up: waits"
    hanging.let_go.set()


def test_a_hanging_tool_does_not_keep_the_process(tmp_path: Path) -> None:
    program = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from tests.faults.test_hanging_tools import Hanging\n"
        "hanging = Hanging(Path(sys.argv[1]))\n"
        "hanging.let_go.wait = lambda seconds: threading.Event().wait()\n"
        "hanging.hang()\n"
        "hanging.runner.close(within_s=0.05)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, timeout=20, check=False)
    assert ended.returncode == 0
