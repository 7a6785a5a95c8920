"""What the log does not keep: arguments of tools that were marked as secret leave a tombstone in their place.

The core decides with the values, the log is written without them; a replay compares what is left of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec

from voice_agent.conversation.actions import CallTool

TOMBSTONE: Final = "[secret]"

EntryT = TypeVar("EntryT")


def redacted(entry: EntryT) -> EntryT:
    """`entry` as the log keeps it; the very same object where nothing in it is secret."""
    if isinstance(entry, CallTool) and entry.secret:
        return msgspec.structs.replace(entry, arguments=without(entry.arguments, entry.secret))
    return entry


def without(value: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A copy with tombstones at `paths` (`card.number`; a list on the way means each of its items)."""
    out = value
    for path in paths:
        out = _buried(out, path.split("."))
    return out


def _buried(value: Any, path: list[str]) -> Any:
    if not path:
        return TOMBSTONE
    if isinstance(value, list):
        return [_buried(item, path) for item in value]
    if not isinstance(value, dict) or path[0] not in value:
        return value
    return {**value, path[0]: _buried(value[path[0]], path[1:])}
