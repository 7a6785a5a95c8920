"""Stereo recordings, written as the call goes: left the caller, right the agent, both by sample position.

Both channels advance by the same frame in the same call, so they can't drift apart. What comes before the caller has
been told that the call is recorded, and what the disk refused, is silence: position N of the file is sample N of the
conversation. After each flush the header tells the true length, so a file that lost its process is valid up to there.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sqlite3
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm
from voice_agent.errors import StoreError

FLUSH_FRAMES: Final = 50
"""One second of audio is handed to the disk at a time."""
QUEUE_LIMIT: Final = 10_000
HEADER_BYTES: Final = 44
SAMPLE_BYTES: Final = 4
"""Of both channels."""

_log = logging.getLogger("voice_agent.stores")


def audio_path(data_dir: Path, conversation: str) -> Path:
    """Where the recording of a conversation is, if there is one."""
    return data_dir / "audio" / f"{conversation}.wav"


def wav_header(frames: int) -> bytes:
    """The 44 bytes in front of `frames` stereo 16-bit samples at 8 kHz (RIFF WAVE, format 1)."""
    size = frames * SAMPLE_BYTES
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 2, RATE_HZ, RATE_HZ * 4, 4, 16, b"data", size
    )


class Recordings:
    """The thread that writes all recordings of a process. A disk that fails loses sound, never a call."""

    def __init__(self, data_dir: Path, erased: Callable[[str], bool] = lambda conversation: False) -> None:
        """`erased` is asked, from the thread, before a file is made: an erased conversation is recorded no further."""
        self._data_dir = data_dir
        self._erased = erased
        self._queue: queue.Queue[tuple[Path, int, bytes | None] | None] = queue.Queue(QUEUE_LIMIT)
        self._files: dict[Path, int | None] = {}
        self.lost_seconds = 0
        self.failing = False
        """Whether the last stretch could not be written (disk full)."""
        (data_dir / "audio").mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)
        self._thread.start()

    def start(self, conversation: str) -> Recording:
        """A recording that begins at sample 0 of `conversation`."""
        return Recording(self, audio_path(self._data_dir, conversation))

    def write(self, path: Path, start: int, interleaved: bytes | None) -> None:
        """Queues a stretch of `path` from stereo sample `start` on, None for its end.

        Never blocks: a full queue loses the stretch and counts it. What is lost is silence in the file.
        """
        try:
            self._queue.put_nowait((path, start, interleaved))
        except queue.Full:
            self.lost_seconds += 1

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        for path in list(self._files):
            self._end(path)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            path, start, data = item
            if data is None:
                self._end(path)
                continue
            try:
                self._write(path, start, data)
            except (OSError, StoreError, sqlite3.Error) as problem:
                self.lost_seconds += 1
                if not self.failing:
                    self.failing = True
                    _log.error("recordings can't be written, sound is lost (%s: %s)", path.name, problem)
            else:
                if self.failing:
                    self.failing = False
                    _log.warning("recordings are written again; %d seconds are lost so far", self.lost_seconds)

    def _write(self, path: Path, start: int, data: bytes) -> None:
        """Sound first, then the header that counts it in: a process that dies between them leaves a valid file."""
        if path not in self._files:
            self._files[path] = None if self._erased(path.stem) else os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        file = self._files[path]
        if file is None:
            return
        _write_all(file, data, HEADER_BYTES + start * SAMPLE_BYTES)
        _write_all(file, wav_header(start + len(data) // SAMPLE_BYTES), 0)

    def _end(self, path: Path) -> None:
        file = self._files.pop(path, None)
        if file is not None:
            with contextlib.suppress(OSError):  # nothing is buffered: what could be written is written
                os.close(file)


def _write_all(file: int, data: bytes, position: int) -> None:
    """Raises OSError; a disk that fills up may take the beginning of `data`."""
    while data:
        taken = os.pwrite(file, data, position)
        data, position = data[taken:], position + taken


class Recording:
    """One conversation's recording. Frames come in pairs; nothing is heard before `announce`."""

    def __init__(self, recordings: Recordings, path: Path) -> None:
        self._recordings = recordings
        self._path = path
        self._announced = False
        self._position = 0
        self._pending = np.empty((FLUSH_FRAMES * FRAME_SAMPLES, 2), "<i2")
        self._filled = 0

    def announce(self) -> None:
        """The caller has been told: sound is kept from the next frame on."""
        self._announced = True

    def frame(self, caller: Pcm, agent: Pcm) -> None:
        """The next 20 ms of both sides, `int16[160]` each."""
        if not self._announced:
            self._position += FRAME_SAMPLES
            return
        start, end = self._filled, self._filled + FRAME_SAMPLES
        self._pending[start:end, 0] = caller
        self._pending[start:end, 1] = agent
        self._filled = end
        if end == len(self._pending):
            self._flush()

    def end(self) -> None:
        """No more frames. A call that never announced a recording leaves no file."""
        if self._announced:
            self._flush()
            self._recordings.write(self._path, self._position, None)

    def _flush(self) -> None:
        if self._filled:
            self._recordings.write(self._path, self._position, self._pending[: self._filled].tobytes())
            self._position += self._filled
            self._filled = 0


def delete_older_than(data_dir: Path, *, newest_kept: float) -> list[Path]:
    """Deletes recordings last written before `newest_kept` (seconds since 1970) and returns them.

    One that can't be deleted, or that somebody else deletes meanwhile, keeps none of the others; it is logged.
    """
    gone = []
    for path in sorted((data_dir / "audio").glob("*.wav")):
        try:
            if path.stat().st_mtime < newest_kept:
                path.unlink()
                gone.append(path)
        except OSError as problem:
            _log.error("recording %s could not be deleted: %s", path.name, problem)
    return gone
