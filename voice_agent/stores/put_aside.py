"""What the database refuses for good, kept in a file beside it: one JSON object a line, on disk before it is forgotten.

    {"refused": "UNIQUE constraint failed: ...", "sql": "INSERT INTO records ...", "values": ["c-1", 7, ...]}

One bad statement must not hold up all that come after it, and nothing that was said may vanish without a trace.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def put_aside_path(data_dir: Path) -> Path:
    """Where statements that the store of `data_dir` refused are. It exists only where there were some."""
    return data_dir / "conversations.refused.jsonl"


class PutAside:
    """Appends to one file. `count` is of this process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.count = 0

    def keep(self, statements: Sequence[tuple[str, tuple[object, ...]]], refused: str) -> None:
        """Returns once `statements` are on disk. Raises OSError."""
        lines = [
            json.dumps({"refused": refused, "sql": sql, "values": values}, default=repr) for sql, values in statements
        ]
        with _locked(self._path, "a") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        self.count += len(statements)


def erase_put_aside(data_dir: Path, conversation: str) -> int:
    """Removes what was put aside of `conversation`; returns how many statements. Raises OSError."""
    path = put_aside_path(data_dir)
    if not path.exists():
        return 0
    with _locked(path, "r+") as file:
        lines = file.readlines()
        kept = [line for line in lines if json.loads(line)["values"][:1] != [conversation]]
        file.seek(0)
        file.write("".join(kept))
        file.truncate()
        file.flush()
        os.fsync(file.fileno())
    return len(lines) - len(kept)


@contextmanager
def _locked(path: Path, mode: str) -> Iterator[IO[str]]:
    """The file, held against other processes that append to it or erase from it."""
    with path.open(mode, encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
