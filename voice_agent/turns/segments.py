"""Finds stretches of voice in a caller's track, from one speech probability a frame.

Decides when voice began, dipped, paused and went on. Doesn't decide whose turn it is; the floor does, and the driver
calls `close` once the floor has no use for the segment any more, so that the next voice gets a new number.

    SILENT --onset--> VOICE --pause--> PAUSED --onset--> VOICE          close(): back to SILENT
"""

from __future__ import annotations

import math
from enum import Enum, auto
from typing import Final, TypeAlias

from voice_agent.audio import FRAME_MS, FRAME_SAMPLES, RATE_HZ
from voice_agent.conversation.events import SpeechDipped, SpeechPaused, SpeechResumed, SpeechStarted, VoiceLeftAside
from voice_agent.turns.left_aside import LeftAside
from voice_agent.turns.near_voice import NearVoice
from voice_agent.turns.settings import SegmentSettings
from voice_agent.turns.soft_voice import SoftVoice

SegmentEvent: TypeAlias = SpeechStarted | SpeechDipped | SpeechPaused | SpeechResumed | VoiceLeftAside

_ACTIVE: Final = 10**1.5
"""Of a voice, what is within 15 dB of its loudest frame says how loud it is."""


class State(Enum):
    SILENT = auto()
    VOICE = auto()
    PAUSED = auto()


class Segments:
    """One caller's track. The owner sets `agent_speaking`, and whether it comes back from the caller: `echoing`."""

    def __init__(self, settings: SegmentSettings) -> None:
        self.agent_speaking = False
        self.echoing = False
        self.settings = settings
        self._lowest_probability = min(settings.on_probability, settings.off_probability, settings.barge_in_probability)
        self._state = State.SILENT
        self._segment = 0
        self._frames = 0
        self._voiced = False
        self._run = 0
        """Frames since `_voiced` last changed, this one included."""
        self._sure = 0
        """Of these, how many at last the network itself takes for voice."""
        self._doubtful = 0
        """Of these, how many since the first that was none but for its rise."""
        self._unsure = False
        self._near = NearVoice(settings.near)
        self._left_aside = LeftAside(settings.near)
        self._soft_voice = SoftVoice(settings)
        self._powers: list[float] = []
        """Of the voiced frames of the segment."""
        self._end_sample = 0
        """End of the last voiced frame that belongs to a segment."""

    @property
    def voiced(self) -> bool:
        """Whether there was voice in the last frame, however short."""
        return self._voiced

    @property
    def on(self) -> bool:
        """Whether a segment's voice is on."""
        return self._state is State.VOICE

    @property
    def unsure(self) -> bool:
        """Whether it is, and the network doesn't believe in it yet."""
        return self._unsure

    def may_be_voice(self, probability: float) -> bool:
        """Whether the next frame's level matters: with a lower `probability` no level makes it voice."""
        return probability >= self._lowest_probability

    def frame(self, probability: float, level_dbfs: float, *, rises: bool = False) -> list[SegmentEvent]:
        """Takes the next frame: the speech probability (0..1) and level of samples `n * 160` up to `(n + 1) * 160`.

        `rises`: it may be voice whatever its probability (`rise`).
        """
        self._frames += 1
        likely = self._is_voiced(probability, level_dbfs)
        sure = self._is_near(probability, level_dbfs) and likely
        voiced = sure or (rises and level_dbfs >= self._near.softer_than_dbfs)
        self._run = self._run + 1 if voiced == self._voiced else 1
        self._sure = self._sure + 1 if sure else 0
        self._doubtful = self._doubtful + 1 if voiced and (not sure or self._doubtful > 0) else 0
        self._voiced = voiced
        self._soft_voice.frame(voiced=likely and probability >= self.settings.on_probability)
        if self._state is State.VOICE:
            self._unsure = self._unsure and not sure
            return self._frame_in_voice(level_dbfs)
        if voiced and self._begins():
            return [self._begin(self._run, level_dbfs)]
        if self._lasts_though_soft():
            self._near.let_in()
            self._voiced = True
            begins = self._begin(self._soft_voice.lasting, level_dbfs)
            self._unsure = False
            return [begins]
        return self._leave_aside(level_dbfs) if likely and not voiced else []

    def listen_for(self, level_dbfs: int | None) -> None:
        """How loud the caller is from now on, None where nobody knows."""
        self._near.callers_dbfs = level_dbfs

    def close(self) -> None:
        """The segment is over, even where its voice goes on: what follows begins a new one and needs a new onset."""
        self._state = State.SILENT
        self._voiced = self._unsure = False
        self._run = self._sure = self._doubtful = 0
        self._soft_voice.over()
        self._near.over()

    def _is_near(self, probability: float, level_dbfs: float) -> bool:
        if self.may_be_voice(probability):
            return self._near.frame(level_dbfs, on=self._state is State.VOICE)
        self._near.rest()
        return False

    def _lasts_though_soft(self) -> bool:
        return self._soft_voice.lasts and self._state is State.SILENT and not self._near.somebody_behind

    def _leave_aside(self, level_dbfs: float) -> list[SegmentEvent]:
        told = self._left_aside.frame(self._frames, level_dbfs, self._near.softer_than_dbfs)
        return [] if told is None else [told]

    def _is_voiced(self, probability: float, level_dbfs: float) -> bool:
        settings = self.settings
        begins = settings.barge_in_probability if self.agent_speaking else settings.on_probability
        threshold = min(settings.off_probability, begins) if self._voiced else begins
        return probability >= threshold and level_dbfs >= settings.least_level_dbfs

    def _frame_in_voice(self, level_dbfs: float) -> list[SegmentEvent]:
        if self._voiced:
            self._powers.append(_power(level_dbfs))
            self._end_sample = self._frames * FRAME_SAMPLES
            return []
        pause, dip = _whole_frames(self.settings.pause_ms), _whole_frames(self.settings.dip_ms)
        if self._run < pause:
            return [SpeechDipped(self._segment, self._end_sample)] if self._run == dip else []
        self._state = State.PAUSED
        self._unsure = False
        return [SpeechPaused(self._segment, self._end_sample, self._level_dbfs())]

    def _level_dbfs(self) -> int | None:
        loudest = max(self._powers, default=0.0)
        loud = [power for power in self._powers if power * _ACTIVE > loudest]
        return round(10.0 * math.log10(sum(loud) / len(loud))) if loud else None

    def _begins(self) -> bool:
        return self._believed or self._doubtful >= _whole_frames(self.settings.rise.onset_ms)

    @property
    def _believed(self) -> bool:
        return self._sure >= self._onset_frames()

    def _begin(self, frames: int, level_dbfs: float) -> SegmentEvent:
        """The last `frames` were voice already."""
        self._unsure = not self._believed
        self._left_aside.forget()
        pre_roll = self.settings.pre_roll_ms * RATE_HZ // 1_000
        first_voiced = (self._frames - frames) * FRAME_SAMPLES
        at_sample = max(first_voiced - pre_roll, self._end_sample)
        self._end_sample = self._frames * FRAME_SAMPLES
        resumed = self._state is State.PAUSED
        self._state = State.VOICE
        if resumed:
            return SpeechResumed(self._segment, at_sample)
        self._segment += 1
        self._powers = [_power(level_dbfs)]
        return SpeechStarted(self._segment, at_sample)

    def _onset_frames(self) -> int:
        settings = self.settings
        if not self.agent_speaking:
            return _whole_frames(settings.onset_ms)
        return _whole_frames(settings.echo_onset_ms if self.echoing else settings.barge_in_onset_ms)


def _power(level_dbfs: float) -> float:
    return float(10.0 ** (level_dbfs / 10.0))


def _whole_frames(duration_ms: int) -> int:
    """Frames that last `duration_ms` or more, at least one."""
    return max(1, -(-duration_ms // FRAME_MS))
