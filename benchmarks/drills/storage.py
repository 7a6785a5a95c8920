"""Drills of the disk: really full, on a small file system of its own, and locked for five seconds.

As in the tests, and more: the error is the system's own (ENOSPC), and no gap between packets may be longer than 40 ms.
A small file system takes the right to mount; where that is missing, limits on the size of files stand in for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.report import Asked, Goal, Measured, goal, say
from tests.faults.held_call import HeldCall
from tests.faults.served import check_databases, check_replays, limit, parcels
from tests.faults.test_store_under_calls import call_on_a_full_disk, call_on_a_locked_database
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess

SIZE_MIB: Final = 24
MAX_GAP_MS: Final = 40.0
ROUNDS: Final = 5


def measure(asked: Asked) -> Measured:
    rounds = 1 if asked.quick else ROUNDS
    with small_file_system() as folder:
        mounted = folder is not None
        full = [_full(folder, number) for number in range(rounds)]
    gaps = [_locked(number) for number in range(rounds)]
    figures = {"rounds": rounds, "mounted": mounted, "full": full, "locked_longest_gap_ms": gaps}
    longest = max((gap for gap in gaps if gap is not None), default=None)
    goals: tuple[Goal, ...] = (
        goal("full disk: promises broken", sum(each is not None for each in full), "==", 0),
        goal("locked database: promises broken", sum(gap is None for gap in gaps), "==", 0),
        goal("locked database: longest gap", longest, "<=", MAX_GAP_MS, "ms"),
    )
    return Measured(figures, goals)


@contextlib.contextmanager
def small_file_system() -> Iterator[Path | None]:
    """A folder with `SIZE_MIB` of room; None where this process may not mount."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def _full(small: Path | None, number: int) -> str | None:
    """What went wrong, None for nothing."""
    say(f"storage: full disk, round {number + 1}")
    with tempfile.TemporaryDirectory(dir=small) as folder:
        data_dir, ballast = Path(folder) / "data", Path(folder) / "ballast"

        def fill(server: ServerProcess) -> None:
            if small is None:
                limit(server, resource.RLIMIT_FSIZE, 1)
                return
            with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while file.write(bytes(4_096)):
                    pass

        def free(server: ServerProcess) -> None:
            limit(server, resource.RLIMIT_FSIZE, -1)
            ballast.unlink(missing_ok=True)

        return _broken(lambda: _book_on_a_full_disk(data_dir, fill, free))


def _book_on_a_full_disk(
    data_dir: Path, fill: Callable[[ServerProcess], None], free: Callable[[ServerProcess], None]
) -> None:
    with ServerProcess.start(PARCEL_DESK, data_dir, SCRIPTED) as server:
        result = asyncio.run(call_on_a_full_disk(server, fill, free))
        assert result.ok, result
        server.logged("call ended", 10)
        assert server.terminated(20) == 0
    assert parcels(data_dir) == ["1234"]
    check_databases(data_dir)
    check_replays(data_dir)


def _locked(number: int) -> float | None:
    """The longest gap between two packets while the database was locked, None where a promise was broken."""
    say(f"storage: locked database, round {number + 1}")
    gaps: list[float] = []

    def drill() -> None:
        with tempfile.TemporaryDirectory() as folder:
            data_dir = Path(folder) / "data"
            with ServerProcess.start(PARCEL_DESK, data_dir, SCRIPTED) as server:
                with HeldCall(server.ready.sip) as held:
                    result = asyncio.run(call_on_a_locked_database(server, held))
                assert result.ok, result
                assert held.breaks == []
                assert server.terminated(20) == 0
            assert parcels(data_dir) == ["1234"]
            gaps.append(round(held.longest_gap_ms, 1))

    return gaps[0] if _broken(drill) is None else None


def _broken(drill: Callable[[], None]) -> str | None:
    """Which promise `drill` found broken; None where it held."""
    try:
        drill()
    except Exception as problem:  # noqa: BLE001 - the boundary of a drill: whatever fails is a broken promise
        broken = f"{type(problem).__name__}: {problem}"
        say(f"storage: BROKEN: {broken}")
        return broken
    return None
