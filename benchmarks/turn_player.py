"""A caller that says one thing after another, whatever it is answered: for whoever answers without understanding. Pure.

It waits until it has heard something and then `finished_ms` of silence, or until its patience is over, and goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from simulations.loudness import voiced_windows
from simulations.mouth import PreparedLine
from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, Pcm, silence

FINISHED_MS: Final = 700
PATIENCE_MS: Final = 8_000
"""Without an answer for so long there won't be one."""
GREETING_MS: Final = 4_000
"""Without a greeting for so long it begins itself."""


class TurnPlayer:
    """`tick` takes 20 ms of the other side and gives 20 ms of the caller. `begins_ms` is when each line began."""

    def __init__(self, lines: Sequence[PreparedLine], *, finished_ms: int = FINISHED_MS) -> None:
        self.begins_ms: list[int] = []
        self._lines = list(lines)
        self._finished_ms = finished_ms
        self._line: list[Pcm] = []
        self._now_ms = 0
        self._ended_ms: int | None = None
        """When the line before ended; None while one is being said."""
        self._heard_ms: int | None = None
        """When something was heard last, since then."""
        self._ended_ms = 0

    @property
    def hung_up(self) -> bool:
        """Whether all was said and answered."""
        return not self._lines and not self._line and self._may_go_on()

    def tick(self, agent: Pcm) -> tuple[Pcm, Sequence[str]]:
        """`int16[160]` both ways, and no keys."""
        if self._ended_ms is not None and any(voiced_windows(agent)):
            self._heard_ms = self._now_ms
        if not self._line and self._lines and self._may_go_on():
            self._line = list(self._lines.pop(0).frames)[::-1]
            self.begins_ms.append(self._now_ms)
            self._ended_ms = self._heard_ms = None
        frame = self._line.pop() if self._line else silence(FRAME_SAMPLES)
        self._now_ms += FRAME_MS
        if not self._line and self._ended_ms is None:
            self._ended_ms = self._now_ms
        return np.ascontiguousarray(frame), ()

    async def listen(self) -> None:
        """Understands nothing."""

    def end(self, by: str, reason: str) -> None:
        """The call is over: nothing more is said."""
        self._lines.clear()
        self._line.clear()

    def _may_go_on(self) -> bool:
        if self._ended_ms is None:
            return False
        if self._heard_ms is not None:
            return self._now_ms - self._heard_ms >= self._finished_ms
        patience_ms = PATIENCE_MS if self.begins_ms else GREETING_MS
        return self._now_ms - self._ended_ms >= patience_ms
