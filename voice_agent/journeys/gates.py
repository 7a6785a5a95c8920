"""The only way to a tool that writes: its policies hold and, where it requires that, the caller has agreed.

`Passed` can't be had otherwise, and a write can't be called without one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from voice_agent.journeys.pack import Policy, Tool


class Passed(msgspec.Struct, frozen=True):
    """Leave to run `tool` once, with the arguments it was given for."""

    tool: Tool
    arguments: dict[str, Any]


class Refused(msgspec.Struct, frozen=True):
    """A policy says no."""

    policy: Policy


class Unconfirmed(msgspec.Struct, frozen=True):
    """The caller has not agreed to what would be done now."""

    tool: Tool


def pass_gate(
    tool: Tool, arguments: dict[str, Any], policies: Mapping[str, Policy], holds: Callable[[Policy], bool], agreed: bool
) -> Passed | Refused | Unconfirmed:
    """Whether `tool` may run with `arguments`; reads always may. A policy that doesn't exist never holds."""
    if tool.effect == "read":
        return Passed(tool, arguments)
    if not tool.requires:
        return Unconfirmed(tool)
    for name in tool.policies():
        if name not in policies:
            return Unconfirmed(tool)
        if not holds(policies[name]):
            return Refused(policies[name])
    if "confirmed" in tool.requires and not agreed:
        return Unconfirmed(tool)
    return Passed(tool, arguments)


def idempotency_key(conversation: str, passed: Passed, slots: Mapping[str, Any]) -> str:
    """What makes two writes the same one: conversation, tool and the named slot, or all arguments; empty for reads."""
    if passed.tool.effect == "read":
        return ""
    slot = passed.tool.idempotency
    if slot is not None and slot in slots:
        return f"{conversation}:{passed.tool.name}:{slots[slot]}"
    arguments = msgspec.json.encode(passed.arguments, order="sorted")
    return f"{conversation}:{passed.tool.name}:{hashlib.sha256(arguments).hexdigest()[:16]}"
