"""What one journey refers to: that every name exists, and is known by the time a step uses it.

It walks the steps as the engine will, with the names that are known for sure at each: both sides of a branch must have
made a name known before what follows may use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from voice_agent.journeys.check_names import NameCheck
from voice_agent.journeys.check_planned import check_planned, check_tools_of_steps
from voice_agent.journeys.check_secure import check_secure_arguments, check_secure_use
from voice_agent.journeys.pack import Journey, Slot, Tool
from voice_agent.journeys.problems import Place, Problems, nearest
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
    steps_within,
)
from voice_agent.journeys.templates import Gap
from voice_agent.journeys.vocabulary import BUILT_IN_NAMES, BUILT_IN_OUTCOMES, EACH_TIME, PROGRESS


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
        self._names = NameCheck(journey, problems)
        self._policies = {policy.name for policy in journey.policies}

    def run(self) -> None:
        self._check_names()
        self._check_tools()
        self._check_outcomes()
        check_tools_of_steps(self._journey, self._problems)
        check_secure_use(self._journey, self._problems)
        if self._journey.title is not None:
            self._names.template(self._journey.title, self._journey.place, frozenset({"agent"}))
        if self._journey.state is not None:
            self._names.expression(self._journey.state, self._journey.place, frozenset(BUILT_IN_NAMES))
        for block in self._journey.blocks:
            if block.when is not None:
                self._names.expression(block.when, block.place, self._names.all())
            for text in block.contents:
                self._names.template(text, block.place, self._names.all())
        for escalation in self._journey.escalations:
            for condition in escalation.conditions:
                self._names.expression(condition, escalation.place, self._names.all())
        known = self._steps(self._journey.steps, Known(self._names.given()))
        provision = self._journey.provides
        if provision is not None:
            self._check_provision(known)
            self._names.template(provision.otherwise, provision.place, known.names)

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
                elif need not in (allowed := self._needs()):
                    self._problems.unknown(tool.place, "in requires", need, allowed)
            self._check_decided_by_code(tool)
            for gap in tool.progress.gaps() if tool.progress is not None else ():
                if ".".join(gap.path) not in PROGRESS:
                    self._problems.unknown(tool.place, "in progress the name", ".".join(gap.path), PROGRESS)
            if tool.idempotency is not None and tool.idempotency not in (keys := (*sorted(self._slots), EACH_TIME)):
                self._problems.unknown(tool.place, "for idempotency", tool.idempotency, keys)

    def _check_decided_by_code(self, tool: Tool) -> None:
        """A verdict of a model may refuse a write, and never be all that stands before it."""
        observed = {f"policy.{policy.name}" for policy in self._journey.policies if policy.observe != ""}
        if tool.requires and set(tool.requires) <= observed:
            message = f"found '{tool.name}' behind nothing but what a model judges"
            self._problems.add(tool.place, f"{message}; allowed: with 'confirmed' or a policy with 'check'")

    def _needs(self) -> list[str]:
        """A policy by its bare name guards nothing."""
        return ["confirmed", "identity.verified", *(f"policy.{name}" for name in sorted(self._policies))]

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
        self._names.expression(provision.check, provision.place, known.names)
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
                self._names.template(step.text, step.place, known.names)
                return msgspec.structs.replace(known, agreed=True)
            case SayText():
                self._names.template(step.text, step.place, known.names)
                return known
            case Branch():
                self._names.expression(step.when, step.place, known.names)
                return _joined(self._steps(step.then, known), self._steps(step.otherwise, known))
            case Question():
                return self._question(step, known)
            case Rounds():
                after = self._steps(step.steps, msgspec.structs.replace(known, agreed=False))
                self._names.expression(step.until, step.place, after.names)
                return Known(after.names, over=after.over)
            case CallJourney():
                return self._call(step, known)
            case HandOver():
                self._names.template(step.reason, step.place, known.names)
                return msgspec.structs.replace(known, over=True)
            case Planning():
                check_planned(self._journey, self._problems, self._names)
                for slot in self._journey.slots:
                    self._slot(slot, self._names.all())
                return Known(self._names.all(), agreed=True, over=True)
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
                names |= {nearest(name, self._slots) or name}  # one slip of the pen is one mistake
                continue
            self._slot(slot, names)
            names |= {name}
        return msgspec.structs.replace(known, names=names, agreed=False)

    def _question(self, step: Question, known: Known) -> Known:
        slot = self._journey.slot(step.slot)
        if slot is not None:
            self._slot(slot, known.names)
        after = Known(known.names | {step.slot})
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
            self._names.name(slot.source.path[0], slot.place, names)
        for ask in slot.asks:
            gaps = [gap for gap in ask.gaps() if gap != Gap((slot.name,), "choices")]
            self._names.gaps(gaps, slot.place, names)
        if slot.readback is not None:
            self._names.template(slot.readback, slot.place, names | {slot.name})

    def _do(self, step: Do, known: Known) -> Known:
        tool = self._journey.tool(step.tool)
        if tool is None:
            self._problems.unknown(step.place, "the tool", step.tool, sorted(self._tools))
            return known
        for _, argument in step.arguments if step.arguments is not None else ():
            self._names.template(argument, step.place, known.names)
        check_secure_arguments(self._journey, step, tool, known.names, self._problems)
        if tool.filler is not None:
            self._names.template(tool.filler, tool.place, known.names)
        self._check_gate(tool, step.place, known)
        return msgspec.structs.replace(known, names=known.names | {tool.name})

    def _check_gate(self, tool: Tool, place: Place, known: Known) -> None:
        if "confirmed" in tool.requires and not known.agreed:
            message = f"found 'do: {tool.name}' without a confirm step before it; allowed: after one"
            self._problems.add(place, message, "What is collected after a confirm step has not been agreed to.")
        for name in tool.policies():
            policy = self._journey.policy(name)
            if policy is not None:
                self._names.expression(policy.check, policy.place, known.names)
                if policy.say is not None:
                    self._names.template(policy.say, policy.place, known.names)


def _joined(one: Known, other: Known) -> Known:
    """After a branch only that is known which both sides know; a side that ends the journey doesn't count."""
    if one.over or other.over:
        return other if one.over else one
    return Known(one.names & other.names, one.agreed and other.agreed)
