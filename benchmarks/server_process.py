"""A real server as a child process: started, asked for its readings, and stopped. What is measured stays outside it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec

import voice_agent
from simulations.runs.server_process import serve_command, serving
from voice_agent.cli.output import CallList, CallShown, Ready
from voice_agent.conversation.records import Header, Record, decode_log
from voice_agent.errors import CallFailed
from voice_agent.insights.shown import CallRow

EXAMPLE: Final = Path(voice_agent.__file__).parents[1] / "examples" / "riverside_broadband"
READY_S: Final = 180
STOP_S: Final = 40
COMMAND_S: Final = 60

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class RunningServer:
    """`sip` is the URI to dial, `http` the URL of the health page, `log` the file with its stderr."""

    sip: str
    http: str
    pid: int
    data_dir: Path
    log: Path

    async def metrics(self) -> dict[str, float]:
        """The readings without labels, by name."""
        return readings(await asyncio.to_thread(_get, f"{self.http}/metrics"))

    async def calls(self) -> tuple[CallRow, ...]:
        """All conversations, newest first."""
        return (await asyncio.to_thread(self._ask, CallList, "list", "--limit", "1000")).calls

    async def shown(self, conversation: str) -> CallShown:
        return await asyncio.to_thread(self._ask, CallShown, "show", conversation)

    async def records(self, conversation: str) -> tuple[Header, list[Record]]:
        """The log of one conversation."""
        lines = await asyncio.to_thread(_command, ["calls", "show", conversation, "--log"], self.data_dir)
        return decode_log(lines, name=conversation)

    def _ask(self, answer: type[_Answer], *arguments: str) -> _Answer:
        return msgspec.json.decode(_command(["calls", *arguments, "--json"], self.data_dir), type=answer)


@contextlib.asynccontextmanager
async def running_server(work: Path, config: str = "", agent: Path = EXAMPLE) -> AsyncIterator[RunningServer]:
    """`voice-agent serve` with an agent folder and `config` (TOML); `work` is an empty folder for all it writes.

    Raises CallFailed where it doesn't become ready; it is gone when the block ends.
    """
    settings, log, data_dir = work / "settings.toml", work / "server.log", work / "data"
    settings.write_text(config, encoding="utf-8")
    command = serve_command(agent, "--config", str(settings), "--data-dir", str(data_dir))
    async with serving(command, log, Ready, environment=_environment(), start_s=READY_S, stop_s=STOP_S) as ready:
        yield RunningServer(ready.sip, ready.http, ready.pid, data_dir, log)


def readings(text: str) -> dict[str, float]:
    """Prometheus' text format: name to value, of what has no labels."""
    pairs = (line.split() for line in text.splitlines() if line and not line.startswith("#") and "{" not in line)
    return {pair[0]: float(pair[1]) for pair in pairs if len(pair) == 2}


def cpu_seconds(pid: int) -> dict[str, float]:
    """Processor time so far of a process (`worker`) and of those it started (`speech`), in seconds."""
    return {
        "worker": _ticks(Path(f"/proc/{pid}/stat"))[1] / _hertz(),
        "speech": sum(ticks for parent, ticks in _all_ticks() if parent == pid) / _hertz(),
    }


def _all_ticks() -> Iterator[tuple[int, int]]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            yield _ticks(stat)


def _ticks(stat: Path) -> tuple[int, int]:
    """Parent, and user and system time in clock ticks: proc(5), fields 4, 14 and 15."""
    fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return int(fields[1]), int(fields[11]) + int(fields[12])


def _hertz() -> int:
    return os.sysconf("SC_CLK_TCK")


def _command(arguments: list[str], data_dir: Path) -> bytes:
    done = subprocess.run(
        _python([*arguments, "--data-dir", str(data_dir)]),
        capture_output=True,
        env=_environment(),
        timeout=COMMAND_S,
        check=False,
    )
    if done.returncode != 0:
        raise CallFailed(f"voice-agent {' '.join(arguments)} failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _python(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "voice_agent", *arguments]


def _environment() -> dict[str, str]:
    """Ours without settings of the product: what is measured is what the benchmark says, and nobody asks the API."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("VOICE_AGENT_")}
    return {**plain, "VOICE_AGENT_API_ENABLED": "false", "VOICE_AGENT_CHAT_ENABLED": "false"}


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
        return text
