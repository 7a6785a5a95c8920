"""The server that a suite calls: as anybody would start one, but that tools answer as the scenario of the call says.

    python -m simulations.runs.mocked_server FOLDER --mocks FILE

Settings come from the environment. Whoever makes a call writes FILE first (`put_mocks`); there is one call at a time.
Prints the line of `serve --json` when it is ready. A thin shell.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop

from simulations.runs.mocked import MockedTools
from simulations.scenario_world import Mock
from voice_agent.app.logs import log_to_stderr
from voice_agent.app.running_server import Server
from voice_agent.app.server import SWITCH_S, serve
from voice_agent.clock import Clock
from voice_agent.config import load_config
from voice_agent.conversation.actions import CallTool
from voice_agent.errors import VoiceAgentError
from voice_agent.session.world import Progress, Tools, World

PROGRAM: Final = "simulations.runs.mocked_server"


class CallMocks(msgspec.Struct, frozen=True):
    """What tools answer in one call. `call` is another for each, so that what was used up is there again."""

    call: int
    civil_start: str
    mocks: dict[str, tuple[Mock, ...]]


class Ready(msgspec.Struct, frozen=True):
    """The one line on stdout: `sip` is a URI to dial."""

    event: str
    sip: str


class FileMocks:
    """`tools` with the answers in the file at `path` before them, as it is when a tool is called."""

    def __init__(self, tools: Tools, path: Path, clock: Clock) -> None:
        self._tools = tools
        self._path = path
        self._clock = clock
        self._call: int | None = None
        self._mocked: Tools = tools
        self.names: frozenset[str] = frozenset()
        """Tools that answer otherwise in the call that asked last."""

    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        """As the port says."""
        found = await asyncio.to_thread(read_mocks, self._path)
        if found is not None and found.call != self._call:
            self._call = found.call
            self.names = frozenset(found.mocks)
            self._mocked = MockedTools(self._tools, found.mocks, self._clock, civil_start=found.civil_start)
        return await self._mocked.run(asked, deadline_us=deadline_us, progress=progress)


class Modes(Mapping[str, str]):
    """Who answers for each tool: as it was, but "mock" for those of the call."""

    def __init__(self, modes: Mapping[str, str], tools: FileMocks) -> None:
        self._modes = modes
        self._tools = tools

    def __getitem__(self, tool: str) -> str:
        return "mock" if tool in self._tools.names else self._modes[tool]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._modes, **dict.fromkeys(self._tools.names)})

    def __len__(self) -> int:
        return sum(1 for _ in self)


def put_mocks(path: Path, found: CallMocks) -> None:
    """All of it or nothing."""
    new = path.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(found))
    new.replace(path)


def read_mocks(path: Path) -> CallMocks | None:
    """None where nothing was put there yet."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=CallMocks)
    except FileNotFoundError:
        return None


def mocked(world: World, path: Path) -> World:
    """`world`, whose tools answer by the file at `path`."""
    tools = FileMocks(world.tools, path, world.clock)
    return replace(world, tools=tools, tool_modes=Modes(world.tool_modes, tools))


def main() -> int:
    parser = argparse.ArgumentParser(prog=PROGRAM)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mocks", type=Path, required=True)
    options = parser.parse_args()
    log_to_stderr()

    def ready(server: Server) -> None:
        sys.stdout.write(msgspec.json.encode(Ready("ready", server.sip_uri)).decode() + "\n")
        sys.stdout.flush()

    sys.setswitchinterval(SWITCH_S)
    try:
        config = load_config("", os.environ, source="the environment")
        uvloop.run(serve(options.folder, config, ready, lambda world: mocked(world, options.mocks)))
    except VoiceAgentError as problem:
        sys.stderr.write(f"{PROGRAM}: {problem.message}\n")
        return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
