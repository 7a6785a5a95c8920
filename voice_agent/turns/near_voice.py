"""Which sound is loud enough to be this caller's: a voice far softer than theirs is somebody behind them. Pure.

How loud they speak the core says (`callers_level`), from the turns it has taken. Until then any voice may begin, and
from then on, as in one that was let in although it is soft, the loudest of that very voice counts. Levels are smoothed
over most of a syllable, and once a voice is on its soft consonants and word ends are spared (`hangover_ms`).

A voice that began loud enough may go on as soft as it began. Where soft voice was heard again and again before the last
one of the caller's there are people behind them, and no more of it is let in; where there was none, a soft voice may be
the caller who has turned away: the owner lets it in after a while.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from voice_agent.audio import FRAME_MS, SILENT_DBFS
from voice_agent.turns.settings import NearVoiceSettings

_SMOOTHED_FRAMES: Final = 8
_STRETCH_FRAMES: Final = 16
"""In so many frames of voice one at least is loud, if it is the caller's."""
_STRETCHES: Final = 40
_PEAK_OVER_LEVEL_DB: Final = 4.0
"""How far the loudest syllable stands over the level of all of them."""
_SOFTER_ALL_ALONG_DB: Final = 8.0
"""How much softer than usual a voice that began loud enough may turn out to be."""
_PEAK_FALLS_DB: Final = 0.1
"""A frame, so that a cough doesn't shut out the words after it."""


class NearVoice:
    """One caller's track. `callers_dbfs` is None until it is known."""

    def __init__(self, settings: NearVoiceSettings) -> None:
        self.callers_dbfs: int | None = None
        self._settings = settings
        self._powers: deque[float] = deque(maxlen=_SMOOTHED_FRAMES)
        self._stretches: deque[float] = deque(maxlen=_STRETCHES)
        """The loudest of each of the last stretches of what may have been voice, before the last voice was over."""
        self._newest: list[float] = []
        """Those since then."""
        self._stretch_dbfs, self._stretch_frames = SILENT_DBFS, 0
        self._soft_frames = 0
        """Since the last that was loud."""
        self._on = False
        self._peak_dbfs = SILENT_DBFS
        """Of the voice that is on or has paused, where it is judged by itself."""
        self._let_in = False

    @property
    def softer_than_dbfs(self) -> float:
        """What is softer is not the caller's; `SILENT_DBFS` where nobody knows."""
        own_dbfs = self._peak_dbfs - _PEAK_OVER_LEVEL_DB
        if self._known_dbfs is None:
            usual_dbfs = own_dbfs if self._on else SILENT_DBFS
        elif self._peak_dbfs == SILENT_DBFS:
            usual_dbfs = self._known_dbfs
        else:
            usual_dbfs = max(min(self._known_dbfs, own_dbfs), self._known_dbfs - _SOFTER_ALL_ALONG_DB)
        return max(SILENT_DBFS, usual_dbfs - self.margin_db)

    @property
    def _known_dbfs(self) -> int | None:
        return None if self._let_in else self.callers_dbfs

    @property
    def margin_db(self) -> int:
        """How much softer than usual the caller may be."""
        return self._settings.behind_db if self.somebody_behind else self._settings.far_db

    @property
    def somebody_behind(self) -> bool:
        """Whether voices were heard again and again that are too soft to be the caller's."""
        if self.callers_dbfs is None:
            return False
        soft_dbfs = self.callers_dbfs - self._settings.behind_db
        return sum(peak_dbfs < soft_dbfs for peak_dbfs in self._stretches) >= self._settings.behind_stretches

    def frame(self, level_dbfs: float, *, on: bool) -> bool:
        """Whether the next frame of what may be voice is loud enough. `on`: the caller's voice is."""
        self._powers.append(10.0 ** (level_dbfs / 10.0))
        smoothed_dbfs = 10.0 * math.log10(sum(self._powers) / len(self._powers))
        self._note(smoothed_dbfs)
        self._on = on
        if on:
            falls_db = _PEAK_FALLS_DB if self._known_dbfs is None else 0.0
            self._peak_dbfs = max(self._peak_dbfs - falls_db, smoothed_dbfs)
        elif self._known_dbfs is None:
            self._peak_dbfs = SILENT_DBFS
        loud = smoothed_dbfs >= self.softer_than_dbfs
        self._soft_frames = 0 if loud else self._soft_frames + 1
        return loud or (on and self._soft_frames * FRAME_MS <= self._settings.hangover_ms)

    def rest(self) -> None:
        """The next frame is no voice at all."""
        if self._powers:
            self._powers.clear()
            self._stretch_dbfs, self._stretch_frames = SILENT_DBFS, 0

    def let_in(self) -> None:
        """The voice that begins is taken for the caller's although it is soft, until it is over."""
        self._let_in = True

    def over(self) -> None:
        """The caller's voice is over; what follows is judged anew."""
        self._peak_dbfs, self._let_in = SILENT_DBFS, False
        self._stretches.extend(self._newest)
        self._newest.clear()

    def _note(self, smoothed_dbfs: float) -> None:
        self._stretch_dbfs = max(self._stretch_dbfs, smoothed_dbfs)
        self._stretch_frames += 1
        if self._stretch_frames == _STRETCH_FRAMES:
            self._newest.append(self._stretch_dbfs)
            del self._newest[:-_STRETCHES]
            self._stretch_dbfs, self._stretch_frames = SILENT_DBFS, 0
