"""What a journey needs next: the answer of the walk, carried out by the engine."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from voice_agent.journeys.frame import Signature
from voice_agent.journeys.gates import Passed
from voice_agent.journeys.pack import Policy, Slot
from voice_agent.journeys.steps import Escalation


class Ask(msgspec.Struct, frozen=True):
    """The slot is empty."""

    slot: Slot


class ReadBack(msgspec.Struct, frozen=True):
    """The slot holds a value that the caller has yet to say yes to."""

    slot: Slot


class Mention(msgspec.Struct, frozen=True):
    """The caller should hear the slot's value back, and no question about it."""

    slot: Slot


class Reject(msgspec.Struct, frozen=True):
    """The slot holds a value that is not among those it can take."""

    slot: Slot


class Outdated(msgspec.Struct, frozen=True):
    """The slot holds a value that could be chosen when it was, and can't any more: something before it has changed."""

    slot: Slot


class Unfillable(msgspec.Struct, frozen=True):
    """There is no value that the slot could take."""

    slot: Slot


class Speak(msgspec.Struct, frozen=True):
    """`written` is what goes by text message, empty where nothing does."""

    path: str
    text: str
    signature: Signature
    written: str = ""


class AskAgreement(msgspec.Struct, frozen=True):
    path: str
    text: str
    signature: Signature


class Call(msgspec.Struct, frozen=True):
    """The tool must run; the gate has been passed."""

    path: str
    passed: Passed


class Await(msgspec.Struct, frozen=True):
    """What comes next needs the result of a call that is under way."""

    call: int


class Refuse(msgspec.Struct, frozen=True):
    """A policy denies it; `text` is what the policy says."""

    policy: Policy
    text: str | None


class Again(msgspec.Struct, frozen=True):
    """Another round of the steps at `path` begins; `slots` are asked for anew in it."""

    path: str
    slots: tuple[str, ...]


class Enter(msgspec.Struct, frozen=True):
    """Another journey has to be gone through first."""

    path: str
    journey: str


class Leave(msgspec.Struct, frozen=True):
    """The journey hands over to a person."""

    rule: Escalation
    reason: str


class Escalate(msgspec.Struct, frozen=True):
    """A condition of the journey for handing over holds."""

    escalation: Escalation


class NeedPlan(msgspec.Struct, frozen=True):
    """All that was planned at `path` is done: what comes next has to be planned."""

    path: str


class NeedVerdict(msgspec.Struct, frozen=True):
    """A policy with `observe` has to be judged, for what `signature` stands for, before `path` is gone on with."""

    policy: Policy
    path: str
    signature: Signature


class Stuck(msgspec.Struct, frozen=True):
    """The journey can't go on: data is missing, or a write was reached without leave."""

    reason: str


class Finished(msgspec.Struct, frozen=True):
    """All steps are done; `outcome` is the one the journey names, None where it names none."""

    outcome: str | None


Move: TypeAlias = (
    Ask
    | ReadBack
    | Mention
    | Reject
    | Outdated
    | Unfillable
    | Speak
    | AskAgreement
    | Call
    | Await
    | Refuse
    | Again
    | Enter
    | Leave
    | Escalate
    | NeedPlan
    | NeedVerdict
    | Stuck
    | Finished
)
