"""Tells whoever watches a walk what it looked at. Decides nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from voice_agent.conversation.notes import ConditionChecked, StepReached, Watch
from voice_agent.journeys.expressions import Expression
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.steps import Step

_STRINGS: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_PATH: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def note_step(watch: Watch | None, journey: Journey, step: Step) -> None:
    if watch is not None:
        kind = str(type(step).__struct_config__.tag)
        watch(StepReached(journey.name, step.path, kind, step.place.file, step.place.line))


def holds(
    watch: Watch | None,
    journey: Journey,
    what: Literal["policy", "branch", "escalation"],
    name: str,
    check: Expression,
    names: Mapping[str, Any],
) -> bool:
    """Whether `check` is true of `names`."""
    held = check.holds(names)
    if watch is not None:
        watch(ConditionChecked(journey.name, what, name, check.source, values_of(check, names), held))
    return held


def values_of(check: Expression, names: Mapping[str, Any]) -> dict[str, Any]:
    """Path -> value of what an expression reads, down to where there is no more."""
    values: dict[str, Any] = {}
    for path in _PATH.findall(_STRINGS.sub("''", check.source)):
        parts = path.split(".")
        if parts[0] not in check.names or parts[0] not in names:
            continue
        value, depth = names[parts[0]], 1
        while depth < len(parts) and isinstance(value, Mapping) and parts[depth] in value:
            value, depth = value[parts[depth]], depth + 1
        values[".".join(parts[:depth])] = value
    return values
