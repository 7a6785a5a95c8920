"""The steps of a compiled journey, and who is inside whom. Frozen, checked; the walk goes through them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import msgspec

from voice_agent.journeys.expressions import Expression
from voice_agent.journeys.problems import Place
from voice_agent.journeys.templates import Template


class Escalation(msgspec.Struct, frozen=True):
    """Hand over to `target` when one of `conditions` holds, or (`asked_for_human`) when a person is asked for."""

    conditions: tuple[Expression, ...]
    asked_for_human: bool
    target: str | None
    with_slots: bool
    place: Place
    with_trace: bool = False


class Collect(msgspec.Struct, frozen=True, tag="collect"):
    path: str
    slots: tuple[str, ...]
    place: Place


class Do(msgspec.Struct, frozen=True, tag="do"):
    """`arguments` None hands over every slot collected so far under its own name; `secure`: argument, secure slot."""

    path: str
    tool: str
    arguments: tuple[tuple[str, Template], ...] | None
    place: Place
    secure: tuple[tuple[str, str], ...] = ()


class Confirm(msgspec.Struct, frozen=True, tag="confirm"):
    """`policies` of the writes that follow: checked first, so that nobody is asked to agree to what will be refused."""

    path: str
    text: Template
    place: Place
    policies: tuple[str, ...] = ()


class SayText(msgspec.Struct, frozen=True, tag="say"):
    path: str
    text: Template
    place: Place


class Branch(msgspec.Struct, frozen=True, tag="branch"):
    path: str
    when: Expression
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]
    place: Place


class End(msgspec.Struct, frozen=True, tag="end"):
    path: str
    outcome: str
    place: Place


class Question(msgspec.Struct, frozen=True, tag="ask"):
    """Something that is asked in passing: yes or no leads on to `yes` or `no`, anything else is only heard.

    `slot` is the one of the journey's `questions` that holds the answer; no tool is handed it unasked.
    """

    path: str
    slot: str
    yes: tuple[Step, ...]
    no: tuple[Step, ...]
    place: Place


class Rounds(msgspec.Struct, frozen=True, tag="repeat"):
    """`steps` are done once, and again until `until` holds after them, `at_most` times in all.

    `slots` are those that the steps fill: each round asks for them anew.
    """

    path: str
    at_most: int
    until: Expression
    steps: tuple[Step, ...]
    slots: tuple[str, ...]
    place: Place


class CallJourney(msgspec.Struct, frozen=True, tag="call"):
    """Another journey is gone through; its slots and results are known under its name from then on."""

    path: str
    journey: str
    place: Place


class HandOver(msgspec.Struct, frozen=True, tag="hand_over"):
    """A person takes over, with `reason` for them to read."""

    path: str
    rule: Escalation
    reason: Template
    place: Place


class Planning(msgspec.Struct, frozen=True, tag="plan"):
    """The author left the steps out: they are planned one by one while the journey is under way."""

    path: str
    place: Place


Step: TypeAlias = (
    Collect | Do | Confirm | SayText | Branch | End | Question | Rounds | CallJourney | HandOver | Planning
)


def is_planned(steps: Iterable[Step]) -> bool:
    """Whether nobody wrote them: they are planned."""
    return any(isinstance(step, Planning) for step in steps)


def steps_within(steps: Iterable[Step]) -> Iterator[Step]:
    """All steps, those inside others too, in order."""
    for step in steps:
        yield step
        match step:
            case Branch():
                yield from steps_within((*step.then, *step.otherwise))
            case Question():
                yield from steps_within((*step.yes, *step.no))
            case Rounds():
                yield from steps_within(step.steps)
            case _:
                pass


def slots_filled(steps: Iterable[Step]) -> Iterator[str]:
    """The names of the slots that `steps` ask for."""
    for step in steps_within(steps):
        match step:
            case Collect():
                yield from step.slots
            case Question():
                yield step.slot
            case _:
                pass
