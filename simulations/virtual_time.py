"""An asyncio loop whose clock jumps to the next timer when nothing is left to do, for calls faster than life.

Time is an integer number of microseconds from 0. It stands still inside `hold()`, while a real engine works in a thread
or process; whoever held delivers the result at request time + a modelled latency (`simulations.held_engines`). So the
same inputs give the same trace however long the engines took. A loop that can never go on raises `SimulationStuck`.

Never put a real network peer in virtual time: it lives in another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import selectors
from collections.abc import Coroutine, Iterator
from typing import Any, ClassVar, Final, TypeVar

from voice_agent.errors import VoiceAgentError

T = TypeVar("T")

HOLD_LIMIT_S: Final = 120.0
"""Real seconds without a sign of life from held work before the simulation is given up."""


class SimulationStuck(VoiceAgentError):
    """Virtual time can't go on: nothing is ready, no timer runs, and no real work is under way that could change it."""

    code: ClassVar[str] = "simulation_stuck"


class JumpingSelector(selectors.DefaultSelector):
    """Moves the clock instead of sleeping; sleeps, and leaves the clock alone, while real work is held for."""

    def __init__(self, hold_limit_s: float = HOLD_LIMIT_S) -> None:
        super().__init__()
        self.now_us = 0
        self.holds = 0
        self._hold_limit_s = hold_limit_s

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.holds > 0 and timeout != 0:
            return self._wait_for_real_work()
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise SimulationStuck(
                f"at {self.now_us} us nothing is ready and no timer runs: every task waits for another",
                hint="real work (threads, processes, sockets) must run inside hold()",
            )
        # Never short of the timer, or the loop would turn once more for nothing; a nanosecond of float error aside.
        self.now_us += max(1, math.ceil(timeout * 1_000_000 - 0.001))
        return ready

    def _wait_for_real_work(self) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(self._hold_limit_s)
        if not ready:
            raise SimulationStuck(f"real work showed no sign of life for {self._hold_limit_s:g} s of real time")
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`voice_agent.clock.LoopClock` reads its time."""

    def __init__(self, hold_limit_s: float = HOLD_LIMIT_S) -> None:
        self._jumping = JumpingSelector(hold_limit_s)
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_us / 1_000_000

    def now_us(self) -> int:
        """Virtual microseconds since the loop was made."""
        return self._jumping.now_us

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Time stands still inside."""
        self._jumping.holds += 1
        try:
            yield
        finally:
            self._jumping.holds -= 1

    async def shutdown_default_executor(self) -> None:
        """Waits for threads in real time, as there is no other when the loop closes."""
        with self.hold():
            await super().shutdown_default_executor()


def run(main: Coroutine[Any, Any, T], *, hold_limit_s: float = HOLD_LIMIT_S) -> T:
    """`asyncio.run` in virtual time. Raises what `main` raises, and SimulationStuck where it can't go on."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(hold_limit_s)) as runner:
        return runner.run(main)


def running_loop() -> VirtualLoop:
    """The running loop. Raises RuntimeError where it isn't a virtual one."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualLoop):
        raise RuntimeError(f"{type(loop).__name__} runs in real time; start with simulations.virtual_time.run")
    return loop
