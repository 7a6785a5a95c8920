"""The product as its users run it: `voice-agent` in a process of its own, its output read as it comes.

with ServerProcess.start(RIVERSIDE, data_dir, SCRIPTED) as server:
    server.ready.sip                                    # a URI to dial
    server.logged("call ended", 10)                     # the log line, waited for
    assert server.terminated(10) == 0
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final
from urllib.parse import urlsplit

import msgspec

from voice_agent.cli.output import Ready

ROOT: Final = Path(__file__).parents[2]
RIVERSIDE: Final = ROOT / "examples" / "riverside_broadband"
PARCEL_DESK: Final = ROOT / "tests" / "system" / "parcel_desk"
SCRIPTED: Final = {
    f"VOICE_AGENT_SPEECH_{kind}": "scripted" for kind in ("RECOGNISER", "SYNTHESISER", "EMBEDDER", "VOICE_ACTIVITY")
}
READY_S: Final = 60.0


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `settings` and no others of the product's; no API unless they want it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("VOICE_AGENT_")}
    return {**plain, "VOICE_AGENT_API_ENABLED": "false", "VOICE_AGENT_CHAT_ENABLED": "false", **settings}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "voice_agent", *map(str, arguments)]


def run(*arguments: str | Path, settings: Mapping[str, str], seconds: float) -> subprocess.CompletedProcess[str]:
    """One command to its end, in the root of the repository."""
    return subprocess.run(
        command(*arguments),
        env=environment(settings),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


class Output:
    """Lines of a process, read by a thread so that its pipe never fills up."""

    def __init__(self, stream: IO[str]) -> None:
        self._lines: list[str] = []
        self._news = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    @property
    def lines(self) -> list[str]:
        with self._news:
            return list(self._lines)

    def wait(self, wanted: Callable[[str], bool], seconds: float, what: str) -> str:
        """The first line that `wanted` takes. Raises AssertionError where the output or the time ends before."""
        deadline = time.monotonic() + seconds
        looked = 0
        with self._news:
            while True:
                for line in self._lines[looked:]:
                    if wanted(line):
                        return line
                looked = len(self._lines)
                left = deadline - time.monotonic()
                if self._over or left <= 0:
                    raise AssertionError(f"no {what} within {seconds} s; the last lines: {self._lines[-8:]}")
                self._news.wait(left)

    def join(self, seconds: float) -> None:
        """Returns once the stream has ended."""
        self._thread.join(seconds)

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._news:
                    self._lines.append(line.rstrip("\n"))
                    self._news.notify_all()
        with self._news:
            self._over = True
            self._news.notify_all()


class ServerProcess:
    """`voice-agent serve`. Leaving the block ends it, whatever state it is in."""

    def __init__(self, process: subprocess.Popen[str], data_dir: Path) -> None:
        self.process = process
        self.data_dir = data_dir
        assert process.stdout is not None
        assert process.stderr is not None
        self._out = Output(process.stdout)
        self._err = Output(process.stderr)
        self._ready: Ready | None = None

    @classmethod
    def start(cls, agent: Path, data_dir: Path, settings: Mapping[str, str]) -> ServerProcess:
        """Ports are any free ones. It may not be ready yet."""
        options = ("--json", "--sip-port", "0", "--http-port", "0", "--data-dir", str(data_dir))
        process = subprocess.Popen(
            command("serve", agent, *options),
            env=environment(settings),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return cls(process, data_dir)

    @property
    def ready(self) -> Ready:
        """What it said when it was; waited for."""
        if self._ready is None:
            line = self._out.wait(lambda _: True, READY_S, f"ready line; stderr: {self._err.lines[-8:]}")
            self._ready = msgspec.json.decode(line, type=Ready)
        return self._ready

    @property
    def log(self) -> list[dict[str, Any]]:
        """Its log so far, one object a line."""
        return [json.loads(line) for line in self._err.lines if line.startswith("{")]

    @property
    def stderr(self) -> list[str]:
        return self._err.lines

    def logged(self, message: str, seconds: float) -> dict[str, Any]:
        """The first log line with this message, waited for."""
        line = self._err.wait(lambda line: _message(line) == message, seconds, f"log line {message!r}")
        return dict(json.loads(line))

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page of `http`."""
        address = urlsplit(self.ready.http)
        assert address.hostname is not None
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def health(self) -> tuple[int, dict[str, Any]]:
        status, text = self.get("/health")
        return status, dict(json.loads(text))

    def speech_processes(self) -> list[int]:
        """Ids of its own children."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self, seconds: float) -> int:
        """Its exit code, waited for; all of its output is there then."""
        code = self.process.wait(seconds)
        self._out.join(seconds)
        self._err.join(seconds)
        return code

    def terminated(self, seconds: float) -> int:
        """Its exit code after it was asked to stop."""
        self.signal(signal.SIGTERM)
        return self.ended(seconds)

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.ended(10)


def _message(line: str) -> str | None:
    if not line.startswith("{"):
        return None
    message = json.loads(line).get("message")
    return message if isinstance(message, str) else None
