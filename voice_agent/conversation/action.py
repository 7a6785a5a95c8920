"""What all actions are."""

from __future__ import annotations

import msgspec


class Action(msgspec.Struct, frozen=True, gc=False, tag_field="tag"):
    """Base of all actions; not for the collector of garbage, as events."""
