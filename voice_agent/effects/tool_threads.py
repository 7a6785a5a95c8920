"""Threads for tools, of which some may never come back.

They are daemons: Python waits at exit for the threads of a `ThreadPoolExecutor`, and a tool that hangs would keep the
whole process. A thread whose work is given up is stood in for: the number of those that can work stays the same.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

ResultT = TypeVar("ResultT")


class ToolThreads(Generic[ResultT]):
    """`size` threads named `tool-...` that can work at any time."""

    def __init__(self, size: int) -> None:
        self._queue: queue.SimpleQueue[tuple[Future[ResultT], Callable[[], ResultT]] | None] = queue.SimpleQueue()
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        for _ in range(size):
            self._start()

    def submit(self, work: Callable[[], ResultT]) -> Future[ResultT]:
        """Runs `work` as soon as a thread is free, unless its future is cancelled before."""
        future: Future[ResultT] = Future()
        self._queue.put((future, work))
        return future

    def give_up(self, future: Future[ResultT]) -> None:
        """`future` runs and is not expected to end: another thread takes its place until it does."""
        self._start()
        future.add_done_callback(lambda _: self._queue.put(None))

    def end(self, within_s: float) -> bool:
        """Cancels what waits, and waits for what runs. False where a thread has not ended by then."""
        while True:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if item is not None:
                item[0].cancel()
        with self._lock:
            threads = list(self._threads)
        for _ in threads:
            self._queue.put(None)
        deadline = time.monotonic() + within_s
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name=f"tool-{next(self._numbers)}", daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            future, work = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits, whatever it is
                future.set_exception(error)
            else:
                future.set_result(result)
            del item, future, work  # a thread that waits holds nothing of its last work
        with self._lock:
            self._threads.discard(threading.current_thread())
