"""Finds stretches of voice in a caller's track, from one speech probability a frame.

Decides when voice began, dipped, paused and went on. Doesn't decide whose turn it is; the floor does, and the driver
calls `close` once the floor has no use for the segment any more, so that the next voice gets a new number.

    SILENT --onset--> VOICE --pause--> PAUSED --onset--> VOICE          close(): back to SILENT
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TypeAlias

from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, RATE_HZ
from voice_agent.conversation.events import SpeechDipped, SpeechPaused, SpeechResumed, SpeechStarted
from voice_agent.turns.settings import SegmentSettings

SegmentEvent: TypeAlias = SpeechStarted | SpeechDipped | SpeechPaused | SpeechResumed


class State(Enum):
    SILENT = auto()
    VOICE = auto()
    PAUSED = auto()


class Segments:
    """One caller's track. The owner sets `agent_speaking`, and whether it comes back from the caller: `echoing`."""

    def __init__(self, settings: SegmentSettings) -> None:
        self.agent_speaking = False
        self.echoing = False
        self._settings = settings
        self._lowest_probability = min(settings.on_probability, settings.off_probability, settings.barge_in_probability)
        self._state = State.SILENT
        self._segment = 0
        self._frames = 0
        self._voiced = False
        self._run = 0
        """Frames since `_voiced` last changed, this one included."""
        self._end_sample = 0
        """End of the last voiced frame that belongs to a segment."""

    @property
    def voiced(self) -> bool:
        """Whether there was voice in the last frame, however short."""
        return self._voiced

    def may_be_voice(self, probability: float) -> bool:
        """Whether the next frame's level matters: with a lower `probability` no level makes it voice."""
        return probability >= self._lowest_probability

    def frame(self, probability: float, level_dbfs: float) -> list[SegmentEvent]:
        """Takes the next frame: the speech probability (0..1) and level of samples `n * 160` up to `(n + 1) * 160`."""
        self._frames += 1
        voiced = self._is_voiced(probability, level_dbfs)
        self._run = self._run + 1 if voiced == self._voiced else 1
        self._voiced = voiced
        if self._state is State.VOICE:
            return self._frame_in_voice()
        if voiced and self._run >= self._onset_frames():
            return [self._begin()]
        return []

    def close(self) -> None:
        """The segment is over, even where its voice goes on: what follows begins a new one and needs a new onset."""
        self._state = State.SILENT
        self._voiced = False
        self._run = 0

    def _is_voiced(self, probability: float, level_dbfs: float) -> bool:
        settings = self._settings
        begins = settings.barge_in_probability if self.agent_speaking else settings.on_probability
        threshold = min(settings.off_probability, begins) if self._voiced else begins
        return probability >= threshold and level_dbfs >= settings.least_level_dbfs

    def _frame_in_voice(self) -> list[SegmentEvent]:
        if self._voiced:
            self._end_sample = self._frames * FRAME_SAMPLES
            return []
        pause, dip = _whole_frames(self._settings.pause_ms), _whole_frames(self._settings.dip_ms)
        if self._run < pause:
            return [SpeechDipped(self._segment, self._end_sample)] if self._run == dip else []
        self._state = State.PAUSED
        return [SpeechPaused(self._segment, self._end_sample)]

    def _begin(self) -> SegmentEvent:
        pre_roll = self._settings.pre_roll_ms * RATE_HZ // 1_000
        first_voiced = (self._frames - self._run) * FRAME_SAMPLES
        at_sample = max(first_voiced - pre_roll, self._end_sample)
        self._end_sample = self._frames * FRAME_SAMPLES
        resumed = self._state is State.PAUSED
        self._state = State.VOICE
        if resumed:
            return SpeechResumed(self._segment, at_sample)
        self._segment += 1
        return SpeechStarted(self._segment, at_sample)

    def _onset_frames(self) -> int:
        settings = self._settings
        if not self.agent_speaking:
            return _whole_frames(settings.onset_ms)
        return _whole_frames(settings.echo_onset_ms if self.echoing else settings.barge_in_onset_ms)


def _whole_frames(duration_ms: int) -> int:
    """Frames that last `duration_ms` or more, at least one."""
    return max(1, -(-duration_ms // FRAME_MS))
