"""Whose conversations are whose: each process that writes holds a lock, and marks its conversations with its name.

The lock is on a file `owners/NAME` of the data directory, held as long as the process lives: the system lets go of it
however the process ends, so a lock that can be had means an owner who is dead. No clock and no process number is asked.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from pathlib import Path

from voice_agent.errors import StoreError


class Owner:
    """This process, or one part of it that writes. Made by `claim`, let go by `close`."""

    def __init__(self, path: Path, handle: int) -> None:
        self.name = path.name
        self._path = path
        self._handle = handle

    @classmethod
    def claim(cls, data_dir: Path) -> Owner:
        """A name that nobody had before. Raises StoreError where the data directory can't be written."""
        path = _folder(data_dir) / uuid.uuid4().hex
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise StoreError(
                f"{path} can't be locked: {problem}", hint="the data directory must be writable"
            ) from problem
        return cls(path, handle)

    def close(self) -> None:
        """The file goes with its owner; whoever finds neither knows the same."""
        self._path.unlink(missing_ok=True)
        os.close(self._handle)


def is_alive(data_dir: Path, name: str) -> bool:
    """Whether the owner called `name` still runs, on any process of this machine."""
    try:
        handle = os.open(_folder(data_dir) / name, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def forget(data_dir: Path, name: str) -> None:
    """Removes what a dead owner left."""
    (_folder(data_dir) / name).unlink(missing_ok=True)


def _folder(data_dir: Path) -> Path:
    return data_dir / "owners"
