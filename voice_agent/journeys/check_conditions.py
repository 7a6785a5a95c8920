"""Conditions that say nothing: the same whatever happens, or comparing an answer with what nobody can answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from voice_agent.journeys.expressions import Expression
from voice_agent.journeys.pack import Journey, Slot
from voice_agent.journeys.problems import Place, Problems
from voice_agent.journeys.steps import Branch, Rounds, steps_within

_TEXT: Final = r"(?:'([^']*)'|\"([^\"]*)\")"
_COMPARED: Final = re.compile(rf"(?<![\w.])([a-z]\w*)\s*[!=]=\s*{_TEXT}")
_TURNED: Final = re.compile(rf"{_TEXT}\s*[!=]=\s*([a-z]\w*)(?![\w.(])")
_AMONG: Final = re.compile(r"(?<![\w.])([a-z]\w*)\s+in\s+\[([^\]]*)\]")
_WORDS: Final = re.compile(_TEXT)


def check_conditions(journey: Journey, problems: Problems) -> None:
    for condition, place, what in _conditions(journey):
        _check_constant(condition, place, what, problems)
        for name, text in _compared(condition.source):
            slot = journey.slot(name)
            if slot is not None and text not in (allowed := _values(slot)) and allowed:
                problems.unknown(place, f"'{name}' compared with", text, allowed)


def _conditions(journey: Journey) -> Iterator[tuple[Expression, Place, str]]:
    """Every condition of a journey, with its place and what hangs on it."""
    if journey.state is not None:
        yield journey.state, journey.place, "whether the journey is offered"
    if journey.provides is not None:
        yield journey.provides.check, journey.provides.place, "who is identified"
    for policy in journey.policies:
        if policy.observe == "":
            yield policy.check, policy.place, f"the policy '{policy.name}'"
    for block in journey.blocks:
        if block.when is not None:
            yield block.when, block.place, f"the block '{block.name}'"
    for escalation in journey.escalations:
        for condition in escalation.conditions:
            yield condition, escalation.place, "an escalation"
    for step in steps_within(journey.steps):
        match step:
            case Branch():
                yield step.when, step.place, "a branch"
            case Rounds() if step.until.source != "false":  # all rounds, whatever happens: that may be meant
                yield step.until, step.place, "a repeat"
            case _:
                pass


def _check_constant(condition: Expression, place: Place, what: str, problems: Problems) -> None:
    if condition.names:
        return
    always = "always" if condition.holds({}) else "never"
    message = f"found the condition '{condition.source}' of {what}, which {always} holds"
    problems.warn(place, f"{message}; allowed: one that depends on something", "One side of it is never reached.")


def _compared(source: str) -> Iterator[tuple[str, str]]:
    """Names and the texts that they are compared with."""
    for match in _COMPARED.finditer(source):
        yield match[1], match[2] if match[2] is not None else match[3]
    for match in _TURNED.finditer(source):
        yield match[3], match[1] if match[1] is not None else match[2]
    for match in _AMONG.finditer(source):
        for one in _WORDS.finditer(match[2]):
            yield match[1], one[1] if one[1] is not None else one[2]


def _values(slot: Slot) -> tuple[str, ...]:
    """What an answer can be, nothing where that is open."""
    if slot.slot_type == "yes_no":
        return ("true", "false")
    return tuple(str(choice.value) for choice in slot.choices)
