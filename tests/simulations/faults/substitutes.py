"""Faults that live in code, as wrappers of ports: what a colleague might put around a tool or a detector.

Nothing of ours is patched. Each wrapper says what its author meant, and what it does.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from simulations.agent_call import Speech
from voice_agent.audio import FRAME_SAMPLES, Pcm, level_dbfs, silence
from voice_agent.clock import Clock
from voice_agent.conversation.actions import CallTool
from voice_agent.errors import DeadlineExceeded
from voice_agent.ports.speech import VoiceActivity
from voice_agent.session.world import Progress, Tools, World

CALENDAR: Final = "find_openings"
CALENDAR_US: Final = 20_000_000

LOUD_DBFS: Final = -45.0
LEAST_FRAMES: Final = 3
"""Of sound: less is a click."""
QUIET_FRAMES: Final = 10
"""After which a stretch of sound is over."""
SHORTEST_LAG: Final = 20
"""Samples: 400 Hz, the highest that a voice's pitch is looked for at; the lowest is 50 Hz, a whole frame."""
VOICED: Final = 0.6
"""How alike a frame and what came a period before it are in a voice; two stretches of noise are not."""


class SlowTool:
    """Tools of which one takes `takes_us`. Meant: the calendar is asked of the firm that the technicians work for.

    As the port says, it ends at its deadline.
    """

    def __init__(self, tools: Tools, clock: Clock, tool: str, takes_us: int) -> None:
        self._tools = tools
        self._clock = clock
        self._tool = tool
        self._takes_us = takes_us

    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        if asked.tool == self._tool:
            left_us = max(0, deadline_us - self._clock.now_us())
            await asyncio.sleep(min(self._takes_us, left_us) / 1_000_000)
            if self._takes_us > left_us:
                raise DeadlineExceeded(f"the tool did not end within {left_us / 1_000_000:.1f} s")
        return await self._tools.run(asked, deadline_us=deadline_us, progress=progress)


class CoughFilter:
    """A detector behind a filter for coughs. Meant: sound without a pitch is blanked until somebody speaks.

    What it does: it looks for that voice in what it lets through, and while it is shut it lets nothing through. So it
    never opens again.
    """

    def __init__(self, inner: VoiceActivity) -> None:
        self._inner = inner
        self._before = silence(FRAME_SAMPLES)
        self._sound = 0
        self._quiet = 0
        self._voiced = False
        self._shut = False

    def prepare(self, frame: Pcm) -> None:
        self._inner.prepare(frame)

    def probability(self, frame: Pcm) -> float:
        probability = self._inner.probability(frame)
        passed = silence(FRAME_SAMPLES) if self._shut else frame
        self._listen(passed)
        return 0.0 if self._shut else probability

    def _listen(self, passed: Pcm) -> None:
        if level_dbfs(passed) >= LOUD_DBFS:
            self._sound += 1
            self._quiet = 0
            self._voiced = self._voiced or likeness(self._before, passed) >= VOICED
            if self._voiced:
                self._shut = False
        elif self._sound > 0:
            self._quiet += 1
            if self._quiet >= QUIET_FRAMES:
                self._shut = self._shut or (self._sound >= LEAST_FRAMES and not self._voiced)
                self._sound = self._quiet = 0
                self._voiced = False
        self._before = passed


def likeness(before: Pcm, frame: Pcm) -> float:
    """The greatest correlation, -1..1, of `frame` with what came up to a frame earlier (`int16[160]` both)."""
    wide = np.concatenate((before, frame)).astype(np.float64)
    last = wide[FRAME_SAMPLES:]
    earlier = np.lib.stride_tricks.sliding_window_view(wide, FRAME_SAMPLES)[: FRAME_SAMPLES - SHORTEST_LAG + 1]
    lengths = np.linalg.norm(earlier, axis=1) * np.linalg.norm(last)
    products = earlier @ last
    return float(np.max(np.divide(products, lengths, out=np.full_like(products, -1.0), where=lengths > 0)))


def slow_calendar(world: World) -> World:
    return dataclasses.replace(world, tools=SlowTool(world.tools, world.clock, CALENDAR, CALENDAR_US))


def shut_by_a_cough(speech: Speech) -> Speech:
    """Each call has a filter of its own."""
    return dataclasses.replace(speech, voice_activity=lambda: CoughFilter(speech.voice_activity()))


WORLDS: Final[Mapping[str, Callable[[World], World]]] = {"slow_calendar": slow_calendar}
SPEECHES: Final[Mapping[str, Callable[[Speech], Speech]]] = {"shut_by_a_cough": shut_by_a_cough}
