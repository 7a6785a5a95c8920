"""How loud sound is to the ear, and how high its peaks are between the samples: ITU-R BS.1770-5, annexes 1 and 2. Pure.

Loudness is the mean power of the sound as the ear weights it (a shelf above 1.7 kHz for the head, a high-pass below
40 Hz), in blocks of 400 ms, without those that are silence (-70 LUFS) or pauses (10 LU below the others). A full-scale
sine of 997 Hz has -3.01 LUFS. The weighting is applied to the spectrum, by the magnitude of the standard's analogue
filters: what they do to phases can't be heard in a mean power.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from models.resample import Samples
from voice_agent.audio import RATE_HZ

SILENT_LUFS: Final = -120.0
OVERSAMPLED: Final = 4
"""Positions a sample at which peaks are looked for: at 8 kHz what lies between two of them is missed by 0.3 dB at
most below 2 kHz, where speech has its peaks."""
_BLOCK: Final = RATE_HZ * 400 // 1_000
_HOP: Final = RATE_HZ * 100 // 1_000
_ABSOLUTE_LUFS: Final = -70.0
_RELATIVE_LU: Final = -10.0
_OFFSET_LU: Final = -0.691
_SHELF_HZ, _SHELF_Q, _SHELF_DB = 1_681.974, 0.7071752, 3.999844
_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.13547, 0.5003270
_HALF_TAPS: Final = 12


def loudness_lufs(sound: Samples) -> float:
    """Of `float32[samples]` at 8 kHz, its pauses left out; `SILENT_LUFS` for silence. What is short is one block."""
    powers = _block_powers(_weighted(sound))
    loud = powers[_lufs(powers) > _ABSOLUTE_LUFS]
    if loud.size == 0:
        return SILENT_LUFS
    gate = float(_lufs(loud.mean())) + _RELATIVE_LU
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def true_peaks(sound: Samples) -> Samples:
    """`float32[samples]`: the highest magnitude at each sample or between it and the next."""
    if sound.size == 0:
        return np.empty(0, np.float32)
    peaks = np.abs(sound)
    for taps in _PHASES:
        peaks = np.maximum(peaks, np.abs(np.convolve(sound, taps)[_HALF_TAPS - 1 : _HALF_TAPS - 1 + sound.size]))
    return np.asarray(peaks, np.float32)


def true_peak_dbfs(sound: Samples) -> float:
    """In dB relative to full scale; `SILENT_LUFS` for silence."""
    highest = float(true_peaks(sound).max(initial=0.0))
    return max(SILENT_LUFS, 20 * math.log10(highest)) if highest > 0 else SILENT_LUFS


def _lufs(power: Samples | np.floating) -> Samples:
    return np.asarray(_OFFSET_LU + 10 * np.log10(np.maximum(power, 1e-13)))


def _weighted(sound: Samples) -> Samples:
    size = 1 << (sound.size + RATE_HZ // 10).bit_length()  # some silence after it, so that nothing wraps around
    spectrum = np.fft.rfft(sound, size) * _weight(np.fft.rfftfreq(size, 1 / RATE_HZ))
    return np.asarray(np.fft.irfft(spectrum, size)[: sound.size], np.float32)


def _weight(hz: Samples) -> Samples:
    shelf = 1j * hz / _SHELF_HZ
    high = 10 ** (_SHELF_DB / 20)
    head = (high * shelf**2 + high**0.4996668 / _SHELF_Q * shelf + 1) / (shelf**2 + shelf / _SHELF_Q + 1)
    low = 1j * hz / _HIGH_PASS_HZ
    return np.asarray(np.abs(head * low**2 / (low**2 + low / _HIGH_PASS_Q + 1)))


def _block_powers(sound: Samples) -> Samples:
    """Mean powers of blocks that overlap by three quarters."""
    squares = np.square(sound.astype(np.float64))
    if squares.size <= _BLOCK:
        return np.asarray([squares.mean()] if squares.size > 0 else [])
    sums = np.concatenate(([0.0], np.cumsum(squares)))
    starts = np.arange(0, squares.size - _BLOCK + 1, _HOP)
    return np.asarray((sums[starts + _BLOCK] - sums[starts]) / _BLOCK)


def _phase(number: int) -> Samples:
    """A windowed sinc that reads the sound `number` quarters of a sample later."""
    at = np.arange(2 * _HALF_TAPS) - (_HALF_TAPS - 1) - number / OVERSAMPLED
    window = np.cos(np.pi * at / (2 * _HALF_TAPS)) ** 2
    taps = np.sinc(at) * window
    return np.asarray((taps / taps.sum())[::-1], np.float32)


_PHASES: Final = tuple(_phase(number) for number in range(1, OVERSAMPLED))
