"""An MCP server with tools that behave and tools that don't; over stdio where it is run as a program."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError

server = MCPServer("crm")
NOTES = Path(os.environ.get("CRM_NOTES", os.devnull))


@server.tool()
def find_customer(account: str) -> dict[str, Any]:
    """Who has the account."""
    return {"account": account, "name": "Maya Ferrin"}


@server.tool()
def add_note(account: str, text: str, ctx: Context) -> dict[str, Any]:
    """Notes something down."""
    meta = ctx.request_context.meta or {}
    with NOTES.open("a") as file:
        file.write(f"{account} {text} {dict(meta).get('voice-agent/idempotency-key')}\n")
    return {"noted": True}


@server.tool()
async def count_lines(ctx: Context) -> dict[str, Any]:
    """Takes a while, and says how far it is."""
    for done in (1, 2, 3):
        await ctx.report_progress(done, 3)
    return {"lines": 3}


@server.tool(structured_output=False)
def say(text: str) -> str:
    """A text, whatever that holds."""
    return text


@server.tool(structured_output=False)
def draw() -> list[str]:
    """Two texts."""
    return ["one", "two"]


@server.tool()
def fail() -> dict[str, Any]:
    """Always fails."""
    raise ToolError("the archive is closed")


@server.tool()
def hang() -> dict[str, Any]:
    """Comes back too late."""
    time.sleep(3)
    return {}


@server.tool()
def die() -> dict[str, Any]:
    """Takes the whole server with it."""
    os._exit(3)


if __name__ == "__main__":
    server.run("stdio")
