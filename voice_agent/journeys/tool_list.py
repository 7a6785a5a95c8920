"""What `tools/tools.yaml` says, compiled: where tools come from that are no Python functions, and how each is called.

Everything in it is known without asking anybody: documents and the tool lists of MCP servers are files of the folder.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from voice_agent.journeys.problems import Place

Mode: TypeAlias = Literal["real", "mock"]
AfterLoss: TypeAlias = Literal["repeat", "compensate", "report"]

TOOLS_FILE = "tools/tools.yaml"


class OpenApiSource(msgspec.Struct, frozen=True, tag="openapi"):
    """`document` is a path in the folder; `origin` the URL that it was fetched from, None for a file of one's own.

    `hosts` are all that may be asked, as `host` or `host:port`; only the latter may be an address of a private network.
    `headers` are pairs whose values may hold `${VARIABLE}` of the environment.
    """

    name: str
    place: Place
    document: str
    origin: str | None = None
    server: str | None = None
    hosts: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class McpSource(msgspec.Struct, frozen=True, tag="mcp"):
    """Exactly one of `command` and `url`. `document` is where the server's tool list is kept in the folder.

    `environment` names the variables that the command is given besides PATH and the like.
    """

    name: str
    place: Place
    document: str
    command: tuple[str, ...] = ()
    url: str | None = None
    environment: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


Source: TypeAlias = OpenApiSource | McpSource


class Listed(msgspec.Struct, frozen=True):
    """One tool. `source` None: a Python function. `operation` is its name there (operationId, the MCP tool's name).

    `effect` and `idempotent` None: what the function's decorator says. `attempts` None: two where repeating is safe.
    `secret` are paths (`card.number`) into arguments, `secret_result` into results. `after_loss`: what becomes of a
    write of which it isn't known whether it happened; None: repeated where that is safe, reported else.
    """

    name: str
    place: Place
    source: str | None = None
    operation: str = ""
    effect: Literal["read", "write"] | None = None
    idempotent: bool | None = None
    deadline_ms: int | None = None
    attempts: int | None = None
    secret: tuple[str, ...] = ()
    secret_result: tuple[str, ...] = ()
    compensate: str | None = None
    after_loss: AfterLoss | None = None
    mode: Mode | None = None


class ToolList(msgspec.Struct, frozen=True):
    sources: tuple[Source, ...] = ()
    tools: tuple[Listed, ...] = ()

    def source(self, name: str | None) -> Source | None:
        return next((source for source in self.sources if source.name == name), None)

    def listed(self, name: str) -> Listed | None:
        return next((tool for tool in self.tools if tool.name == name), None)
