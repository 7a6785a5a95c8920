"""All tools of an agent folder by name, of whatever kind, real or mock: what journeys may call and how it is called.

Nobody is asked for it: functions are imported, everything else stands in files of the folder. Packages that only some
kinds of tools need are imported when such a tool is first called.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from voice_agent.effects.guarded_network import AllowedHosts
from voice_agent.effects.mcp_tools import McpServer, McpTool, pinned_tools
from voice_agent.effects.mock_tools import FUNCTIONS, MockTool, recorded_answers
from voice_agent.effects.openapi import Document
from voice_agent.effects.openapi_tools import OpenApiTool
from voice_agent.effects.tool_functions import Runnable, Tool, ToolSpec, load_tools
from voice_agent.errors import AgentFolderError, ConfigurationError
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.tool_list import TOOLS_FILE, Listed, McpSource, Mode, OpenApiSource

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_]\w*)\}")

T = TypeVar("T")


class Catalogue:
    """`tools` by name; `close` ends what they hold open."""

    def __init__(self, tools: Mapping[str, Runnable], servers: tuple[McpServer, ...], missing: tuple[str, ...]) -> None:
        self.tools = dict(tools)
        self._servers = servers
        self._missing = missing

    def require_environment(self) -> None:
        """Raises ConfigurationError for a variable that headers name and that is not set."""
        if self._missing:
            raise ConfigurationError(
                f"{TOOLS_FILE} needs {', '.join(self._missing)} in the environment",
                hint="set it, or start with mock tools: VOICE_AGENT_TOOLS_MODE=mock",
            )

    def warm_up(self) -> None:
        """Loads what tools in use will need. From a thread: it takes a second where there are MCP servers."""
        if any(tool.spec.kind == "mcp" and tool.spec.mode == "real" for tool in self.tools.values()):
            for server in self._servers:
                server.warm_up()

    def close(self) -> None:
        """Ends connections and processes of MCP servers."""
        for server in self._servers:
            server.close()


def load_catalogue(
    folder: Path,
    files: Mapping[str, str],
    pack: Pack,
    mode: Mode = "real",
    *,
    environment: Mapping[str, str] = os.environ,
) -> Catalogue:
    """`files` are the folder's texts, `pack` what was made of them. Raises AgentFolderError with file and line."""
    functions = load_tools(folder)
    loader = _Loader(folder, files, pack, environment)
    tools: dict[str, Runnable] = {}
    for name, function in functions.items():
        listed = pack.tool_list.listed(name)
        if listed is not None and listed.source is not None:
            raise AgentFolderError(f"{_at(listed)} {name} is from {listed.source}, but tools/ has a function {name!r}")
        tools[name] = (
            function if listed is None else msgspec.structs.replace(function, spec=_spec(function.spec, listed))
        )
    for listed in pack.tool_list.tools:
        if listed.source is not None:
            tools[listed.name] = loader.remote(listed)
        elif listed.name not in functions:
            names = ", ".join(sorted(functions)) or "none"
            raise AgentFolderError(
                f"{_at(listed)} no function {listed.name!r}; tools/ has {names}", hint="say where it is: from: SOURCE"
            )
    tools = _with_twins(tools, folder, files, pack, mode)
    used = {listed.source for listed in pack.tool_list.tools if tools[listed.name].spec.mode == "real"}
    return Catalogue(tools, tuple(loader.servers.values()), loader.missing(used))


class _Loader:
    """Makes tools that are described in the folder; one document and one server a source."""

    def __init__(self, folder: Path, files: Mapping[str, str], pack: Pack, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self.servers: dict[str, McpServer] = {}
        self._files = files
        self._pack = pack
        self._environment = environment
        self._documents: dict[str, Document] = {}

    def remote(self, listed: Listed) -> Runnable:
        source = self._pack.tool_list.source(listed.source)
        match source:
            case OpenApiSource():
                return self._openapi(listed, source)
            case McpSource():
                return self._mcp(listed, source)
            case None:
                raise AgentFolderError(f"{_at(listed)} no source {listed.source!r}")

    def missing(self, used: set[str | None]) -> tuple[str, ...]:
        """Variables that are not set and that sources in use name."""
        texts = [text for s in self._pack.tool_list.sources if s.name in used for _, text in s.headers]
        named = [name for text in texts for name in _VARIABLE.findall(text)]
        named += [
            n
            for s in self._pack.tool_list.sources
            if isinstance(s, McpSource) and s.name in used
            for n in s.environment
        ]
        return tuple(dict.fromkeys(name for name in named if name not in self._environment))

    def _openapi(self, listed: Listed, source: OpenApiSource) -> Runnable:
        document = self._documents.get(source.name)
        if document is None:
            document = self._documents[source.name] = Document(source.document, self._read(source.document, source))
        operation = _placed(listed, lambda: document.operation(listed.operation))
        server = source.server if source.server is not None else document.server()
        if server is None or not server.startswith(("http://", "https://")):
            raise AgentFolderError(
                f"{source.place.file}:{source.place.line}: {source.document} names no server with http or https",
                hint="write it under 'server'",
            )
        described = ToolSpec(listed.name, operation.description, operation.parameters, kind="openapi")
        headers = headers_of(source, self._environment)
        return OpenApiTool(_spec(described, listed), operation, server, AllowedHosts(source.hosts), headers)

    def _mcp(self, listed: Listed, source: McpSource) -> Runnable:
        found = _placed(listed, lambda: pinned_tools(source.document, self._files[source.document]))
        if listed.operation not in found:
            raise AgentFolderError(
                f"{_at(listed)} the server has no tool {listed.operation!r}; it has {', '.join(sorted(found))}"
            )
        server = self.servers.get(source.name)
        if server is None:
            environment = {name: self._environment.get(name, "") for name in source.environment}
            server = self.servers[source.name] = McpServer(
                source, self._folder, headers_of(source, self._environment), environment
            )
        described = found[listed.operation]
        spec = ToolSpec(listed.name, described.description, described.parameters, kind="mcp")
        return McpTool(_spec(spec, listed), described, server)

    def _read(self, path: str, source: OpenApiSource) -> object:
        text = self._files[path]
        try:
            return msgspec.json.decode(text) if path.endswith(".json") else _yaml(text)
        except (msgspec.DecodeError, ValueError, RecursionError) as problem:
            raise AgentFolderError(f"{path}:1: can't be read: {problem}") from problem


def headers_of(source: OpenApiSource | McpSource, environment: Mapping[str, str]) -> dict[str, str]:
    """The headers of a source, with what the environment holds; a variable that isn't set is empty."""
    return {name: _VARIABLE.sub(lambda match: environment.get(match[1], ""), text) for name, text in source.headers}


def _yaml(text: str) -> object:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as problem:
        raise ValueError(str(problem).partition("\n")[0]) from problem


def _with_twins(
    tools: Mapping[str, Runnable], folder: Path, files: Mapping[str, str], pack: Pack, mode: Mode
) -> dict[str, Runnable]:
    """Each tool that is to be mocked replaced by its twin.

    A function that works in the agent's own database needs none: in mock mode that is another file.
    """
    functions, answers = load_tools(folder, FUNCTIONS), recorded_answers(files)
    out: dict[str, Runnable] = {}
    for name, tool in tools.items():
        listed = pack.tool_list.listed(name)
        wanted = mode if listed is None or listed.mode is None else listed.mode
        twin: Tool | tuple[Any, ...] | None = functions.get(name) or answers.get(name)
        if wanted == "real":
            out[name] = tool
        elif twin is not None:
            out[name] = MockTool(tool, twin)
        elif isinstance(tool, Tool) and tool.wants_database:
            out[name] = msgspec.structs.replace(tool, spec=msgspec.structs.replace(tool.spec, mode="mock"))
        else:
            raise AgentFolderError(
                f"{TOOLS_FILE if listed is None else _at(listed)} {name} has no twin to answer in its place",
                hint="write a function of its name in tools/mock/, or answers in tools/mock/answers.json",
            )
    return out


def _spec(described: ToolSpec, listed: Listed) -> ToolSpec:
    """What is described, with what `tools.yaml` says of it."""
    return msgspec.structs.replace(
        described,
        effect=listed.effect if listed.effect is not None else described.effect,
        idempotent=listed.idempotent if listed.idempotent is not None else described.idempotent,
        attempts=listed.attempts,
        secret=listed.secret,
        secret_result=listed.secret_result,
        compensate=listed.compensate,
        after_loss=listed.after_loss,
    )


def _at(listed: Listed) -> str:
    return f"{listed.place.file}:{listed.place.line}:"


def _placed(listed: Listed, read: Callable[[], T]) -> T:
    """What is wrong with a document is told with the place that names it."""
    try:
        return read()
    except AgentFolderError as problem:
        raise AgentFolderError(f"{_at(listed)} {listed.name}: {problem.message}", hint=problem.hint) from problem
