"""Sounds for lines to carry."""

from __future__ import annotations

import numpy as np

from simulations.line.line import Line
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm


def speech(seconds: int, *, seed: int = 0, dbfs: float = -20.0) -> Pcm:
    """`int16[samples]`: noise in syllables, with a pause of a second after each two; `dbfs` while it lasts."""
    random = np.random.default_rng(seed)
    samples = seconds * RATE_HZ
    time_s = np.arange(samples) / RATE_HZ
    talking = time_s % 3 < 2
    sound = random.normal(0, 1, samples) * (1 + 0.8 * np.sin(2 * np.pi * 4 * time_s)) * talking
    level = 32_768 * 10 ** (dbfs / 20) / np.sqrt(np.mean(sound[talking] ** 2))
    out: Pcm = np.clip(np.rint(level * sound), -32_768, 32_767).astype(np.int16)
    return out


def carried(line: Line, to_agent: Pcm, to_caller: Pcm | None = None) -> tuple[Pcm, Pcm]:
    """Whole sounds over `line`, tick by tick."""
    back = np.zeros_like(to_agent) if to_caller is None else to_caller
    ticks = zip(to_agent.reshape(-1, FRAME_SAMPLES), back.reshape(-1, FRAME_SAMPLES), strict=True)
    heard = [line.pass_on(*tick) for tick in ticks]
    return np.concatenate([tick[0] for tick in heard]), np.concatenate([tick[1] for tick in heard])


def power_db(sound: Pcm) -> float:
    """Mean power, dB relative to full scale."""
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) / 32_768**2))
