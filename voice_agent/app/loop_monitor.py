"""A thread that notices when the event loop stands still, and says in the log what it was doing then.

The loop notes the time ten times a second; the thread looks as often. Where the note is old, the stack of the loop's
thread at that moment names what holds it up: a tool that was not given a thread, a computation, a file on a dead disk.
How much of the time the thread worked, and how much it waited for a processor, tells a culprit from a machine that has
too much to do. It may read stacks and the clock; nothing of the loop's.

While code in C holds the interpreter nobody can look: such a culprit is named when it lets go.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

import msgspec

from voice_agent.app.loop_stalls import Blocked, Ended, Stalls

BEAT_S: Final = 0.1
FRAMES: Final = 16
"""Of the stack, the innermost ones."""

_log = logging.getLogger("voice_agent.loop")


class Spent(msgspec.Struct, frozen=True):
    """What a thread did so far, in microseconds: it worked, and it waited for a processor."""

    worked_us: int
    waited_us: int


class LoopMonitor:
    """Watches the running loop between `start` and `stop`; made on it, once a process."""

    def __init__(self) -> None:
        self.stalls = Stalls()
        self.culprit: str | None = None
        """Where the loop stood in the last stall that was told: `file:line in function`."""
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        self._schedule = _opened(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._beat_us = _now_us()
        self._timer: asyncio.TimerHandle | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop-monitor", daemon=True)

    @classmethod
    @contextmanager
    def watching(cls) -> Iterator[LoopMonitor]:
        monitor = cls()
        monitor.start()
        try:
            yield monitor
        finally:
            monitor.stop()

    def start(self) -> None:
        self._beat()
        self._thread.start()

    def stop(self) -> None:
        """Call it on the loop. Returns when nobody looks any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._stop.set()
        self._thread.join()
        if self._schedule is not None:
            os.close(self._schedule)

    def state(self) -> dict[str, Any]:
        """For `/health`."""
        longest_ms = self.stalls.longest_us // 1_000
        return {"loop": {"blocked": self.stalls.count, "longest_ms": longest_ms, "culprit": self.culprit}}

    def metrics(self) -> dict[str, tuple[str, float]]:
        """For `/metrics`."""
        stalls = self.stalls
        return {
            "loop_blocked": ("How often the event loop stood still for 0.3 s or more", float(stalls.count)),
            "loop_blocked_seconds": ("How long it stood still, added up", stalls.total_us / 1_000_000),
            "loop_blocked_longest_seconds": ("How long it stood still at worst", stalls.longest_us / 1_000_000),
        }

    def _beat(self) -> None:
        self._beat_us = _now_us()
        self._timer = self._loop.call_later(BEAT_S, self._beat)

    def _watch(self) -> None:
        before = after = self._spent()  # two looks ago, so that all of a stall lies after it
        while not self._stop.wait(BEAT_S):
            match self.stalls.look(self._beat_us, _now_us()):
                case Blocked() as blocked:
                    self._blocked(blocked, before)
                case Ended(for_us=for_us):
                    _log.warning("the event loop stood still for %d ms", for_us // 1_000)
                case None:
                    before, after = after, self._spent()

    def _blocked(self, blocked: Blocked, before: Spent | None) -> None:
        frame = sys._current_frames().get(self._watched)
        after = self._spent()
        if not blocked.told or frame is None:
            return
        stack = list(_named(frame))
        self.culprit = stack[0]
        extra: dict[str, object] = {"stack": stack, "blocked_ms": blocked.for_us // 1_000, "untold": blocked.untold}
        starved = False
        if before is not None and after is not None:
            waited_us = after.waited_us - before.waited_us
            extra["worked_ms"] = (after.worked_us - before.worked_us) // 1_000
            extra["waited_for_processor_ms"] = waited_us // 1_000
            starved = 2 * waited_us > blocked.for_us
        if starved:
            _log.warning("the event loop gets no processor: the machine has too much to do", extra=extra)
        else:
            _log.error("the event loop is blocked, at %s", stack[0], extra=extra)

    def _spent(self) -> Spent | None:
        """Of the loop's thread, None where the system doesn't say (proc(5), schedstat)."""
        if self._schedule is None:
            return None
        worked, waited, _ = os.pread(self._schedule, 128, 0).split()
        return Spent(int(worked) // 1_000, int(waited) // 1_000)


def _opened(path: str) -> int | None:
    """Kept open: it is read ten times a second."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None


def _named(frame: FrameType | None) -> Iterator[str]:
    """`file:line in function`, innermost first."""
    for _ in range(FRAMES):
        if frame is None:
            return
        yield f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_qualname}"
        frame = frame.f_back


def _now_us() -> int:
    return time.monotonic_ns() // 1_000
