"""What the two ends of a queue of runs on PostgreSQL have in common: its names, its messages, and who is there.

A worker is there as long as it holds its lock in the database: a process that is killed loses it in the same moment, by
the end of its connection, and nobody needs a clock to notice. Needs the extra `dbos`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

import voice_agent
from simulations.runs.records import Level, RunKey
from simulations.runs.worker_messages import Engines
from voice_agent.errors import ConfigurationError, StoreError, UsageError

APPLICATION: Final = "voice-agent-simulations"
WORKFLOW: Final = "play_run"
POLL_S: Final = 0.1
AHEAD: Final[dict[Level, int]] = {"text": 8, "audio": 1, "phone": 1}
"""How many runs a worker takes at once. It plays one at a time; a short one is over before the queue is asked again."""
_ROLL: Final = 0x56_41_53_49
"""All workers are on this roll of locks; besides, each is on that of its version."""
_PACKAGES: Final = ("voice_agent", "simulations", "models", "telephony")


class QueuedRun(msgspec.Struct, frozen=True):
    """A run as it stands in the queue."""

    key: RunKey
    engines: Engines


def queue_of(level: Level) -> str:
    return f"{APPLICATION}-{level}"


def version_of(digest: str) -> str:
    """What a worker must be to play an agent with this digest: the same folder, and the same code, to the byte."""
    code = hashlib.sha256()
    root = Path(voice_agent.__file__).parents[1]
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            code.update(path.relative_to(root).as_posix().encode())
            code.update(path.read_bytes())
    return f"{digest[:16]}-{code.hexdigest()[:16]}"


class Roll:
    """Who is there. One connection, which must stay open as long as the lock is to be held. Raises StoreError."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, url: str) -> Iterator[Roll]:
        """Raises StoreError where the database can't be reached."""
        import psycopg

        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
                yield cls(connection)
        except psycopg.Error as problem:
            raise StoreError(f"the database can't be used: {problem}", hint="check --database") from problem

    def sign(self, version: str, number: int) -> None:
        """From now on the worker `number` (31 bits) of this version is there."""
        for roll in (_ROLL, _roll_of(version)):
            self._connection.execute("SELECT pg_advisory_lock(%s, %s)", (roll, number))

    def present(self, version: str | None = None) -> set[int]:
        """The numbers of workers that are there, of all versions or of one."""
        roll = _ROLL if version is None else _roll_of(version)
        rows = self._connection.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 "
            "AND classid::bigint = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (roll,),
        ).fetchall()
        return {int(number) for (number,) in rows}


def executor_of(number: int) -> str:
    return f"worker-{number}"


def number_of(executor: str | None) -> int | None:
    """The worker's number, None for what is no worker of ours."""
    number = (executor or "").removeprefix("worker-")
    return int(number) if number.isdecimal() else None


def checked_url(url: str | None) -> str:
    """Raises UsageError where it can't be that of a PostgreSQL, ConfigurationError where the extra is missing."""
    if url is None:
        raise UsageError("runs are spread by a database: which?", hint="--database postgresql://user@host/name")
    if not url.startswith(("postgresql://", "postgres://")):
        raise UsageError(f"{url} is no PostgreSQL database", hint="--database postgresql://user@host/name")
    try:
        import dbos  # noqa: F401 - only whether it is there
    except ImportError:
        raise ConfigurationError(
            "spreading runs needs the extra dbos, which is not installed", hint="pip install 'voice-agent[dbos]'"
        ) from None
    return url


def _roll_of(version: str) -> int:
    """31 bits, so that it fits PostgreSQL's signed numbers."""
    return zlib.crc32(version.encode()) & 0x7F_FF_FF_FF
