"""A folder of what engines made, by content: small files, whole or not there, safe with several processes. A shell.

    folder/3f/3fa9...      SHA-256 of the payload, then the payload; named by the SHA-256 of what was asked

An entry that isn't what it says is dropped, and so made again. When the folder grows beyond its bound, entries that
were not used for longest go first: using one sets its time. No entry is ever needed: losing any costs time only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from voice_agent.errors import ConfigurationError

LIMIT_BYTES: Final = 2_000_000_000
PLACE: Final = Path("cache") / "speech"
"""Where it is in the data directory of simulations."""
_DIGEST: Final = hashlib.sha256().digest_size
_SWEEP_EVERY: Final = 64 << 20
"""Bytes written between two looks at what the whole folder holds."""
_SWEEP_TO: Final = 0.8
"""Of the bound is kept by a sweep, so that the next one is not due at once."""
_CLAIMED: Final = ".sweeping"


class CacheUse(msgspec.Struct, frozen=True):
    """How often a cache had what it was asked for, by this process; `dropped` entries were damaged."""

    hits: int
    misses: int
    dropped: int

    @property
    def hit_rate(self) -> float:
        """0..1, and 0 where nothing was asked."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else 0.0


class SpeechCache:
    """Made where it isn't there yet. Raises ConfigurationError where that can't be."""

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._sweep_every = min(_SWEEP_EVERY, max(1, limit_bytes // 8))
        self._written = 0
        self._hits = self._misses = self._dropped = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise ConfigurationError(
                f"the cache of speech can't be made: {folder}: {problem.strerror}",
                hint="choose a folder that can be written, or do without the cache",
            ) from problem

    @property
    def use(self) -> CacheUse:
        """So far."""
        return CacheUse(self._hits, self._misses, self._dropped)

    def get(self, key: bytes) -> bytes | None:
        """What was put under `key`, None where there is nothing or it was damaged."""
        path = self.place(key)
        try:
            content = path.read_bytes()
        except OSError:
            self._misses += 1
            return None
        payload = content[_DIGEST:]
        if hashlib.sha256(payload).digest() != content[:_DIGEST]:
            self._misses += 1
            self.drop(key)
            return None
        self._hits += 1
        with contextlib.suppress(OSError):  # evicted by another process in this instant
            os.utime(path)
        return payload

    def put(self, key: bytes, payload: bytes) -> None:
        """Keeps `payload`, if there is room on the disk: an answer is not lost for want of a copy."""
        path = self.place(key)
        work = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(exist_ok=True)
            work.write_bytes(hashlib.sha256(payload).digest() + payload)
            work.replace(path)
        except OSError:
            work.unlink(missing_ok=True)
            return
        self._written += _DIGEST + len(payload)
        if self._written >= self._sweep_every:
            self._written = 0
            self.sweep()

    def drop(self, key: bytes) -> None:
        """Forgets a damaged entry."""
        self._dropped += 1
        self.place(key).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forgets everything. What other processes write meanwhile may stay."""
        for folder in self._shelves():
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Brings the folder within its bound, unless another process is at it."""
        with (self._folder / _CLAIMED).open("w") as claim:
            try:
                fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            entries = sorted(self._entries())
            total = sum(size for _used, size, _path in entries)
            if total <= self._limit_bytes:
                return
            for _used, size, path in entries:
                if total <= self._limit_bytes * _SWEEP_TO:
                    break
                Path(path).unlink(missing_ok=True)
                total -= size

    def _entries(self) -> Iterator[tuple[int, int, str]]:
        """When each was used last, its size, its path; half-written ones that a dead process left are among them."""
        for folder in self._shelves():
            with contextlib.suppress(OSError), os.scandir(folder) as items:
                for item in items:
                    with contextlib.suppress(OSError):
                        seen = item.stat()
                        yield seen.st_mtime_ns, seen.st_size, item.path

    def _shelves(self) -> list[Path]:
        return [path for path in self._folder.iterdir() if path.is_dir()]

    def place(self, key: bytes) -> Path:
        """The file that holds, or would hold, what is put under `key`."""
        name = hashlib.sha256(key).hexdigest()
        return self._folder / name[:2] / name


def cache_in(data_dir: Path) -> SpeechCache:
    """What was heard and said by earlier suites with this data directory. Raises ConfigurationError."""
    return SpeechCache(data_dir / PLACE)
