"""Stereo recordings, written as the call goes: left the caller, right the agent, both by sample position.

Both channels advance by the same frame in the same call, so they can't drift apart. What comes before the caller has
been told that the call is recorded, and what the disk refused, is silence: position N of the file is sample N of the
conversation. After each flush the header tells the true length, so a file that lost its process is valid up to there.
"""

from __future__ import annotations

import logging
import queue
import struct
import threading
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm

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

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._queue: queue.Queue[tuple[Path, int, bytes | None] | None] = queue.Queue(QUEUE_LIMIT)
        self._files: dict[Path, BinaryIO] = {}
        self.lost_seconds = 0
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
        for file in self._files.values():
            file.close()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            path, start, data = item
            try:
                self._write(path, start, data)
            except OSError as problem:
                self.lost_seconds += 1
                _log.error("recording %s could not be written: %s", path.name, problem)

    def _write(self, path: Path, start: int, data: bytes | None) -> None:
        if data is None:
            file = self._files.pop(path, None)
            if file is not None:
                file.close()
            return
        file = self._files.get(path)
        if file is None:
            file = self._files[path] = path.open("wb")
        file.seek(HEADER_BYTES + start * SAMPLE_BYTES)
        file.write(data)
        file.seek(0)
        file.write(wav_header(start + len(data) // SAMPLE_BYTES))
        file.flush()


class Recording:
    """One conversation's recording. Frames come in pairs; nothing is heard before `announce`."""

    def __init__(self, recordings: Recordings, path: Path) -> None:
        self._recordings = recordings
        self._path = path
        self._announced = False
        self._position = 0
        self._pending: list[bytes] = []

    def announce(self) -> None:
        """The caller has been told: sound is kept from the next frame on."""
        self._announced = True

    def frame(self, caller: Pcm, agent: Pcm) -> None:
        """The next 20 ms of both sides, `int16[160]` each."""
        if not self._announced:
            self._position += FRAME_SAMPLES
            return
        self._pending.append(np.column_stack((caller, agent)).astype("<i2").tobytes())
        if len(self._pending) >= FLUSH_FRAMES:
            self._flush()

    def end(self) -> None:
        """No more frames. A call that never announced a recording leaves no file."""
        if self._announced:
            self._flush()
            self._recordings.write(self._path, self._position, None)

    def _flush(self) -> None:
        if self._pending:
            self._recordings.write(self._path, self._position, b"".join(self._pending))
            self._position += len(self._pending) * FRAME_SAMPLES
            self._pending = []


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
