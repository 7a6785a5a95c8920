"""The process of the API: serves until it is told to stop.

`voice-agent api` is this process. Started by a server, it is handed the listening socket and, as the first line of its
standard input, what it needs to know; when that input ends, the server has ended, and so does this.

    python -m voice_agent.app.api_process FD
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop

from voice_agent.api.app import ApiSettings, api_app
from voice_agent.api.tokens import Token, TokenFile
from voice_agent.app.api_tokens import tokens_path
from voice_agent.app.http_server import HttpServer
from voice_agent.app.kept_inputs import KeptInputs
from voice_agent.app.logs import log_to_stderr
from voice_agent.app.outcome_rules import kept_rules
from voice_agent.config import Config
from voice_agent.errors import ConfigurationError


class Handed(msgspec.Struct, frozen=True):
    """What a server tells the process that it starts. Of a token only the digest."""

    config: Config
    always: tuple[Token, ...]


def api_server(config: Config, always: tuple[Token, ...]) -> HttpServer:
    """Raises ConfigurationError where the file of tokens is wrong."""
    settings = ApiSettings(Path(config.store.data_dir), config.store.retention_days, config.turns.pause_ms * 1_000)
    inputs = KeptInputs(config)
    app = api_app(settings, TokenFile(tokens_path(config), always), inputs.explain, kept_rules(inputs))
    return HttpServer(app)


def run_api(server: HttpServer, listening: socket.socket, *, end_with: int | None = None) -> None:
    """Serves until SIGTERM, SIGINT, or the end of file of the descriptor `end_with`."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, server.stop)
        if end_with is None:
            loop.add_signal_handler(signal.SIGINT, server.stop)
        else:
            # Ctrl-C in a terminal reaches every process of it; the server says when its calls are over.
            loop.add_signal_handler(signal.SIGINT, lambda: None)
            loop.add_reader(end_with, lambda: None if os.read(end_with, 4096) else server.stop())
        await server.serve(sockets=[listening])

    uvloop.run(main())


def main(arguments: Sequence[str]) -> int:
    """The process that a server starts."""
    log_to_stderr()
    handed = msgspec.json.decode(_first_line(sys.stdin.fileno()), type=Handed)
    try:
        server = api_server(handed.config, handed.always)
    except ConfigurationError as problem:
        print(f"voice-agent api: {problem.message}", file=sys.stderr)  # noqa: T201
        return problem.exit_code
    with socket.socket(fileno=int(arguments[0])) as listening:
        run_api(server, listening, end_with=sys.stdin.fileno())
    return 0


def _first_line(descriptor: int) -> bytes:
    """Unbuffered: what comes after it has to stay where a loop sees it."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(descriptor, 65_536)
        if piece == b"":
            break
        line += piece
    return line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
