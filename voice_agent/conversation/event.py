"""What all events are."""

from __future__ import annotations

import msgspec


class Event(msgspec.Struct, frozen=True, gc=False, tag_field="tag"):
    """Base of all events. A frozen tree can't refer to itself, so the collector of garbage needn't look at the logs of
    live calls, which would stop all media for as long."""
