"""What may come next in a journey without steps, decided by code from what is known: a plan can choose nothing else.

A slot can be collected once where its candidates come from is known; a tool be done once what its arguments are made of
and its policies read is there; an outcome be named once its evidence holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from voice_agent.conversation.planning import PlanChoices
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.outcomes import decide
from voice_agent.journeys.pack import Slot, Tool
from voice_agent.journeys.steps import Collect, Do, SayText
from voice_agent.journeys.templates import MissingValue, Template, look_up
from voice_agent.journeys.walk import Walk

_MOST_REFERENCES: Final = 80
_OF_THE_CALL: Final = ("today", "caller")
_DEEPEST: Final = 2


class Options(msgspec.Struct, frozen=True):
    """`choices` by name; `tools` may be done now."""

    choices: PlanChoices
    tools: tuple[Tool, ...]


def options_of(frame: Frame, walk: Walk, *, verified: bool) -> Options:
    """`walk` has passed all that was planned."""
    tools = tuple(tool for tool in frame.journey.tools if _can_do(tool, frame, walk))
    last = frame.plan.steps[-1] if frame.plan.steps else None
    choices = PlanChoices(
        collect=tuple(slot.name for slot in frame.journey.slots if _can_collect(slot, frame, walk)),
        tools=tuple(tool.name for tool in tools),
        references=references(frame, walk),
        outcomes=_outcomes(frame, verified),
        say=not frame.plan.silent and not isinstance(last, SayText),
    )
    return Options(choices, tools)


def references(frame: Frame, walk: Walk) -> tuple[str, ...]:
    """Paths of single values that are known: slots, results, the customer's, the day."""
    found = list(walk.slot_values())
    for name in (*(tool.name for tool in frame.journey.tools), "customer"):
        value = walk.names.get(name)
        if isinstance(value, Mapping):
            found += [f"{name}.{path}" for path in _paths(value, 1)]
    found += [name for name in _OF_THE_CALL if name in walk.names]
    return tuple(dict.fromkeys(found))[:_MOST_REFERENCES]


def _paths(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, item in value.items():
        if not name.isidentifier() or not name.isascii():
            continue
        if isinstance(item, Mapping) and depth < _DEEPEST:
            yield from (f"{name}.{path}" for path in _paths(item, depth + 1))
        elif isinstance(item, str | int | float) and item != "":
            yield name


def undone(frame: Frame) -> tuple[Tool, ...]:
    """The tools that no step planned so far does."""
    planned = {step.tool for step in frame.plan.steps if isinstance(step, Do)}
    return tuple(tool for tool in frame.journey.tools if tool.name not in planned)


def _can_collect(slot: Slot, frame: Frame, walk: Walk) -> bool:
    planned = {name for step in frame.plan.steps if isinstance(step, Collect) for name in step.slots}
    if slot.name in planned:
        return False
    needed = {gap.path[0] for ask in slot.asks for gap in ask.gaps()} - {slot.name}
    if slot.source is not None:
        needed.add(slot.source.path[0])
    return needed <= walk.names.keys()


def _can_do(tool: Tool, frame: Frame, walk: Walk) -> bool:
    if tool not in undone(frame):
        return False
    texts = [*(text for _, text in tool.arguments or ()), tool.filler]
    if not all(text is None or is_known(text, walk) for text in texts):
        return False
    if tool.arguments is None and not {slot.name for slot in frame.journey.slots} <= walk.slot_values().keys():
        return False
    policies = [policy for name in tool.policies() if (policy := frame.journey.policy(name)) is not None]
    return all(policy.observe != "" or policy.check.names <= walk.names.keys() for policy in policies)


def is_known(text: Template, walk: Walk) -> bool:
    """Whether everything that it says or hands over is there."""
    try:
        for gap in text.gaps():
            look_up(walk.names, gap.path)
        walk.text(text)
    except MissingValue:
        return False
    return True


def _outcomes(frame: Frame, verified: bool) -> tuple[str, ...]:
    """Those whose evidence is there; "unresolved" always."""
    declared = [outcome.name for outcome in frame.journey.outcomes]
    held = [name for name in declared if decide(frame, name, verified)[0] == name]
    completed = [] if declared or undone(frame) else ["completed"]
    return (*held, *completed, "unresolved")
