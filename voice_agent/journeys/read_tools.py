"""`tools/tools.yaml` to a ToolList. It looks at no document: the shell that loads tools does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, cast
from urllib.parse import urlsplit

from voice_agent.journeys.problems import Problems
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Node, parse
from voice_agent.journeys.tool_list import (
    TOOLS_FILE,
    AfterLoss,
    Listed,
    McpSource,
    Mode,
    OpenApiSource,
    Source,
    ToolList,
)
from voice_agent.journeys.vocabulary import (
    AFTER_LOSS,
    BOUNDS,
    EFFECTS,
    LISTED_TOOL,
    MCP,
    MODES,
    SECRET,
    SOURCE,
    TOOL_LIST,
)

_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\Z")
_PATH: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z")


def read_tools(files: Mapping[str, str], problems: Problems) -> ToolList:
    """Nothing where the folder has no such file: then all its tools are Python functions."""
    if TOOLS_FILE not in files:
        return ToolList()
    root = parse(TOOLS_FILE, files[TOOLS_FILE], problems)
    return ToolList() if root is None else _Reader(Reading(problems), files).read(root)


class _Reader:
    def __init__(self, reading: Reading, files: Mapping[str, str]) -> None:
        self._reading = reading
        self._files = files

    def read(self, root: Node) -> ToolList:
        keys = self._reading.keys(root, TOOL_LIST)
        sources = [
            self._source(name, entry.node)
            for name, entry in (self._reading.named(keys["sources"], "sources") if "sources" in keys else {}).items()
        ]
        known = {source.name for source in sources if source is not None}
        tools = [
            self._tool(name, entry.node, known)
            for name, entry in (self._reading.named(keys["tools"], "tools") if "tools" in keys else {}).items()
        ]
        self._check_compensations(tools)
        return ToolList(tuple(source for source in sources if source is not None), tuple(tools))

    def _source(self, name: str, node: Node) -> Source | None:
        keys = self._reading.keys(node, SOURCE)
        if ("openapi" in keys) == ("mcp" in keys):
            self._reading.problems.add(node.place, "found a source that is not one of 'openapi', 'mcp'; allowed: one")
            return None
        hosts = self._hosts(keys["hosts"]) if "hosts" in keys else ()
        headers = self._headers(keys["headers"]) if "headers" in keys else ()
        if "mcp" in keys:
            return self._mcp(name, keys["mcp"], hosts, headers)
        text = self._reading.text(keys["openapi"], "openapi")
        is_url = text.startswith(("http://", "https://"))
        document = f"tools/{name}.pinned.json" if is_url else f"tools/{text}"
        self._check_file(document, keys["openapi"], pinned=is_url)
        if not hosts:
            self._reading.problems.add(node.place, "found 'openapi' without 'hosts'; allowed: the hosts it may ask")
        server = self._reading.text(keys["server"], "server") if "server" in keys else None
        for url in ([text] if is_url else []) + ([] if server is None else [server]):
            self._check_host(url, hosts, node)
        return OpenApiSource(name, node.place, document, text if is_url else None, server, hosts, headers)

    def _mcp(
        self, name: str, node: Node, hosts: tuple[str, ...], headers: tuple[tuple[str, str], ...]
    ) -> McpSource | None:
        keys = self._reading.keys(node, MCP)
        if ("command" in keys) == ("url" in keys):
            self._reading.problems.add(node.place, "found an MCP server without a way to it; allowed: command or url")
            return None
        url = self._reading.text(keys["url"], "url") if "url" in keys else None
        if url is not None:
            self._check_host(url, hosts, node)
        document = f"tools/{name}.pinned.json"
        self._check_file(document, node, pinned=True)
        return McpSource(
            name=name,
            place=node.place,
            document=document,
            command=self._reading.texts(keys["command"], "command") if "command" in keys else (),
            url=url,
            environment=self._reading.texts(keys["environment"], "environment") if "environment" in keys else (),
            hosts=hosts,
            headers=headers,
        )

    def _check_file(self, path: str, node: Node, *, pinned: bool) -> None:
        if path not in self._files:
            hint = "`voice-agent tools AGENT --pin` fetches it." if pinned else "Name a file in the folder 'tools'."
            self._reading.problems.add(node.place, f"found no '{path}'; allowed: with that file", hint)

    def _hosts(self, node: Node) -> tuple[str, ...]:
        found = self._reading.texts(node, "hosts")
        for host in found:
            if _HOST.match(host) is None:
                self._reading.problems.add(node.place, f"found the host '{host}'; allowed: NAME, NAME:PORT, no URL")
        return found

    def _check_host(self, url: str, hosts: tuple[str, ...], node: Node) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or host is None or parts.username is not None:
            self._reading.problems.add(node.place, f"found '{url}'; allowed: an http or https URL without a user")
            return
        shown = f"[{host}]" if ":" in host else host
        if shown not in hosts and f"{shown}:{port or (443 if parts.scheme == 'https' else 80)}" not in hosts:
            self._reading.problems.unknown(node.place, "in a URL the host", parts.netloc, hosts)

    def _headers(self, node: Node) -> tuple[tuple[str, str], ...]:
        entries = self._reading.mapping(node, "headers")
        return tuple((name, self._reading.text(entry.node, name)) for name, entry in entries.items())

    def _tool(self, name: str, node: Node, sources: set[str]) -> Listed:
        reading = self._reading
        keys = reading.keys(node, LISTED_TOOL)
        source = reading.one_of(keys["from"], "the source", sorted(sources)) if "from" in keys else None
        if source is not None and "effect" not in keys:
            reading.problems.add(node.place, f"found '{name}' without 'effect'; allowed: read, write")
        effect = reading.one_of(keys["effect"], "the effect", EFFECTS) if "effect" in keys else None
        secret = reading.keys(keys["secret"], SECRET) if "secret" in keys else {}
        loss = reading.one_of(keys["after_loss"], "after_loss", AFTER_LOSS) if "after_loss" in keys else None
        mode = reading.one_of(keys["mode"], "the mode", MODES) if "mode" in keys else None
        return Listed(
            name=name,
            place=node.place,
            source=source,
            operation=reading.text(keys["operation"], "operation") if "operation" in keys else name,
            effect=cast(Literal["read", "write"], effect) if effect in EFFECTS else None,
            idempotent=reading.flag(keys["idempotent"], "idempotent") if "idempotent" in keys else None,
            deadline_ms=self._number(keys, "deadline_ms"),
            attempts=self._number(keys, "attempts"),
            secret=self._paths(secret, "arguments"),
            secret_result=self._paths(secret, "result"),
            compensate=reading.name(keys["compensate"], "compensate") if "compensate" in keys else None,
            after_loss=cast(AfterLoss, loss) if loss in AFTER_LOSS else None,
            mode=cast(Mode, mode) if mode in MODES else None,
        )

    def _number(self, keys: Mapping[str, Node], key: str) -> int | None:
        return self._reading.number(keys[key], key, *BOUNDS[key]) if key in keys else None

    def _paths(self, keys: Mapping[str, Node], key: str) -> tuple[str, ...]:
        if key not in keys:
            return ()
        found = self._reading.texts(keys[key], key)
        for path in found:
            if _PATH.match(path) is None:
                self._reading.problems.add(keys[key].place, f"found the field '{path}'; allowed: NAME, NAME.NAME")
        return found

    def _check_compensations(self, tools: list[Listed]) -> None:
        names = [tool.name for tool in tools]
        for tool in tools:
            if tool.compensate is not None and tool.compensate not in names:
                self._reading.problems.unknown(tool.place, "for compensate the tool", tool.compensate, sorted(names))
            if tool.after_loss == "compensate" and tool.compensate is None:
                message = "found 'after_loss: compensate' without 'compensate'; allowed: with the tool that undoes it"
                self._reading.problems.add(tool.place, message)
            if tool.after_loss == "repeat" and tool.idempotent is False:
                message = "found 'after_loss: repeat' of a tool that is not idempotent; allowed: compensate, report"
                self._reading.problems.add(tool.place, message)
