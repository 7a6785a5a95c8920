"""What a step reads, so that a journey stops before the first that needs a result which is still under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from voice_agent.journeys.pack import Journey, Slot
from voice_agent.journeys.steps import (
    Branch,
    CallJourney,
    Collect,
    Confirm,
    Do,
    End,
    HandOver,
    Planning,
    Question,
    Rounds,
    SayText,
    Step,
)
from voice_agent.journeys.templates import Template


def awaited(step: Step, journey: Journey, under_way: Mapping[str, int]) -> int | None:
    """The call among `under_way` (tool -> call) that has to come back before `step`, None where it can be done.

    Before an end everything has to. Of steps within steps only what leads to them counts: each is looked at itself.
    """
    if isinstance(step, End):
        return next(iter(under_way.values()), None)
    names = _names(step, journey)
    return next((call for tool, call in under_way.items() if tool in names), None)


def _names(step: Step, journey: Journey) -> set[str]:
    match step:
        case Collect(slots=slots):
            return _of_slots(slot for slot in journey.slots if slot.name in slots)
        case Do(arguments=arguments, tool=name):
            tool = journey.tool(name)
            policies = () if tool is None else tool.policies()
            return _of_texts(text for _, text in arguments or ()) | _of_policies(policies, journey)
        case Confirm(text=text, policies=policies):
            return _of_texts([text]) | _of_policies(policies, journey)
        case SayText(text=text):
            return _of_texts([text])
        case Branch(when=when):
            return set(when.names)
        case Question(slot=slot):
            return _of_slots(one for one in journey.questions if one.name == slot)
        case HandOver(reason=reason):
            return _of_texts([reason])
        case Rounds() | CallJourney() | End() | Planning():
            return set()


def _of_texts(texts: Iterable[Template]) -> set[str]:
    return {gap.path[0] for text in texts for gap in text.gaps()}


def _of_policies(names: Iterable[str], journey: Journey) -> set[str]:
    policies = [journey.policy(name) for name in names]
    return {name for policy in policies if policy is not None for name in policy.check.names}


def _of_slots(slots: Iterable[Slot]) -> set[str]:
    found: set[str] = set()
    for slot in slots:
        found |= _of_texts(slot.asks) | (set() if slot.source is None else {slot.source.path[0]})
    return found
