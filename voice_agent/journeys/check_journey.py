"""What one journey refers to: that every name exists, and is known by the time a step uses it.

It walks the steps as the engine will, with the names that are known for sure at each: both sides of a branch must have
made a name known before what follows may use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from voice_agent.journeys.check_secure import check_secure_arguments, check_secure_use, said_aloud
from voice_agent.journeys.expressions import BUILT_IN, FUNCTIONS, MACROS, Expression
from voice_agent.journeys.fitting import PARTS
from voice_agent.journeys.pack import (
    Branch,
    CallJourney,
    Collect,
    Confirm,
    Do,
    End,
    HandOver,
    Journey,
    Question,
    Rounds,
    SayText,
    Slot,
    Step,
    Tool,
)
from voice_agent.journeys.problems import Place, Problems, did_you_mean
from voice_agent.journeys.read_steps import steps_within
from voice_agent.journeys.templates import Gap, Template
from voice_agent.journeys.vocabulary import BUILT_IN_NAMES, BUILT_IN_OUTCOMES, NOT_SAID, PROGRESS

_SAYABLE_TYPES = ("choice", "reference")


class Known(msgspec.Struct, frozen=True):
    """What holds for sure at a step: names with a value, whether the caller has agreed, whether the journey is over."""

    names: frozenset[str]
    agreed: bool = False
    over: bool = False


class JourneyCheck:
    """Checks one journey; everything it finds goes to `problems`. `others` are all journeys by name, it too."""

    def __init__(self, journey: Journey, problems: Problems, others: Mapping[str, Journey]) -> None:
        self._journey = journey
        self._others = others
        self._problems = problems
        self._slots = {slot.name for slot in (*journey.slots, *journey.questions)}
        self._tools = {tool.name for tool in journey.tools}
        self._policies = {policy.name for policy in journey.policies}

    def run(self) -> None:
        self._check_names()
        self._check_tools()
        self._check_outcomes()
        check_secure_use(self._journey, self._problems)
        if self._journey.title is not None:
            self._template(self._journey.title, self._journey.place, frozenset({"agent"}))
        if self._journey.state is not None:
            self._expression(self._journey.state, self._journey.place, frozenset(BUILT_IN_NAMES))
        for escalation in self._journey.escalations:
            for condition in escalation.conditions:
                self._expression(condition, escalation.place, self._all_names())
        known = self._steps(self._journey.steps, Known(self._given_names()))
        provision = self._journey.provides
        if provision is not None:
            self._check_provision(known)
            self._template(provision.otherwise, provision.place, known.names)

    def _given_names(self) -> frozenset[str]:
        names = set(BUILT_IN_NAMES)
        if "identity.verified" not in self._journey.needs:
            names.discard("customer")
        return frozenset(names)

    def _all_names(self) -> frozenset[str]:
        called = {step.journey for step in steps_within(self._journey.steps) if isinstance(step, CallJourney)}
        return frozenset(self._slots | self._tools | called) | self._given_names()

    def _check_names(self) -> None:
        taken: list[Slot | Tool] = [tool for tool in self._journey.tools if tool.name in BUILT_IN_NAMES]
        own = {slot.name for slot in self._journey.slots}
        taken += [slot for slot in self._journey.slots if slot.name in self._tools or slot.name in BUILT_IN_NAMES]
        elsewhere = {*own, *self._tools, *BUILT_IN_NAMES, *self._others}
        taken += [slot for slot in self._journey.questions if slot.name in elsewhere]
        for named in taken:
            self._problems.add(named.place, f"found the name '{named.name}', which is taken; allowed: one that is free")

    def _check_tools(self) -> None:
        for tool in self._journey.tools:
            for need in tool.requires:
                if need == "identity.verified":
                    if need not in self._journey.needs:
                        message = f"found '{need}' in requires; allowed: in a journey with needs: [{need}]"
                        self._problems.add(tool.place, message)
                elif need != "confirmed" and need.removeprefix("policy.") not in self._policies:
                    allowed = ["confirmed", "identity.verified", *(f"policy.{name}" for name in sorted(self._policies))]
                    self._problems.unknown(tool.place, "in requires", need, allowed)
            for gap in tool.progress.gaps() if tool.progress is not None else ():
                if ".".join(gap.path) not in PROGRESS:
                    self._problems.unknown(tool.place, "in progress the name", ".".join(gap.path), PROGRESS)
            if tool.idempotency is not None and tool.idempotency not in self._slots:
                self._problems.unknown(tool.place, "for idempotency", tool.idempotency, sorted(self._slots))

    def _check_outcomes(self) -> None:
        called = {
            tool.name
            for step in steps_within(self._journey.steps)
            if isinstance(step, CallJourney) and step.journey in self._others
            for tool in self._others[step.journey].tools
        }
        known = {"tool": self._tools | called, "policy": self._policies, "identity": {"identity"}}
        for outcome in self._journey.outcomes:
            for evidence in outcome.evidence:
                names = known[evidence.subject]
                if evidence.name not in names:
                    self._problems.unknown(
                        outcome.place, f"as evidence the {evidence.subject}", evidence.name, sorted(names)
                    )

    def _check_provision(self, known: Known) -> None:
        provision = self._journey.provides
        if provision is None:
            return
        self._expression(provision.check, provision.place, known.names)
        if provision.customer is not None and provision.customer not in self._tools:
            self._problems.unknown(provision.place, "for customer the tool", provision.customer, sorted(self._tools))
        if not any(isinstance(step, Collect) for step in self._journey.steps):
            message = "found an identification that collects nothing; allowed: at least one slot among its steps"
            self._problems.add(provision.place, message)

    def _steps(self, steps: Iterable[Step], known: Known) -> Known:
        for step in steps:
            if known.over:
                message = "found a step after the end; allowed: none"
                self._problems.add(step.place, message, "It would never be reached.")
                return known
            known = self._step(step, known)
        return known

    def _step(self, step: Step, known: Known) -> Known:
        match step:
            case Collect():
                return self._collect(step, known)
            case Do():
                return self._do(step, known)
            case Confirm():
                self._template(step.text, step.place, known.names)
                return msgspec.structs.replace(known, agreed=True)
            case SayText():
                self._template(step.text, step.place, known.names)
                return known
            case Branch():
                self._expression(step.when, step.place, known.names)
                return _joined(self._steps(step.then, known), self._steps(step.otherwise, known))
            case Question():
                return self._question(step, known)
            case Rounds():
                after = self._steps(step.steps, msgspec.structs.replace(known, agreed=False))
                self._expression(step.until, step.place, after.names)
                return Known(after.names, over=after.over)
            case CallJourney():
                return self._call(step, known)
            case HandOver():
                self._template(step.reason, step.place, known.names)
                return msgspec.structs.replace(known, over=True)
            case End():
                outcomes = (*(outcome.name for outcome in self._journey.outcomes), *BUILT_IN_OUTCOMES)
                if step.outcome not in outcomes:
                    self._problems.unknown(step.place, "the outcome", step.outcome, outcomes)
                return msgspec.structs.replace(known, over=True)

    def _collect(self, step: Collect, known: Known) -> Known:
        names = known.names
        for name in step.slots:
            slot = self._journey.slot(name)
            if slot is None:
                self._problems.unknown(step.place, "the slot", name, sorted(self._slots))
                continue
            self._slot(slot, names)
            names |= {name}
        return msgspec.structs.replace(known, names=names, agreed=False)

    def _question(self, step: Question, known: Known) -> Known:
        self._slot(step.slot, known.names)
        after = Known(known.names | {step.slot.name})
        if not (step.yes or step.no):
            return after
        return _joined(self._steps(step.yes, after), self._steps(step.no, after))

    def _call(self, step: CallJourney, known: Known) -> Known:
        other = self._others.get(step.journey)
        if other is None or other is self._journey:
            allowed = sorted(name for name in self._others if name != self._journey.name)
            self._problems.unknown(step.place, "for call the journey", step.journey, allowed)
        elif other.provides is not None:
            message = f"found 'call: {other.name}', which identifies callers; allowed: needs: [identity.verified]"
            self._problems.add(step.place, message)
        if step.journey in self._slots | self._tools:
            self._problems.add(
                step.place, f"found the name '{step.journey}' for a slot or tool too; allowed: one that is free"
            )
        return Known(known.names | {step.journey})

    def _slot(self, slot: Slot, names: frozenset[str]) -> None:
        if slot.source is not None and slot.source.path:
            self._name(slot.source.path[0], slot.place, names)
        for ask in slot.asks:
            gaps = [gap for gap in ask.gaps() if gap != Gap((slot.name,), "choices")]
            self._gaps(gaps, slot.place, names)
        if slot.readback is not None:
            self._template(slot.readback, slot.place, names | {slot.name})

    def _do(self, step: Do, known: Known) -> Known:
        tool = self._journey.tool(step.tool)
        if tool is None:
            self._problems.unknown(step.place, "the tool", step.tool, sorted(self._tools))
            return known
        for _, argument in step.arguments if step.arguments is not None else ():
            self._template(argument, step.place, known.names)
        check_secure_arguments(self._journey, step, tool, known.names, self._problems)
        if tool.filler is not None:
            self._template(tool.filler, tool.place, known.names)
        self._check_gate(tool, step.place, known)
        return msgspec.structs.replace(known, names=known.names | {tool.name})

    def _check_gate(self, tool: Tool, place: Place, known: Known) -> None:
        if "confirmed" in tool.requires and not known.agreed:
            message = f"found 'do: {tool.name}' without a confirm step before it; allowed: after one"
            self._problems.add(place, message, "What is collected after a confirm step has not been agreed to.")
        for name in tool.policies():
            policy = self._journey.policy(name)
            if policy is not None:
                self._expression(policy.check, policy.place, known.names)
                if policy.say is not None:
                    self._template(policy.say, policy.place, known.names)

    def _template(self, template: Template, place: Place, names: frozenset[str]) -> None:
        self._gaps(template.gaps(), place, names)

    def _gaps(self, gaps: Iterable[Gap], place: Place, names: frozenset[str]) -> None:
        for gap in gaps:
            if gap.path[0] in NOT_SAID:
                hint = "Did you mean 'today'?" if gap.path[0] == "now" else ""
                self._problems.add(place, f"found '{gap.path[0]}' in a text; allowed: in expressions", hint)
                continue
            self._name(gap.path[0], place, names)
            slot = self._journey.slot(gap.path[0])
            if gap.form == "choices" and (slot is None or slot.slot_type not in _SAYABLE_TYPES):
                self._problems.add(place, f"found ':choices' for '{gap.path[0]}'; allowed: for choice and reference")
            parts = () if slot is None else PARTS.get(slot.slot_type, ())
            if slot is None or len(gap.path) == 1 or slot.source is not None:
                continue
            if gap.path[1] not in parts and parts:
                self._problems.unknown(place, f"in {slot.name} the part", gap.path[1], parts)
            elif not parts:
                found = f"found '{'.'.join(gap.path)}': a slot of type '{slot.slot_type}' has no parts"
                self._problems.add(place, f"{found}; allowed: {slot.name}")

    def _expression(self, expression: Expression, place: Place, names: frozenset[str]) -> None:
        for name in sorted(expression.names):
            self._name(name, place, names)
        offered = (*FUNCTIONS, *BUILT_IN, *MACROS)
        for function in sorted(expression.functions):
            if function not in offered:
                self._problems.unknown(place, "the function", function, offered)

    def _name(self, name: str, place: Place, names: frozenset[str]) -> None:
        slot = self._journey.slot(name)
        if slot is not None and slot.secure is not None:
            said_aloud(slot, place, self._problems)
            return
        if name in names:
            return
        if name == "customer":
            self._problems.add(place, "found 'customer' before it is known; allowed: with needs: [identity.verified]")
        elif name in self._all_names():
            message = f"found '{name}' before it is known; allowed: after the step that collects or does it"
            self._problems.add(place, message)
        else:
            offered = sorted(self._all_names())
            self._problems.add(
                place, f"found the unknown name '{name}'; allowed: {', '.join(offered)}", did_you_mean(name, offered)
            )


def _joined(one: Known, other: Known) -> Known:
    """After a branch only that is known which both sides know; a side that ends the journey doesn't count."""
    if one.over or other.over:
        return other if one.over else one
    return Known(one.names & other.names, one.agreed and other.agreed)
