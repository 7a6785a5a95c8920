"""A runner over the tools of an agent folder, as a server has it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import CallTool
from voice_agent.effects.catalogue import load_catalogue
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tools import ToolRunner
from voice_agent.journeys.pack import AgentSettings, Pack
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.read_tools import read_tools
from voice_agent.journeys.templates import parse_template
from voice_agent.journeys.tool_list import Mode

CLOCK = MonotonicClock()


def pack_of(files: Mapping[str, str]) -> Pack:
    """No journeys: only what the folder says of its tools."""
    problems = Problems()
    tools = read_tools(files, problems)
    assert problems.sorted() == []
    text = parse_template("Hello.")
    settings = AgentSettings("Shop", "default", "en", text, text, None, None, "callbacks", None, ())
    return Pack(settings, (), {}, "", tools)


def files_of(folder: Path) -> dict[str, str]:
    found = [*folder.rglob("*.yaml"), *folder.rglob("*.json")]
    return {str(path.relative_to(folder)): path.read_text() for path in found}


class Desk:
    """`progressed` is what tools told while they ran."""

    def __init__(self, folder: Path, environment: Mapping[str, str], mode: Mode = "real") -> None:
        files = files_of(folder)
        self.catalogue = load_catalogue(folder, files, pack_of(files), mode, environment=environment)
        self.runner = ToolRunner(self.catalogue.tools, AgentDatabase(folder / "data", "agent"), CLOCK)
        self.progressed: list[tuple[float, float | None]] = []

    def run(self, tool: str, arguments: dict[str, Any], key: str = "", within_s: float = 10.0) -> dict[str, Any]:
        action = CallTool(1, tool, arguments, "write" if key else "read", key)
        deadline_us = CLOCK.now_us() + round(within_s * 1_000_000)
        return asyncio.run(self.runner.run(action, deadline_us, progress=lambda *told: self.progressed.append(told)))

    def close(self) -> None:
        self.runner.close()
        self.catalogue.close()
