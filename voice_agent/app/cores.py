"""Which processor cores speech processes may use, so that media have others to themselves where there are enough. Pure.

engine_cores("", (0, 1, 2, 3), workers=1, processes=2)    # (1, 2, 3)
engine_cores("", (0, 1), workers=1, processes=2)          # (): any; one core is too few for two processes
engine_cores("2-3", (0, 1, 2, 3), workers=1, processes=2) # (2, 3)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voice_agent.errors import ConfigurationError

ANY: Final = "any"
"""The setting for no choice."""


def engine_cores(asked: str, available: Sequence[int], *, workers: int, processes: int) -> tuple[int, ...]:
    """Empty where they may use any. `asked` is the setting; without it the first core of each worker is left to media,
    if as many as there are speech processes remain. Raises ConfigurationError.
    """
    if asked == ANY:
        return ()
    if asked:
        return _read(asked, available)
    rest = tuple(sorted(available)[workers:])
    return rest if len(rest) >= processes else ()


def written(cores: Sequence[int]) -> str:
    """As a setting."""
    return ",".join(map(str, cores)) if cores else ANY


def _read(asked: str, available: Sequence[int]) -> tuple[int, ...]:
    cores: set[int] = set()
    for part in asked.split(","):
        first, dash, last = part.strip().partition("-")
        if not (first.isdecimal() and (last.isdecimal() or not dash)):
            raise ConfigurationError(
                f"[speech] cores {asked!r}: {part.strip()!r} is no core", hint='as in "2-7,9", or "any"'
            )
        cores.update(range(int(first), int(last if dash else first) + 1))
    missing = sorted(cores - set(available))
    if missing or not cores:
        raise ConfigurationError(
            f"[speech] cores {asked!r}: core {missing[0] if missing else '?'} is not there",
            hint=f"this process may use {written(sorted(available))}",
        )
    return tuple(sorted(cores))
