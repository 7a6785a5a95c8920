"""How loud speech is while somebody speaks: what signal-to-noise ratios are counted from. Pure.

After ITU-T P.56, method B: the mean power over the time in which the envelope is within 15.9 dB of that very mean,
pauses of up to 200 ms included. The envelope is taken in windows of 10 ms instead of by a filter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from simulations.mouth import PreparedLine
from voice_agent.audio import RATE_HZ, SILENT_DBFS

NOMINAL_DBFS: Final = -26.0
"""What speech on a telephone line is brought to before anything is tried on it (ITU-T P.56, P.830)."""

MARGIN_DB: Final = 15.9
_WINDOW_SAMPLES: Final = RATE_HZ // 100
_HANGOVER_WINDOWS: Final = 20
_STEP_DB: Final = 0.1
_LOWEST_DB: Final = -90.0


def active_level_dbfs(pcm: npt.NDArray[np.int16]) -> float:
    """RMS level of the speech in `int16[samples]` at 8 kHz, its pauses left out; `SILENT_DBFS` where there is none."""
    windows = pcm[: pcm.size - pcm.size % _WINDOW_SAMPLES].astype(np.float64).reshape(-1, _WINDOW_SAMPLES)
    powers = np.mean(windows**2, axis=1) / 32_768.0**2
    total = float(powers.sum())
    if total == 0.0:
        return SILENT_DBFS
    levels_db = 10 * np.log10(np.maximum(powers, 1e-13))
    # The higher the threshold, the less counts as active and the louder that is: they meet once.
    for threshold_db in np.arange(_LOWEST_DB, 0.0, _STEP_DB):
        active = _with_hangover(levels_db >= threshold_db)
        if not active:
            break
        level_db = 10 * math.log10(total / active)
        if level_db - threshold_db <= MARGIN_DB:
            return level_db
    return 10 * math.log10(total / powers.size)


def lines_level_dbfs(lines: Iterable[PreparedLine]) -> float:
    """Of what a caller is going to say in a call; `NOMINAL_DBFS` where it says nothing."""
    spoken = [line.frames.reshape(-1) for line in lines if line.frames.any()]
    return active_level_dbfs(np.concatenate(spoken)) if spoken else NOMINAL_DBFS


def _with_hangover(loud: npt.NDArray[np.bool_]) -> int:
    """How many windows are loud or within 200 ms after one that is."""
    at = np.flatnonzero(loud)
    if at.size == 0:
        return 0
    reach = np.diff(np.append(at, loud.size))
    return int(np.minimum(reach, _HANGOVER_WINDOWS + 1).sum())
