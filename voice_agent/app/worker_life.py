"""One worker as the supervisor sees it: started, restarted with growing pauses while it dies, told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, assert_never

import voice_agent
from telephony.sip.dispatch import label
from telephony.sip.endpoint import monotonic_us
from voice_agent.app.front import Front
from voice_agent.app.worker_link import (
    Begin,
    Drain,
    End,
    Failed,
    Link,
    Released,
    Report,
    Send,
    Up,
    from_worker,
    pair,
)
from voice_agent.config import Config
from voice_agent.errors import WorkerFailed

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 30.0
LONG_LIFE_US: Final = 60_000_000
"""A worker that lived so long is restarted without a pause to speak of, whatever came before."""

SILENT_US: Final = 5_000_000
"""A worker reports each second. One that has been silent for so long hangs, and so do its callers: it is killed."""

_log = logging.getLogger("voice_agent.workers")


class WorkerLife:
    """All lives of worker `number`; `config` is its share."""

    def __init__(self, number: int, folder: Path, config: Config, front: Front) -> None:
        self.number = number
        self.agent = self.chat = self.whatsapp = ""
        self.metrics = ""
        self.over = asyncio.Event()
        self.restarts = 0
        self._folder = folder
        self._config = config
        self._front = front
        self._generation = 0
        self._stopping = asyncio.Event()
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._report: dict[str, Any] = {}
        self._failure: Failed | None = None
        self._link: Link | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._up = False
        self._heard_us = 0

    def state(self) -> dict[str, Any]:
        """What it reported last, a second ago at most; `up` where it takes part."""
        pid = None if self._process is None else self._process.pid
        return {"worker": self.number, "up": self._up, "pid": pid, "restarts": self.restarts, **self._report}

    async def first(self) -> None:
        """Returns when it has served for the first time. Raises WorkerFailed where it can't."""
        await asyncio.shield(self._first)

    async def run(self) -> None:
        """Lives until it is told to stop."""
        pause_s = FIRST_PAUSE_S
        try:
            while not self._stopping.is_set():
                began_us = monotonic_us()
                code = await self._live()
                if self._stopping.is_set():
                    break
                if not self._first.done():
                    self._first.set_exception(self._why(code))
                    break
                if monotonic_us() - began_us > LONG_LIFE_US:
                    pause_s = FIRST_PAUSE_S
                _log.error("worker %d ended with %d; it is restarted in %.1f s", self.number, code, pause_s)
                self.restarts += 1
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):
                        await self._stopping.wait()
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        finally:
            self.over.set()

    def stop(self, how: Drain | End) -> None:
        """Tells it, and restarts it no more."""
        self._stopping.set()
        if self._link is not None:
            self._link.send(how)

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)

    async def _live(self) -> int:
        """One life; the exit code."""
        self._generation += 1
        self._failure = None
        ours, theirs = pair()
        udp = self._front.sockets.fileno()
        with theirs:
            process = self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "voice_agent.app.worker", "--link", str(theirs.fileno()), "--udp", str(udp)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=sys.stderr.fileno(),
                pass_fds=(theirs.fileno(), udp),
                env=_environment(),
                start_new_session=True,
            )
        link = self._link = Link(ours, self._received, self._left)
        name = label(self.number, self._generation)
        link.send(Begin(str(self._folder), self._config, name, self._front.sockets.address, self.number == 0))
        if self._stopping.is_set():
            link.send(End())
        try:
            async with asyncio.TaskGroup() as group:
                watching = group.create_task(self._watch(link))
                code = await process.wait()
                watching.cancel()
            return code
        finally:
            link.close()
            self._left()

    async def _watch(self, link: Link) -> None:
        """Kills what hangs: a worker that reports no more, or lets go of its link and does not end."""
        while True:
            await asyncio.sleep(1)
            serves = self._up and not self._stopping.is_set()
            if (serves or link.closed) and monotonic_us() - self._heard_us > SILENT_US:
                _log.error("worker %d hangs; it is killed", self.number)
                self.kill()

    def _left(self) -> None:
        self._up = False
        self._report, self.metrics = {}, ""
        self._front.left(self.number)

    def _received(self, packet: bytes) -> None:
        self._heard_us = monotonic_us()
        message = from_worker.decode(packet)
        match message:
            case Up(agent=agent, chat=chat, whatsapp=whatsapp):
                self.chat, self.whatsapp = chat, whatsapp
                self._is_up(agent)
            case Failed():
                self._failure = message
            case Released(call_id=call_id):
                self._front.dispatcher.released(self.number, call_id, monotonic_us())
            case Send(data=data, destination=destination):
                self._front.sockets.send(data, destination)
            case Report(state=state, metrics=metrics, takes=takes):
                self._report, self.metrics = state, metrics
                self._front.dispatcher.takes(self.number, takes)
            case _:
                assert_never(message)

    def _is_up(self, agent: str) -> None:
        if self._link is None:
            return
        self.agent = agent
        self._up = True
        self._front.joined(self.number, self._link, self._generation)
        _log.info("worker up", extra={"worker": self.number, "generation": self._generation})
        if not self._first.done():
            self._first.set_result(None)

    def _why(self, code: int) -> WorkerFailed:
        if self._failure is None:
            return WorkerFailed(f"worker {self.number} ended with {code} before it served", hint="its log says why")
        return WorkerFailed(f"worker {self.number}: {self._failure.message}", hint=self._failure.hint)


def _environment() -> dict[str, str]:
    """This very package, wherever we found it."""
    root = str(Path(voice_agent.__file__).parents[1])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": root if known is None else os.pathsep.join((root, known))}
