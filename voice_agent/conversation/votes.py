"""Why the agent took the floor when it did: the votes that are kept with each `TakeTurn`."""

from __future__ import annotations

import msgspec


class Vote(msgspec.Struct, frozen=True):
    """`delay_us` after the end of voice is when the turn would be taken by this reason."""

    reason: str
    delay_us: int
