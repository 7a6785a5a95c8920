"""Fetches what tools are described by elsewhere (OpenAPI documents at a URL, tool lists of MCP servers) for the folder.

Done by a person, once and after a change: what a call does then depends on nothing but the folder.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from voice_agent.app.agent_folder import read_folder
from voice_agent.effects.catalogue import headers_of
from voice_agent.effects.guarded_http import request
from voice_agent.effects.guarded_network import AllowedHosts
from voice_agent.effects.mcp_tools import McpServer
from voice_agent.effects.openapi import Document
from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import AgentFolderError, ToolError
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.read_tools import read_tools
from voice_agent.journeys.tool_list import McpSource, OpenApiSource, Source, ToolList

FETCH_S: Final = 30.0


def pin(folder: Path, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Writes the file of each source that needs one; returns them. Raises AgentFolderError, ToolError."""
    tools = _tool_list(read_folder(folder))
    written: list[Path] = []
    for source in tools.sources:
        content = _fetched(source, folder, environment)
        if content is not None:
            path = folder / source.document
            path.write_bytes(msgspec.json.format(msgspec.json.encode(content, order="sorted"), indent=2) + b"\n")
            written.append(path)
    return written


def _tool_list(files: Mapping[str, str]) -> ToolList:
    """As the folder will have it: the files that are about to be written are taken for there."""
    expected = {source.document: "" for source in read_tools(files, Problems()).sources}
    problems = Problems()
    tools = read_tools({**expected, **files}, problems)
    for problem in problems.sorted():
        raise problem.as_error()
    return tools


def _fetched(source: Source, folder: Path, environment: Mapping[str, str]) -> Any:
    call = ToolCall(ends_s=time.monotonic() + FETCH_S)
    headers = headers_of(source, environment)
    match source:
        case OpenApiSource(origin=None):
            return None
        case OpenApiSource(origin=str(url)):
            answer = request(AllowedHosts(source.hosts), call, "GET", url, headers)
            if answer.status >= 400:
                raise ToolError(
                    f"{url} answered {answer.status}", hint="a document in YAML must be put into the folder"
                )
            Document(url, answer.body)
            return answer.body
        case McpSource():
            given = {name: environment.get(name, "") for name in source.environment}
            server = McpServer(source, folder, headers, given)
            try:
                return {"tools": sorted(server.list_tools(call), key=lambda tool: str(tool["name"]))}
            finally:
                server.close()
        case _:
            raise AgentFolderError(f"{source.place.file}:{source.place.line}: nothing to fetch")
