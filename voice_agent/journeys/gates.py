"""The only way to a tool that writes: its policies hold, each argument is from somebody who may decide it and, where it
requires that, the caller is verified and has agreed.

`Passed` can't be had otherwise, and a write can't be called without one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from voice_agent.journeys.pack import Policy, Tool
from voice_agent.journeys.provenance import Source, untrusted
from voice_agent.journeys.vocabulary import EACH_TIME


class Grounds(msgspec.Struct, frozen=True):
    """What a write may rest on: the caller has agreed to just that, who calls is verified, where each argument is
    from."""

    agreed: bool
    verified: bool
    sources: dict[str, tuple[Source, ...]]


class Passed(msgspec.Struct, frozen=True):
    """Leave to run `tool` once, with the arguments it was given for, and where they come from; of secure ones, their
    tokens."""

    tool: Tool
    arguments: dict[str, Any]
    sources: dict[str, tuple[Source, ...]] = {}
    secure: tuple[tuple[str, str], ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """A policy says no."""

    policy: Policy


class Unjudged(msgspec.Struct, frozen=True):
    """All else holds, and a policy has still to be judged."""

    policy: Policy


class Unconfirmed(msgspec.Struct, frozen=True):
    """The caller has not agreed to what would be done now."""

    tool: Tool


class Unfounded(msgspec.Struct, frozen=True):
    """`reason`: who calls is not known for sure, or an argument is from nobody who may decide it."""

    tool: Tool
    reason: str


Gate: TypeAlias = Passed | Refused | Unjudged | Unconfirmed | Unfounded


def pass_gate(
    tool: Tool,
    arguments: dict[str, Any],
    policies: Mapping[str, Policy],
    holds: Callable[[Policy], bool | None],
    grounds: Grounds,
) -> Gate:
    """Whether `tool` may run with `arguments`; reads always may. A policy that doesn't exist never holds.

    `holds` is None for a policy that nobody has judged yet. Verdicts of a model are looked at last, and never stand
    alone: they can only refuse what code would let pass.
    """
    if tool.effect == "read":
        return Passed(tool, arguments)
    observed = [policies[name] for name in tool.policies() if name in policies and policies[name].observe != ""]
    if len(observed) == len(tool.requires):
        return Unconfirmed(tool)
    if "identity.verified" in tool.requires and not grounds.verified:
        return Unfounded(tool, "who calls is not verified")
    invented = untrusted(arguments, grounds.sources)
    if invented is not None:
        return Unfounded(tool, f"{invented} is not from the customer, a tool or the journey")
    for name in tool.policies():
        if name not in policies:
            return Unconfirmed(tool)
        if policies[name].observe == "" and not holds(policies[name]):
            return Refused(policies[name])
    if "confirmed" in tool.requires and not grounds.agreed:
        return Unconfirmed(tool)
    for policy in observed:
        verdict = holds(policy)
        if verdict is not True:
            return Unjudged(policy) if verdict is None else Refused(policy)
    return Passed(tool, arguments, grounds.sources)


def with_tokens(gate: Gate, secure: tuple[tuple[str, str], ...], tokens: Mapping[str, str]) -> Gate:
    """`gate` with the tokens of `secure` (argument, slot). They go to writes alone: a read may be called again."""
    if not isinstance(gate, Passed) or not secure:
        return gate
    found = tuple((argument, tokens[slot]) for argument, slot in secure if slot in tokens)
    if len(found) < len(secure) or gate.tool.effect != "write":
        return Unfounded(gate.tool, "what has to be keyed for it is not there")
    return msgspec.structs.replace(gate, secure=found)


def idempotency_key(conversation: str, passed: Passed, slots: Mapping[str, Any], run: int = 0) -> str:
    """What makes two writes the same one: conversation, tool and the named slot, or all arguments; empty for reads.

    Secure arguments don't count: the same payment with another card would otherwise be a second payment. `run` is the
    number of the journey in the conversation, which counts for a tool that writes `each_time`.
    """
    if passed.tool.effect == "read":
        return ""
    slot = passed.tool.idempotency
    if slot == EACH_TIME:
        return f"{conversation}:{passed.tool.name}:{EACH_TIME}:{run}:{_digest(passed.arguments)}"
    if slot is not None and slot in slots:
        return f"{conversation}:{passed.tool.name}:{slots[slot]}"
    return f"{conversation}:{passed.tool.name}:{_digest(passed.arguments)}"


def _digest(arguments: dict[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(arguments, order="sorted")).hexdigest()[:16]
