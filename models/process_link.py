"""The worker's end of one speech process: starts it, carries messages, kills it. Decides nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

import models
from models.process_messages import HEADER_BYTES, FromProcess, ToProcess, body_length, framed, from_process
from models.process_settings import EngineSettings


class ProcessLink:
    """A running process. `receive` gives None once it has gone; `ended` reaps it and must be awaited in the end."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        # Process.kill() may reap the process itself, and its exit code is lost to the loop; and a pid can be reused.
        self._pidfd = os.pidfd_open(process.pid)

    @classmethod
    async def start(cls, settings: EngineSettings) -> ProcessLink:
        """Raises `OSError` where no process can be made. Returns before its engines are loaded."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "models.speech_process",
                    "--fd",
                    str(theirs.fileno()),
                    "--config",
                    msgspec.json.encode(settings).decode(),
                    stdin=asyncio.subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    env=_environment(),
                )
            except OSError:
                ours.close()
                raise
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        return cls(process, reader, writer)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: ToProcess) -> None:
        """Never waits: a process holds one job at a time, so little is ever buffered."""
        if not self._writer.is_closing():
            self._writer.write(framed(message))

    async def receive(self) -> FromProcess | None:
        """The next message; None at the end. Raises `ProtocolBroken`."""
        try:
            header = await self._reader.readexactly(HEADER_BYTES)
            body = await self._reader.readexactly(body_length(header))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        return from_process(body)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    async def ended(self) -> int:
        """Kills what is left, closes the socket and returns the exit code (negative: the signal)."""
        self.kill()
        try:
            return await self._process.wait()
        finally:
            os.close(self._pidfd)
            self._writer.close()


def _environment() -> dict[str, str]:
    """One thread a process, as many processes as wanted; and this very package, wherever the worker found it."""
    root = str(Path(models.__file__).parents[1])
    known = os.environ.get("PYTHONPATH")
    path = root if known is None else os.pathsep.join((root, known))
    return {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": path}
