"""What is left to chance, by a seed: the same on every machine and in every version of Python. Pure."""

from __future__ import annotations

from typing import Final

PARTS: Final = 1 << 32


def happens(share: float, seed: int, number: int) -> bool:
    """Whether something does that is to happen `share` (0..1) of the times, at its `number`th time."""
    return mixed(seed, number) % PARTS < share * PARTS


def mixed(seed: int, number: int) -> int:
    """A well spread 64-bit number for each pair (splitmix64, Steele et al. 2014): the same on every machine."""
    mask = (1 << 64) - 1
    z = (seed * 0x9E3779B97F4A7C15 + (number + 1) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return z ^ (z >> 31)
