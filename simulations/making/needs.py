"""What a call must come to for it to reach a part of a journey: which conditions must hold, and which fail. Pure.

    needs = needs_of(journey)
    needs["cancel_contract/step 4.then.0"].wanted     # (("get_contract.cancelled", False), ..., ("...term", True))

Parts are named as coverage names them. What comes after a branch that ends the journey is for those who don't go there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from simulations.making.conditions import Wanted
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.rate_card import Evidence
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

NEVER: Final = ""
ALWAYS: Final = "true"
_POLICY: Final = "policy."


class Needs(msgspec.Struct, frozen=True):
    """`wanted` are conditions and whether they hold; `keyed` are slots that are keyed in confidence on the way."""

    wanted: tuple[Wanted, ...] = ()
    keyed: tuple[str, ...] = ()

    def and_also(self, source: str, *, held: bool) -> Needs:
        return Needs((*self.wanted, (source, held)), self.keyed)


def needs_of(journey: Journey) -> dict[str, Needs]:
    """By the names of the parts; what isn't there needs more than is known."""
    walk = _Walk(journey)
    walk.through(journey.steps, Needs())
    return walk.found


class _Walk:
    def __init__(self, journey: Journey) -> None:
        self._journey = journey
        self.found: dict[str, Needs] = {}

    def through(self, steps: Iterable[Step], needs: Needs) -> Needs:
        """What is needed after `steps`."""
        for step in steps:
            needs = self._step(step, needs)
        return needs

    def _step(self, step: Step, needs: Needs) -> Needs:
        if not isinstance(step, Branch | Planning):
            self._reached(f"step {step.path}", needs)
        match step:
            case Branch():
                return self._branch(step, needs)
            case Question(slot=slot, yes=yes, no=no):
                self.through(yes, needs.and_also(slot, held=True))
                self.through(no, needs.and_also(slot, held=False))
                return _not_ended(step, needs)
            case Rounds(steps=steps):
                self.through(steps, needs)
            case Collect(slots=slots):
                return self._collected(slots, needs)
            case Confirm(policies=policies):
                return self._checked(policies, needs)
            case Do(tool=tool):
                return self._done(tool, needs)
            case End(outcome=outcome):
                self._reached(f"outcome {outcome}", needs)
            case SayText() | CallJourney() | HandOver() | Planning():
                pass
        return needs

    def _branch(self, step: Branch, needs: Needs) -> Needs:
        source = step.when.source
        holds, fails = needs.and_also(source, held=True), needs.and_also(source, held=False)
        self._reached(f"branch {step.path} holds", holds)
        self._reached(f"branch {step.path} fails", fails)
        self.through(step.then, holds)
        self.through(step.otherwise, fails)
        return _not_ended(step, needs)

    def _collected(self, slots: Sequence[str], needs: Needs) -> Needs:
        for name in slots:
            slot = self._journey.slot(name)
            if slot is not None:
                self._reached(f"slot {name} ({slot.slot_type})", needs)
                if slot.secure is not None:
                    needs = Needs(needs.wanted, (*needs.keyed, name))
        return needs

    def _done(self, name: str, needs: Needs) -> Needs:
        tool = self._journey.tool(name)
        required = () if tool is None else tool.requires
        names = [each.removeprefix(_POLICY) for each in required if each.startswith(_POLICY)]
        needs = self._checked(names, needs)
        self._reached(f"tool {name}", needs)
        return needs

    def _checked(self, names: Sequence[str], needs: Needs) -> Needs:
        """Policies are looked at one after another; who fails one goes no further."""
        for name in names:
            policy = self._journey.policy(name)
            if policy is None or policy.observe:
                continue
            fails = needs.and_also(policy.check.source, held=False)
            needs = needs.and_also(policy.check.source, held=True)
            self._reached(f"policy {name} holds", needs)
            self._reached(f"policy {name} fails", fails)
            for outcome in self._journey.outcomes:
                if Evidence("policy", name, "failed") in outcome.evidence:
                    self._reached(f"outcome {outcome.name}", fails)
        return needs

    def _reached(self, part: str, needs: Needs) -> None:
        self.found.setdefault(f"{self._journey.name}/{part}", needs)


def _not_ended(step: Step, needs: Needs) -> Needs:
    ends = _ends([step])
    return needs.and_also(ends, held=False) if ends not in (NEVER, ALWAYS) else needs


def _ends(steps: Sequence[Step]) -> str:
    """The condition on which nothing comes after `steps`."""
    ends = [found for step in steps if (found := _end(step)) != NEVER]
    return ALWAYS if ALWAYS in ends else " || ".join(ends)


def _end(step: Step) -> str:
    match step:
        case End() | HandOver():
            return ALWAYS
        case Branch(when=when, then=then, otherwise=otherwise):
            ways = [(f"({when.source})", then), (f"!({when.source})", otherwise)]
        case Question(slot=slot, yes=yes, no=no):
            ways = [(slot, yes), (f"!{slot}", no)]
        case _:
            return NEVER
    found = [(condition, _ends(inner)) for condition, inner in ways]
    if all(ends == ALWAYS for _, ends in found):
        return ALWAYS
    told = [condition if ends == ALWAYS else f"({condition} && ({ends}))" for condition, ends in found if ends != NEVER]
    return " || ".join(told)
