"""Where the caller's voice began, fell silent, went on and ended, and whose voice was left aside."""

from __future__ import annotations

from voice_agent.conversation.event import Event


class SpeechStarted(Event, frozen=True, tag="speech_started"):
    """The caller's voice began; segments count from 1."""

    segment: int
    at_sample: int


class SpeechDipped(Event, frozen=True, tag="speech_dipped"):
    """The voice of `segment` fell silent at `end_sample`, for a moment: a pause may follow, or it just goes on."""

    segment: int
    end_sample: int


class SpeechPaused(Event, frozen=True, tag="speech_paused"):
    """The voice of `segment` has been silent long enough to count as off; it ended at `end_sample`.

    `level_dbfs` is how loud all of it was where it was loud, None where nobody measured it.
    """

    segment: int
    end_sample: int
    level_dbfs: int | None = None


class SpeechResumed(Event, frozen=True, tag="speech_resumed"):
    """The voice of `segment` went on after a pause."""

    segment: int
    at_sample: int


class VoiceLeftAside(Event, frozen=True, tag="voice_left_aside"):
    """Since the last of these, or the last segment, `voiced_us` of voice up to `end_sample` were no caller's: at most
    `level_dbfs` loud where `softest_dbfs` were needed."""

    end_sample: int
    voiced_us: int
    level_dbfs: int
    softest_dbfs: int
