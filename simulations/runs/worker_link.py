"""The suite's end of one worker process: starts it, carries messages, kills it. Decides nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import msgspec

import simulations
from simulations.runs.worker_messages import FromWorker, Setting, ToWorker, encoded, from_worker

STOP_S: Final = 10.0
"""What a worker gets to close its agent before it is killed."""
_LAST_WORDS: Final = 300


class WorkerLink:
    """A running worker. What it writes goes to `log`, of which `last_words` are told when it dies."""

    def __init__(self, process: subprocess.Popen[bytes], connection: Connection, log: Path) -> None:
        self.connection: Final = connection
        self._process = process
        self._log = log

    @classmethod
    def start(cls, setting: Setting, log: Path) -> WorkerLink:
        """Returns before its agent is open. Raises OSError where no process can be made.

        In a session of its own: an interrupt from the terminal is the suite's to see to.
        """
        ours, theirs = socket.socketpair()
        with theirs, log.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "simulations.runs.worker", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                pass_fds=(theirs.fileno(),),
                env=_environment(),
                start_new_session=True,
            )
        link = cls(process, Connection(ours.detach()), log)
        link.send(setting)
        return link

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: ToWorker) -> None:
        """To a worker that has died nothing is said; `receive` tells that it has."""
        with suppress(OSError):
            self.connection.send_bytes(encoded(message))

    def receive(self) -> FromWorker | None:
        """The next message, None where the process has gone or talks nonsense."""
        try:
            return from_worker(self.connection.recv_bytes())
        except (OSError, EOFError, msgspec.DecodeError):
            return None

    def kill(self) -> str:
        """Ends the process whatever it does; returns how it ended and its last words."""
        self._process.kill()
        return self._ended()

    def close(self) -> None:
        """Lets it end; kills it where it takes too long."""
        self.connection.close()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def died(self) -> str:
        """How a process ended that has closed its end of the line, and its last words."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        return self.kill()

    def _ended(self) -> str:
        code = self._process.wait()
        self.connection.close()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        with suppress(OSError):
            lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return f"{how}: {lines[-1][:_LAST_WORDS]}" if lines else how
        return how


def _environment() -> dict[str, str]:
    """One thread a process, as many processes as wanted; and this very package, wherever the suite found it."""
    root = str(Path(simulations.__file__).parents[1])
    known = os.environ.get("PYTHONPATH")
    path = root if known is None else os.pathsep.join((root, known))
    return {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "PYTHONPATH": path}
