"""How long somebody has been speaking, near or not: words, with the gaps between them. Pure."""

from __future__ import annotations

from voice_agent.audio import FRAME_MS
from voice_agent.turns.settings import SegmentSettings


class SoftVoice:
    """One caller's track, 20 ms at a time."""

    def __init__(self, settings: SegmentSettings) -> None:
        self._settings = settings.near
        self.lasting = 0
        """Frames since it began, gaps and the latest included."""
        self._voiced = 0
        self._gap = 0

    @property
    def lasts(self) -> bool:
        """Whether there was enough of it, and is now."""
        return self._gap == 0 and self._voiced > 0 and self._voiced * FRAME_MS >= self._settings.let_in_ms

    def frame(self, *, voiced: bool) -> None:
        self._gap = 0 if voiced else self._gap + 1
        if self._gap * FRAME_MS > self._settings.let_in_gap_ms:
            self.over()
        elif voiced or self.lasting > 0:
            self.lasting += 1
            self._voiced += voiced

    def over(self) -> None:
        """What follows is another."""
        self.lasting = self._voiced = self._gap = 0
