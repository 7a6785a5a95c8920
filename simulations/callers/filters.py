"""What stands between a mouth and the line: filters and loudness for a caller's voice. `int16[samples]`, 8 kHz. Pure.

Linear-phase FIR filters by the window method (Oppenheim & Schafer, Discrete-Time Signal Processing, 7.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from voice_agent.audio import RATE_HZ, Pcm

Taps: TypeAlias = npt.NDArray[np.float64]

_TAPS: Final = 129
_NYQUIST_HZ: Final = RATE_HZ / 2
_FULL_SCALE: Final = 32_767


def band_pass(low_hz: float, high_hz: float) -> Taps:
    """`float64[129]`: passes what lies between; 0 and 4,000 Hz leave that side open."""
    at = np.arange(_TAPS) - (_TAPS - 1) / 2

    def low_pass(cutoff_hz: float) -> Taps:
        return np.asarray(2 * cutoff_hz / RATE_HZ * np.sinc(2 * cutoff_hz / RATE_HZ * at), np.float64)

    upper = np.where(at == 0, 1.0, 0.0) if high_hz >= _NYQUIST_HZ else low_pass(high_hz)
    return np.asarray((upper - (low_pass(low_hz) if low_hz > 0 else 0.0)) * np.hamming(_TAPS), np.float64)


FILTERS: Final[Mapping[str, Taps]] = {
    "telephone": band_pass(300, 3_400),
    "muffled": band_pass(0, 1_400),
    "thin": band_pass(700, 4_000),
}
"""`telephone`: an old handset. `muffled`: a hand or a scarf over it. `thin`: held away, without body."""


def filtered(pcm: Pcm, name: str) -> Pcm:
    """`pcm` through the filter called `name`, in time with it and as loud as before; `none` changes nothing."""
    if name == "none" or pcm.size == 0:
        return pcm
    wide = pcm.astype(np.float64)
    passed = np.convolve(wide, FILTERS[name], "full")[_TAPS // 2 : _TAPS // 2 + pcm.size]
    before, after = float(np.sqrt(np.mean(np.square(wide)))), float(np.sqrt(np.mean(np.square(passed))))
    return clipped(passed * (before / after)) if after > 0 else pcm


def louder(pcm: Pcm, gain_db: float) -> Pcm:
    """Louder, or with a negative gain quieter; peaks are cut at full scale, as a handset cuts them."""
    return pcm if gain_db == 0 else clipped(pcm.astype(np.float64) * 10 ** (gain_db / 20))


def clipped(samples: npt.NDArray[np.float64]) -> Pcm:
    """Rounded, within what 16 bits hold."""
    return np.clip(np.round(samples), -_FULL_SCALE, _FULL_SCALE).astype(np.int16)
