"""A compiled journey to its chart: what is asked, looked up, changed, said, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

from voice_agent.journeys.explained.chart import Box, Chart, Fork, Part, Round
from voice_agent.journeys.explained.words import condition, looked_up, named, sentence
from voice_agent.journeys.pack import Journey, Policy, Slot, Tool
from voice_agent.journeys.rate_card import Evidence, Outcome
from voice_agent.journeys.steps import (
    Branch,
    CallJourney,
    Collect,
    Confirm,
    Do,
    End,
    Escalation,
    HandOver,
    Planning,
    Question,
    Rounds,
    SayText,
    Step,
)

_CONFIRMED: Final = {
    "never": (),
    "implicit": ("said back in passing",),
    "readback": ("read back, and a yes waited for",),
    "explicit": ("asked about once more",),
}

_ANSWERS: Final = {
    "yes_no": "yes or no",
    "text": "in the customer's own words",
    "number": "a number",
    "date": "a day",
    "time": "a time of day",
    "period": "some hours or days",
    "money": "an amount",
    "email": "an e-mail address",
    "phone": "a telephone number",
    "alphanumeric": "letters and figures",
    "order_id": "letters and figures",
    "spelled": "letter by letter",
}
"""What is asked for, by type; the others are called by their names."""


def chart_of(journey: Journey, language: str = "en") -> Chart:
    """The journey from its first step to its ends; texts in `language` where it has them."""
    charting = _Charting(journey, language)
    start = Box("start", "The customer wants this", journey.observe)
    known = tuple(Box("journey", "First", _need(need)) for need in journey.needs)
    aside = tuple(charting.escalation(rule) for rule in journey.escalations)
    return Chart(named(journey.name).capitalize(), journey.goal, (start, *known, *charting.parts(journey.steps)), aside)


def _need(need: str) -> str:
    return "We know who is calling" if need == "identity.verified" else condition(need)


class _Charting:
    def __init__(self, journey: Journey, language: str) -> None:
        self._journey = journey
        self._language = language

    def parts(self, steps: Iterable[Step]) -> tuple[Part, ...]:
        return tuple(part for step in steps for part in self._step(step))

    def escalation(self, rule: Escalation) -> Box:
        reasons = ["the customer asks for a person"] if rule.asked_for_human else []
        reasons += [condition(one.source) for one in rule.conditions]
        target = "our people" if rule.target is None else named(rule.target)
        return Box("person", f"At any time: to {target}", "if " + ", or if ".join(reasons), ends=True)

    def _step(self, step: Step) -> tuple[Part, ...]:
        match step:
            case Collect():
                slots = (self._journey.slot(name) for name in step.slots)
                return tuple(self._slot(slot) for slot in slots if slot is not None)
            case Do():
                return (self._tool(step),)
            case Confirm():
                return (Box("confirm", "Agree", sentence(step.text, self._language), ("only a yes leads on",)),)
            case SayText():
                return (Box("say", "Say", sentence(step.text, self._language)),)
            case Branch():
                yes, no = self.parts(step.then), self.parts(step.otherwise)
                return (Fork(self._condition(step.when.source), yes, no),)
            case End():
                return (Box("end", "End", named(step.outcome), self._proof(step.outcome), ends=True),)
            case Question():
                return self._question(step)
            case Rounds():
                until = f"until {condition(step.until.source)}, {step.at_most} times at most"
                return (Round(until, self.parts(step.steps)),)
            case CallJourney():
                return (Box("journey", "Go through", named(step.journey), ("and come back",)),)
            case HandOver():
                return (self._hand_over(step),)
            case Planning():
                return self._planned()
            case _:
                assert_never(step)

    def _planned(self) -> tuple[Part, ...]:
        """What may be done in it, in the order in which it is done where no model plans."""
        reads = tuple(tool for tool in self._journey.tools if tool.effect == "read")
        writes = tuple(tool for tool in self._journey.tools if tool.effect == "write")
        place = self._journey.place
        tools = tuple(self._tool(Do("", tool.name, None, place)) for tool in (*reads, *writes))
        note = Box("start", "In the order that a plan chooses", "", ("no change without a yes",))
        return (note, *(self._slot(slot) for slot in self._journey.slots), *tools)

    def _condition(self, source: str) -> str:
        """An answer of yes or no by itself is said as one."""
        name = source.removeprefix("!").strip()
        slot = self._journey.slot(name)
        if slot is None or slot.slot_type != "yes_no":
            return condition(source)
        return f"\u201c{named(name)}\u201d is {'no' if source.startswith('!') else 'yes'}"

    def _question(self, step: Question) -> tuple[Part, ...]:
        slot = self._journey.slot(step.slot)
        asked = () if slot is None else (self._slot(slot),)
        if not (step.yes or step.no):
            return asked
        return (*asked, Fork("the answer is yes", self.parts(step.yes), self.parts(step.no)))

    def _hand_over(self, step: HandOver) -> Box:
        target = "our people" if step.rule.target is None else named(step.rule.target)
        return Box("person", "Hand over", f"to {target}", (sentence(step.reason, self._language),), ends=True)

    def _slot(self, slot: Slot) -> Box:
        question = sentence(slot.asks[0], self._language) if slot.asks else ""
        answer = "keyed in, never said" if slot.secure is not None else _answer(slot)
        return Box("ask", "Ask", question, (f"{named(slot.name)}: {answer}", *_CONFIRMED[slot.confirm]))

    def _tool(self, step: Do) -> Box:
        tool = self._journey.tool(step.tool)
        if tool is None or tool.effect == "read":
            return Box("look_up", "Look up", looked_up(step.tool))
        return Box("write", "Change", named(step.tool), self._gates(tool))

    def _gates(self, tool: Tool) -> tuple[str, ...]:
        policies = [self._journey.policy(name) for name in tool.policies()]
        rules = tuple(self._rule(policy) for policy in policies if policy is not None)
        return (*rules, "only after a yes") if "confirmed" in tool.requires else rules

    def _rule(self, policy: Policy) -> str:
        otherwise = "a person takes over" if policy.on_fail == "transfer" else "it is refused"
        if policy.observe != "":
            return f"only if somebody has judged that: {policy.observe}; otherwise {otherwise}"
        return f"only if {condition(policy.check.source)}; otherwise {otherwise}"

    def _proof(self, name: str) -> tuple[str, ...]:
        outcome = next((one for one in self._journey.outcomes if one.name == name), None)
        return () if outcome is None else (f"proof: {self._evidence(outcome)}",)

    def _evidence(self, outcome: Outcome) -> str:
        """What an outcome rests on: "create return succeeded", "order was looked up"."""
        return " and ".join(self._fact(each) for each in outcome.evidence)

    def _fact(self, evidence: Evidence) -> str:
        if evidence.subject == "identity":
            return "we know who is calling"
        if evidence.subject == "policy":
            held = "held" if evidence.result == "passed" else "did not hold"
            return f"the rule \u201c{named(evidence.name)}\u201d {held}"
        tool = self._journey.tool(evidence.name)
        if tool is not None and tool.effect == "read" and looked_up(tool.name) != named(tool.name):
            negated = "" if evidence.result == "ok" else "not "
            return f"{looked_up(evidence.name)} could {negated}be looked up"
        return f"\u201c{named(evidence.name)}\u201d {'succeeded' if evidence.result == 'ok' else 'failed'}"


def _answer(slot: Slot) -> str:
    """What answers there are, in words."""
    if slot.source is not None:
        return f"one of {named('.'.join(slot.source.path))}"
    if slot.choices:
        return "one of " + ", ".join(str(choice.value).replace("_", " ") for choice in slot.choices)
    if slot.slot_type == "digits":
        return "figures" if slot.length is None else f"{slot.length} figures"
    return _ANSWERS.get(slot.slot_type, named(slot.slot_type))
