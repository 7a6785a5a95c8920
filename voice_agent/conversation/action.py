"""What all actions are."""

from __future__ import annotations

import msgspec


class Action(msgspec.Struct, frozen=True, tag_field="tag"):
    """Base of all actions."""
