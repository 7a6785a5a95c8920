"""A process that plays runs, one at a time: opens the agent once, then waits for the next run until its line closes.

    python -m simulations.runs.worker FD                 # started by `simulations.runs.worker_link`

What a run raises is that run's record and no more. What stops virtual time itself takes the agent down with it: the run
is told as an `error` and the agent opened again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from multiprocessing.connection import Connection

import uvloop

from simulations import virtual_time
from simulations.runs.jobs import failed_run
from simulations.runs.players import Play, open_phone_player, open_player
from simulations.runs.records import RunKey, RunRecord
from simulations.runs.worker_messages import (
    FromWorker,
    Opened,
    PlayRun,
    Refused,
    RunFinished,
    Setting,
    encoded,
    to_worker,
)
from simulations.scenario import Scenario
from simulations.virtual_time import SimulationStuck
from voice_agent.app.logs import log_to_stderr
from voice_agent.errors import VoiceAgentError

_log = logging.getLogger(__name__)


class Line:
    """The worker's end: what is to be played, and what came of it. `playing` is the run that is under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.playing: RunKey | None = None
        self._told = False

    def setting(self) -> Setting:
        message = to_worker(self._connection.recv_bytes())
        assert isinstance(message, Setting)
        return message

    async def next(self) -> PlayRun | None:
        """The next run, None where there is none any more."""
        try:
            message = to_worker(await asyncio.to_thread(self._connection.recv_bytes))
        except (EOFError, OSError):
            return None
        assert isinstance(message, PlayRun)
        self.playing = message.key
        return message

    def opened(self) -> None:
        """Told once, however often the agent is opened."""
        if not self._told:
            self._told = True
            self.send(Opened())

    def finished(self, record: RunRecord) -> None:
        self.playing = None
        self.send(RunFinished(record))

    def send(self, message: FromWorker) -> None:
        self._connection.send_bytes(encoded(message))


def main(arguments: Sequence[str]) -> int:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})  # whatever its parent waits for
    log_to_stderr(level=logging.WARNING)
    line = Line(Connection(int(arguments[0])))
    setting = line.setting()
    while True:
        try:
            _run(line, setting)
        except SimulationStuck as problem:
            if line.playing is None:
                raise
            line.finished(failed_run(line.playing, problem.message))
        except VoiceAgentError as problem:
            line.send(Refused(problem.code, problem.message, problem.hint))
            return problem.exit_code
        except BrokenPipeError:
            return 0  # nobody wants to know any more
        else:
            return 0


def _run(line: Line, setting: Setting) -> None:
    """Calls over the telephone are played in real time, all others in virtual time."""
    if setting.level == "phone":
        uvloop.run(_play(line, open_phone_player(setting), contextlib.nullcontext))
    else:
        virtual_time.run(_play(line, open_player(setting), lambda: virtual_time.running_loop().hold()))


async def _play(
    line: Line, player: AbstractAsyncContextManager[Play], idle: Callable[[], AbstractContextManager[None]]
) -> None:
    """Plays what it is told until nothing more comes. Raises VoiceAgentError where the agent can't be opened."""
    async with player as play:
        line.opened()
        while True:
            with idle():
                asked = await line.next()
            if asked is None:
                return
            line.finished(await record_of(play, asked.key, asked.scenario))


async def record_of(play: Play, key: RunKey, given: Scenario | None) -> RunRecord:
    """What came of the run `key`, whatever it raised but the end of virtual time."""
    try:
        return await play(key, given)
    except SimulationStuck:
        raise
    except VoiceAgentError as problem:
        _log.warning("a run could not be played", exc_info=problem, extra={"run": key.text})
        return failed_run(key, problem.message)
    except Exception as problem:  # noqa: BLE001 - whatever tools of the folder do, the other runs go on
        _log.exception("a run failed", extra={"run": key.text})
        return failed_run(key, f"{type(problem).__name__}: {problem}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
