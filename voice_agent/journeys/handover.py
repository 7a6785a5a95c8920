"""What a person must know who takes over: the same facts in the same words every time, written by no model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from voice_agent.journeys.frame import Frame
from voice_agent.journeys.pack import Policy
from voice_agent.journeys.surroundings import Surroundings

_FIELDS_AT_MOST: Final = 8


def summarise(
    surroundings: Surroundings,
    frames: Iterable[Frame],
    queue: Iterable[str],
    reason: str,
    *,
    with_slots: bool = True,
    with_trace: bool = False,
) -> str:
    """Lines: who calls, why a person is needed, and of each journey what was wanted, given, found and failed."""
    lines = [_who(surroundings), f"Reason: {reason}."]
    for frame in frames:
        if frame.journey.provides is None:
            lines.append(f"Wanted: {frame.journey.goal} ({frame.journey.name}).")
        given = [f"{name} {held.value}" for name, held in frame.slots.items()]
        given += [f"{name} {value} (not found)" for name, value in frame.tried.items() if name not in frame.slots]
        if with_slots and given:
            lines.append(f"Given: {', '.join(given)}.")
        for result in sorted(frame.results.values(), key=lambda result: result.call):
            lines.append(f"Found by {result.tool}: {_fields(result.value)}.")
        lines += _trace(frame) if with_trace else []
        for tool, _ in frame.failed_calls:
            lines.append(f"Failed: {tool}.")
    lines += [f"Also wanted: {name}." for name in queue]
    return "\n".join(lines)


def _trace(frame: Frame) -> list[str]:
    """What was decided on the way, and what the caller agreed to."""
    lines = [f"Checked {name}: {'passed' if holds else 'failed'}." for name, holds in sorted(frame.policies.items())]
    lines += [f"Not judged: {policy.name}." for policy in unjudged(frame)]
    return lines + [f"Agreed to: {signature[0][0]}" for signature in frame.agreed.values()]


def unjudged(frame: Frame) -> list[Policy]:
    """Policies that somebody would have to judge, and nobody did."""
    return [policy for policy in frame.journey.policies if policy.observe != "" and policy.name not in frame.policies]


def _who(surroundings: Surroundings) -> str:
    number = surroundings.caller if surroundings.caller != "" else "unknown number"
    customer = surroundings.customer
    name = customer.get("name") if customer is not None else None
    if surroundings.verified:
        return f"Caller: {number}, {name} (verified)." if isinstance(name, str) else f"Caller: {number} (verified)."
    return f"Caller: {number} (not verified)."


def _fields(value: dict[str, Any]) -> str:
    fields = [f"{name} {item}" for name, item in value.items() if isinstance(item, str | int | float)]
    return ", ".join(fields[:_FIELDS_AT_MOST]) if fields else "nothing"
