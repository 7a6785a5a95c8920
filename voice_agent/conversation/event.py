"""What all events are."""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="tag"):
    """Base of all events."""
