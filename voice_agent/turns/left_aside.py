"""What the log is told of voices that were too soft to be the caller's: that there were any, not each. Pure."""

from __future__ import annotations

from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, FRAME_US, SILENT_DBFS
from voice_agent.conversation.events import VoiceLeftAside
from voice_agent.turns.settings import NearVoiceSettings


class LeftAside:
    """One caller's track. `frame` is given each frame that is left aside, `forget` what begins a segment."""

    def __init__(self, settings: NearVoiceSettings) -> None:
        self._settings = settings
        self._told_at: int | None = None
        self._frames = 0
        self._loudest_dbfs = SILENT_DBFS

    def frame(self, number: int, level_dbfs: float, softest_dbfs: float) -> VoiceLeftAside | None:
        """Frame `number` of the track, from 1, was softer than `softest_dbfs`. Says so where it is worth a record."""
        self._frames += 1
        self._loudest_dbfs = max(self._loudest_dbfs, level_dbfs)
        told_ago_ms = None if self._told_at is None else (number - self._told_at) * FRAME_MS
        if self._frames * FRAME_MS < self._settings.told_ms:
            return None
        if told_ago_ms is not None and told_ago_ms < self._settings.told_again_ms:
            return None
        voiced_us, level = self._frames * FRAME_US, round(self._loudest_dbfs)
        self._told_at, self._frames, self._loudest_dbfs = number, 0, SILENT_DBFS
        return VoiceLeftAside(number * FRAME_SAMPLES, voiced_us, level, round(softest_dbfs))

    def forget(self) -> None:
        """The caller speaks: what was left aside before is of no interest any more."""
        self._told_at, self._frames, self._loudest_dbfs = None, 0, SILENT_DBFS
