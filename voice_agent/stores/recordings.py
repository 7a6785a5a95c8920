"""Stereo recordings, written as the call goes: left the caller, right the agent, both by sample position.

Both channels advance by the same frame in the same call, so they can't drift apart. Until the caller has been told that
the call is recorded, silence is written in place of sound: position N of the file is sample N of the conversation.
After each flush the header tells the true length, so a file that lost its process is valid up to there.
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

_log = logging.getLogger("voice_agent.stores")


def audio_path(data_dir: Path, conversation: str) -> Path:
    """Where the recording of a conversation is, if there is one."""
    return data_dir / "audio" / f"{conversation}.wav"


def wav_header(frames: int) -> bytes:
    """The 44 bytes in front of `frames` stereo 16-bit samples at 8 kHz (RIFF WAVE, format 1)."""
    size = frames * 4
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 2, RATE_HZ, RATE_HZ * 4, 4, 16, b"data", size
    )


class Recordings:
    """The thread that writes all recordings of a process. A disk that fails loses sound, never a call."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._queue: queue.Queue[tuple[Path, bytes | None] | None] = queue.Queue(QUEUE_LIMIT)
        self._files: dict[Path, BinaryIO] = {}
        self._written: dict[Path, int] = {}
        self.lost_seconds = 0
        (data_dir / "audio").mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)
        self._thread.start()

    def start(self, conversation: str) -> Recording:
        """A recording that begins at sample 0 of `conversation`."""
        return Recording(self, audio_path(self._data_dir, conversation))

    def append(self, path: Path, interleaved: bytes | None) -> None:
        """Queues a stretch of `path`, None for its end. Never blocks: a full queue loses the stretch and counts it."""
        try:
            self._queue.put_nowait((path, interleaved))
        except queue.Full:
            self.lost_seconds += 1

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        for file in self._files.values():
            file.close()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            path, data = item
            try:
                self._write(path, data)
            except OSError as problem:
                self.lost_seconds += 1
                _log.error("recording %s could not be written: %s", path.name, problem)

    def _write(self, path: Path, data: bytes | None) -> None:
        if data is None:
            file = self._files.pop(path, None)
            self._written.pop(path, None)
            if file is not None:
                file.close()
            return
        file = self._files.get(path)
        if file is None:
            file = path.open("wb")
            file.write(wav_header(0))
            self._files[path] = file
            self._written[path] = 0
        file.write(data)
        self._written[path] += len(data) // 4
        file.seek(0)
        file.write(wav_header(self._written[path]))
        file.seek(0, 2)
        file.flush()


class Recording:
    """One conversation's recording. Frames come in pairs; nothing is heard before `announce`."""

    def __init__(self, recordings: Recordings, path: Path) -> None:
        self._recordings = recordings
        self._path = path
        self._announced = False
        self._silent_frames = 0
        self._pending: list[bytes] = []

    def announce(self) -> None:
        """The caller has been told: sound is kept from the next frame on."""
        if not self._announced:
            self._announced = True
            self._pending = [bytes(FRAME_SAMPLES * 4)] * self._silent_frames

    def frame(self, caller: Pcm, agent: Pcm) -> None:
        """The next 20 ms of both sides, `int16[160]` each."""
        if not self._announced:
            self._silent_frames += 1
            return
        self._pending.append(np.column_stack((caller, agent)).astype("<i2").tobytes())
        if len(self._pending) >= FLUSH_FRAMES:
            self._flush()

    def end(self) -> None:
        """No more frames. A call that never announced a recording leaves no file."""
        if self._announced:
            self._flush()
            self._recordings.append(self._path, None)

    def _flush(self) -> None:
        if self._pending:
            self._recordings.append(self._path, b"".join(self._pending))
            self._pending = []


def delete_older_than(data_dir: Path, *, newest_kept: float) -> list[Path]:
    """Deletes recordings last written before `newest_kept` (seconds since 1970) and returns them."""
    old = [path for path in sorted((data_dir / "audio").glob("*.wav")) if path.stat().st_mtime < newest_kept]
    for path in old:
        path.unlink()
    return old
