"""What a slot says that is keyed in confidence."""

from __future__ import annotations

from typing import Literal

import msgspec


class Keyed(msgspec.Struct, frozen=True):
    """How its number has to look: `lengths` that will do, ascending, and its check; `timeout_us` to the first key."""

    lengths: tuple[int, ...]
    check: Literal["none", "luhn"]
    timeout_us: int
