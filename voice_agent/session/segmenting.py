"""From the configured milliseconds of turn-taking to the settings that the machines take."""

from __future__ import annotations

from voice_agent.config import TurnsConfig
from voice_agent.turns.settings import SegmentSettings


def segment_settings(turns: TurnsConfig) -> SegmentSettings:
    return SegmentSettings(
        onset_ms=turns.onset_ms, barge_in_onset_ms=turns.barge_in_ms, dip_ms=turns.dip_ms, pause_ms=turns.pause_ms
    )
