"""Finds what a journey needs next, by walking its steps from the first and passing those that are done.

A step is done for the values it was done with: a tool for its arguments, a sentence for its words and the calls before
it, an agreement for all values too. So after a correction exactly that is done again which rested on the old value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, assert_never

import msgspec

from voice_agent.conversation.notes import Watch
from voice_agent.journeys.awaiting import awaited
from voice_agent.journeys.expressions import Expression
from voice_agent.journeys.filling import Filling
from voice_agent.journeys.frame import Frame, Signature
from voice_agent.journeys.gates import Passed, Refused, Unconfirmed, Unfounded, Unjudged, pass_gate, with_tokens
from voice_agent.journeys.grounds import grounds_of
from voice_agent.journeys.links import links_in
from voice_agent.journeys.moves import (
    Again,
    AskAgreement,
    Await,
    Call,
    Enter,
    Escalate,
    Finished,
    Leave,
    Move,
    NeedPlan,
    NeedVerdict,
    Refuse,
    Speak,
    Stuck,
)
from voice_agent.journeys.noting import holds, note_step
from voice_agent.journeys.pack import Policy, Tool
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
from voice_agent.journeys.templates import Gap, MissingValue, SlotValue, Template, Values, plain, render, substance
from voice_agent.journeys.verdicts import verdict_holds


class Walk:
    """One pass over a frame's steps. `names` is what expressions see; slots and results join it as steps are passed.
    `values` holds the names that are known beforehand, and how to say them; its `link` is for sentences alone."""

    def __init__(
        self, frame: Frame, values: Values, *, as_if_settled: bool = False, watch: Watch | None = None
    ) -> None:
        self.names: dict[str, Any] = dict(values.names)
        self.calls: list[tuple[str, int]] = []
        self._frame = frame
        self._slots: dict[str, SlotValue] = {}
        self._link = values.link
        self._values = msgspec.structs.replace(values, names=self.names, slots=self._slots, link="")
        self._agreed = False
        self._under_way: dict[str, int] = {}
        self._not_waited_for = {tool.name for tool in frame.journey.tools if not tool.blocking}
        self._rounds: tuple[int, ...] = ()
        self._filling = Filling(frame, self.names, self._slots, values.language, as_if_settled=as_if_settled)
        self._watch = watch
        self._policies = {policy.name: policy for policy in frame.journey.policies}

    def next_move(self) -> Move:
        """What is needed now. It fills a slot that can take one value only; it changes nothing else."""
        try:
            move = self._steps(self._frame.journey.steps)
        except MissingValue as missing:
            move = Stuck(f"{missing} is missing")
        for escalation in self._frame.journey.escalations:
            target = "" if escalation.target is None else escalation.target
            if any(self._check("escalation", target, condition) for condition in escalation.conditions):
                return Escalate(escalation)
        if isinstance(move, NeedPlan | None) and self._under_way:
            return Await(next(iter(self._under_way.values())))
        return move if move is not None else Finished(None)

    def text(self, template: Template) -> str:
        """Raises MissingValue."""
        return render(template, self._values)

    def spell(self, slot: str) -> None:
        """From now on its letters are said by an alphabet."""
        self._values = msgspec.structs.replace(self._values, misheard=slot)

    def slot_values(self) -> dict[str, Any]:
        """Slots passed so far, by name."""
        return {name: slot.value for name, slot in self._slots.items() if slot.value is not None}

    def label(self, slot: str) -> str:
        """How the slot's value is said; raises MissingValue."""
        return render(Template(slot, (Gap((slot,)),)), msgspec.structs.replace(self._values, said=None))

    def note(self, template: Template) -> str:
        """What a person reads who works here; raises MissingValue."""
        return render(template, msgspec.structs.replace(self._values, channel="text", language="", said=None))

    def known(self, outcome: str) -> dict[str, Any]:
        """What a journey that called this one may read of it once it is done: slots, results, `outcome`."""
        journey = self._frame.journey
        own = (*(slot.name for slot in (*journey.slots, *journey.questions)), *(tool.name for tool in journey.tools))
        return {**{name: self.names[name] for name in own if name in self.names}, "outcome": outcome}

    def _at(self, path: str) -> str:
        """Where a step is remembered: in a repetition, each round by itself."""
        return path + "".join(f"@{number}" for number in self._rounds)

    def _steps(self, steps: Iterable[Step]) -> Move | None:
        for step in steps:
            call = awaited(step, self._frame.journey, self._under_way) if self._under_way else None
            move = self._step(step) if call is None else Await(call)
            if move is not None:
                if not isinstance(step, Branch):
                    note_step(self._watch, self._frame.journey, step)
                return move
        return None

    def _check(self, what: Literal["policy", "branch", "escalation"], name: str, check: Expression) -> bool:
        return holds(self._watch, self._frame.journey, what, name, check, self.names)

    def _step(self, step: Step) -> Move | None:
        match step:
            case Collect():
                return self._collect(step)
            case Do():
                return self._do(step)
            case Confirm():
                return self._confirm(step)
            case SayText():
                return self._say(step)
            case Branch():
                return self._steps(step.then if self._check("branch", step.path, step.when) else step.otherwise)
            case End():
                return Finished(step.outcome)
            case Question():
                return self._question(step)
            case Rounds():
                return self._round(step)
            case CallJourney():
                return self._other(step)
            case HandOver():
                return Leave(step.rule, self.note(step.reason))
            case Planning():
                move = self._steps(self._frame.plan.steps)
                return NeedPlan(step.path) if move is None else move
            case _:
                assert_never(step)

    def _collect(self, step: Collect) -> Move | None:
        self._agreed = False  # Nobody has agreed to what is only asked now.
        for name in step.slots:
            slot = self._frame.journey.slot(name)
            move = Stuck(f"the slot {name} is missing") if slot is None else self._filling.move(slot)
            if move is not None:
                return move
        return None

    def _question(self, step: Question) -> Move | None:
        self._agreed = False
        slot = self._frame.journey.slot(step.slot)
        move = Stuck(f"the slot {step.slot} is missing") if slot is None else self._filling.move(slot)
        if move is not None or not (step.yes or step.no):
            return move
        return self._steps(step.yes if self.names[step.slot] is True else step.no)

    def _round(self, step: Rounds) -> Move | None:
        self._agreed = False  # Each round does something of its own.
        path = self._at(step.path)
        over = self._frame.rounds.get(path, 0)
        outside, self._rounds = self._rounds, (*self._rounds, over)
        move = self._steps(step.steps)
        self._rounds, self._agreed = outside, False
        if move is None and over + 1 < step.at_most and not step.until.holds(self.names):
            return Again(path, step.slots)
        return move

    def _other(self, step: CallJourney) -> Move | None:
        self._agreed = False
        path = self._at(step.path)
        child = self._frame.children.get(path)
        if child is None or child.over is None:
            return Enter(path, step.journey)
        self.names[step.journey] = child.over
        self.calls += sorted((result.tool, result.call) for one in child.family() for result in one.results.values())
        return None

    def _do(self, step: Do) -> Move | None:
        tool = self._frame.journey.tool(step.tool)
        if tool is None:
            return Stuck(f"the tool {step.tool} is missing")
        arguments, path = self._arguments(step), self._at(step.path)
        done = self._frame.results.get(path)
        if done is not None and done.arguments == arguments:
            self.names[tool.name] = done.value
            self.calls.append((tool.name, done.call))
            return None
        if self._is_under_way(tool, path, arguments):
            return None
        grounds = grounds_of(step, arguments, self._frame, self.names, agreed=self._agreed)
        gate = pass_gate(tool, arguments, self._policies, self._holds, grounds)
        match with_tokens(gate, step.secure, self._frame.tokens):
            case Passed() as passed:
                return Call(path, passed)
            case Refused(policy=policy):
                return self._refuse(policy)
            case Unjudged(policy=policy):
                return NeedVerdict(policy, path, self._substance())
            case Unconfirmed():
                return Stuck(f"{tool.name} was reached without leave")
            case Unfounded(reason=reason):
                return Stuck(f"{tool.name} was reached, but {reason}")
            case _ as unreachable:
                assert_never(unreachable)

    def _is_under_way(self, tool: Tool, path: str, arguments: dict[str, Any]) -> bool:
        """Whether the journey may go on: the tool was begun, and nothing has yet needed its result."""
        begun = self._frame.background.get(path)
        if begun is None or begun[1] != arguments:
            return False
        self._under_way[tool.name] = begun[0]
        self.calls.append((tool.name, begun[0]))
        return True

    def _arguments(self, step: Do) -> dict[str, Any]:
        if step.arguments is None:
            declared = {slot.name for slot in self._frame.journey.slots}
            return {name: value for name, value in self.slot_values().items() if name in declared}
        return {name: plain(template, self._values) for name, template in step.arguments}

    def _holds(self, policy: Policy) -> bool | None:
        """None: somebody has to judge that first."""
        if policy.observe != "":
            verdict = self._frame.verdicts.get(policy.name)
            return verdict_holds(self._watch, self._frame, policy, verdict, self._substance())
        self._frame.policies[policy.name] = self._check("policy", policy.name, policy.check)
        return self._frame.policies[policy.name]

    def _substance(self) -> Signature:
        """What an agreement and a verdict rest on: the calls before, and all values."""
        return (tuple(self.calls), tuple(sorted({**self.slot_values(), **self._frame.tokens}.items())))

    def _refuse(self, policy: Policy) -> Refuse:
        return Refuse(policy, None if policy.say is None else self.text(policy.say))

    def _confirm(self, step: Confirm) -> Move | None:
        for name in step.policies:
            policy = self._policies.get(name)
            if policy is None or policy.observe != "" or not policy.check.names <= self.names.keys():
                continue
            if not self._holds(policy):
                return self._refuse(policy)
        text, path = self.text(step.text), self._at(step.path)
        for policy in (self._policies[name] for name in step.policies if name in self._policies):
            verdict = self._holds(policy) if policy.observe != "" else True
            if verdict is not True:
                return NeedVerdict(policy, path, self._substance()) if verdict is None else self._refuse(policy)
        signature = (substance(step.text, self._values), *self._substance())
        self._agreed = self._frame.agreed.get(path) == signature
        return None if self._agreed else AskAgreement(path, text, signature)

    def _say(self, step: SayText) -> Move | None:
        text, written = render(step.text, msgspec.structs.replace(self._values, link=self._link)), ""
        if self._link != "":
            written = render(step.text, msgspec.structs.replace(self._values, channel="text", said=None))
            written = written if links_in(written) else ""
        # A call that is not waited for comes back between two sentences: the first did not rest on it.
        rests_on = tuple(call for call in self.calls if call[0] not in self._not_waited_for)
        signature = (substance(step.text, self._values), rests_on)
        path = self._at(step.path)
        return None if self._frame.said.get(path) == signature else Speak(path, text, signature, written)
