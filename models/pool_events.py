"""What a pool tells its observer, so that calls can log it and operators see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec


class EngineDown(msgspec.Struct, frozen=True, tag=True):
    """A speech process has ended; its jobs go elsewhere and it is started again."""

    process: int
    reason: str


class EngineUp(msgspec.Struct, frozen=True, tag=True):
    """A speech process serves. `restart_us` is how long it was missing, or loading at the start of the pool."""

    process: int
    restart_us: int


Observer: TypeAlias = Callable[[EngineDown | EngineUp], None]
"""Called on the loop; must return at once."""
