"""The API beside a server: a process of its own, started again when it dies, ended with the server.

The server binds the address and keeps it: a port that is taken is told at once, and whoever asks while the process is
being started again waits rather than being refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

import voice_agent
from voice_agent.api.tokens import Token
from voice_agent.app.api_process import Handed
from voice_agent.app.api_tokens import secret_for_this_run, token_for_this_run
from voice_agent.app.http_server import listen, url_of
from voice_agent.config import Config

FIRST_DELAY_S: Final = 0.5
LONGEST_DELAY_S: Final = 30.0
STEADY_S: Final = 60.0
"""One that ran so long has not failed to start."""
STOP_S: Final = 3.0

_log = logging.getLogger("voice_agent.server")


def delay_s(failures: int) -> float:
    """How long to wait before a start after so many failures in a row (1 or more)."""
    return min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(failures - 1, 10))


class ApiBeside:
    """`secret` is a token that was made for this run, to be told once; None where the file has tokens."""

    def __init__(self, config: Config) -> None:
        """Raises ConfigurationError where the address can't be had, or no token could be asked for."""
        # What reads calls has no business with passwords for placing them.
        self._config = Config(store=config.store, api=config.api, turns=config.turns)
        self.secret = secret_for_this_run(config)
        self._always: tuple[Token, ...] = token_for_this_run(self.secret)
        self._listening = listen("api", config.api.host, config.api.port)
        self.url = url_of(config.api.host, self._listening)
        self._may_start = asyncio.Event()
        self.pid: int | None = None

    def start(self) -> None:
        """The store is there: the process may be started."""
        self._may_start.set()

    async def supervise(self) -> None:
        """Keeps a process running, for ever; it is gone when this is cancelled."""
        await self._may_start.wait()
        failures, loop = 0, asyncio.get_running_loop()
        while True:
            began = loop.time()
            code = await self._run_once()
            failures = 1 if loop.time() - began > STEADY_S else failures + 1
            _log.error("the api process ended and is started again", extra={"exit": code, "delay_s": delay_s(failures)})
            await asyncio.sleep(delay_s(failures))

    def close(self) -> None:
        self._listening.close()

    async def _run_once(self) -> int | str:
        """The exit code of one process, or why there was none."""
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "voice_agent.app.api_process",
                str(self._listening.fileno()),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=(self._listening.fileno(),),
                env=_environment(),
            )
        except OSError as problem:
            return str(problem)
        try:
            self.pid = process.pid
            if process.stdin is not None:
                process.stdin.write(msgspec.json.encode(Handed(self._config, self._always)) + b"\n")
            return await process.wait()
        finally:
            self.pid = None
            await _ended(process)


@contextlib.asynccontextmanager
async def api_beside(config: Config) -> AsyncIterator[ApiBeside | None]:
    """The API until the block ends, None where the settings want none; it starts once `start` is called.

    Raises ConfigurationError.
    """
    if not config.api.enabled:
        yield None
        return
    beside = ApiBeside(config)
    raised: Exception | None = None
    try:
        async with asyncio.TaskGroup() as group:
            supervising = group.create_task(beside.supervise())
            try:
                yield beside
            except Exception as error:  # noqa: BLE001 - raised below, as it is and not inside an ExceptionGroup
                raised = error
            supervising.cancel()
    finally:
        beside.close()
    if raised is not None:
        raise raised


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Its input ends, so it does; killed where it doesn't."""
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is not None:
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_S):
            await process.wait()
            return
    process.kill()
    await process.wait()


def _environment() -> dict[str, str]:
    """This very package, wherever the server found it."""
    root = str(Path(voice_agent.__file__).parents[1])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": root if known is None else os.pathsep.join((root, known))}
