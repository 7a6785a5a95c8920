"""A server in a process of its own, such as `voice-agent serve --json`: started, waited for, and ended
whatever happens. A shell."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from voice_agent.errors import CallFailed

ReadyT = TypeVar("ReadyT")

START_S: Final = 120.0
STOP_S: Final = 15.0
_PORTS: Final = ("--sip-port", "0", "--http-port", "0", "--api-port", "0", "--chat-port", "0")


class _Problem(msgspec.Struct, frozen=True):
    message: str
    hint: str | None = None


class _MayHaveFailed(msgspec.Struct, frozen=True):
    """The line of a server that can't start has an `error` (docs/contracts.md, "Commands")."""

    error: _Problem | None = None


def serve_command(folder: Path, *options: str) -> tuple[str, ...]:
    """`voice-agent serve` on free ports, with `options`."""
    return ("voice_agent", "serve", str(folder), "--json", *_PORTS, *options)


@asynccontextmanager
async def serving(
    command: Sequence[str],
    log: Path,
    ready: type[ReadyT],
    *,
    environment: Mapping[str, str] | None = None,
    start_s: float = START_S,
    stop_s: float = STOP_S,
) -> AsyncIterator[ReadyT]:
    """`command` is what Python's `-m` runs, such as `serve_command` gives; yields the first line that it prints.

    What it says besides goes to the file `log`. `environment` None: this process's. Raises CallFailed where it doesn't
    get ready in `start_s`. It is gone when the block ends: asked twice, `stop_s` each, then killed.
    """
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=environment,
        )
    try:
        yield await _ready(process, log, ready, start_s)
    finally:
        await _stop(process, stop_s)


async def _ready(process: asyncio.subprocess.Process, log: Path, ready: type[ReadyT], start_s: float) -> ReadyT:
    if process.stdout is None:
        raise CallFailed("the server has no standard output")
    try:
        async with asyncio.timeout(start_s):
            line = await process.stdout.readline()
        failed = msgspec.json.decode(line, type=_MayHaveFailed).error
        if failed is None:
            return msgspec.json.decode(line, type=ready)
    except (TimeoutError, msgspec.DecodeError) as problem:
        last = (await asyncio.to_thread(log.read_text)).strip().splitlines()[-2:]
        raise CallFailed(f"the server did not get ready: {' '.join(last)}", hint=f"{log} says more") from problem
    raise CallFailed(f"the server did not get ready: {failed.message}", hint=failed.hint)


async def _stop(process: asyncio.subprocess.Process, stop_s: float) -> None:
    """Twice asked, so that calls that are still up don't hold it; then killed."""
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(stop_s):
                await process.wait()
