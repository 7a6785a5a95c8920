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
    """`entry` as the log keeps it; the very same object where nothing in it is secret.

    What the shell has put in place of tokens is left out: the tokens stand for it.
    """
    if not isinstance(entry, CallTool) or not (entry.secret or entry.secure):
        return entry
    in_confidence = {name for name, _ in entry.secure}
    kept = {name: value for name, value in entry.arguments.items() if name not in in_confidence}
    return msgspec.structs.replace(entry, arguments=without(kept, entry.secret))


def without(value: dict[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A copy with tombstones at `paths` (`card.number`; a list on the way means each of its items)."""
    out = value
    for path in paths:
        out = _buried(out, path.split("."))
    return out


def unsaid(text: str, value: dict[str, Any], paths: Iterable[str]) -> str:
    """`text` without the values at `paths`: messages of errors may quote what they were given."""
    for path in paths:
        for secret in sorted(_at(value, path.split(".")), key=len, reverse=True):
            text = text.replace(secret, TOMBSTONE)
    return text


def _at(value: Any, path: list[str]) -> list[str]:
    """Texts of everything at `path`; nothing of what is empty."""
    if isinstance(value, list):
        return [text for item in value for text in _at(item, path)]
    if path:
        return _at(value.get(path[0]), path[1:]) if isinstance(value, dict) else []
    if isinstance(value, dict):
        return [text for part in value.values() for text in _at(part, [])]
    return [] if value is None or str(value) == "" else [str(value)]


def _buried(value: Any, path: list[str]) -> Any:
    if not path:
        return TOMBSTONE
    if isinstance(value, list):
        return [_buried(item, path) for item in value]
    if not isinstance(value, dict) or path[0] not in value:
        return value
    return {**value, path[0]: _buried(value[path[0]], path[1:])}
