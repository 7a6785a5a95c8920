"""What comes back from a tool is data from outside: a JSON object of bounded size, without what was marked as secret.

Nothing in it is ever read as an instruction: it fills gaps in sentences and names in expressions, and that is all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from voice_agent.conversation.redaction import TOMBSTONE, without
from voice_agent.errors import ToolError

LIMIT_BYTES: Final = 65_536
LIMIT_DEPTH: Final = 20
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of text around."""


def encoded(tool: str, result: object) -> str:
    """The result as JSON text. Raises `ToolError` unless it is a JSON object within the limits."""
    try:
        text = msgspec.json.encode(result)
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise ToolError(f"{tool}: its result has no JSON form: {error}") from error
    if not text.startswith(b"{"):
        raise ToolError(f"{tool}: its result must be a JSON object, not {type(result).__name__}")
    if len(text) > LIMIT_BYTES:
        raise ToolError(
            f"{tool}: its result has {len(text)} bytes; allowed: {LIMIT_BYTES}", hint="return only what is needed"
        )
    return text.decode()


def decoded(tool: str, text: str, secret: Iterable[str] = ()) -> dict[str, Any]:
    """The object that a conversation is told of: no control characters, tombstones for the `secret` paths.

    Raises `ToolError` where it is nested deeper than the limit.
    """
    out: dict[str, Any] = msgspec.json.decode(text)
    cleaned = _cleaned(tool, out, 0)
    return without(cleaned, secret) if secret else cleaned


def _cleaned(tool: str, value: Any, depth: int) -> Any:
    if depth > LIMIT_DEPTH:
        raise ToolError(f"{tool}: its result is nested more than {LIMIT_DEPTH} deep")
    match value:
        case str():
            return _CONTROL.sub(" ", value)
        case dict():
            return {_CONTROL.sub(" ", name): _cleaned(tool, part, depth + 1) for name, part in value.items()}
        case list():
            return [_cleaned(tool, part, depth + 1) for part in value]
        case _:
            return value


__all__ = ["LIMIT_BYTES", "LIMIT_DEPTH", "TOMBSTONE", "decoded", "encoded"]
