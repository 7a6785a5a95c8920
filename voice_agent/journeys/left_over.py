"""What becomes of a turn that nothing was done upon: its values are kept for later, what it says is looked up in the
articles, or it is missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voice_agent.conversation.commands import (
    Ambiguous,
    AnyCommand,
    AskQuestion,
    CorrectSlot,
    Deny,
    NotUnderstood,
    SetSlot,
    StartJourney,
)
from voice_agent.journeys.asking import look_up
from voice_agent.journeys.questions import miss
from voice_agent.journeys.talk import Kind, Scene

_OPEN: Final = (Kind.OPENING, Kind.ANYTHING_ELSE)
_NOTHING_UNDER_WAY: Final = (*_OPEN, Kind.OFFER_PERSON)


def leave_over(scene: Scene, commands: Sequence[AnyCommand]) -> None:
    values = [command for command in commands if isinstance(command, SetSlot | CorrectSlot)]
    if any(value.slot in scene.talk.work.spare for value in values) and _keep(scene):
        return
    reason = _reason(scene, commands)
    looked_up = reason == "out_of_scope" and scene.talk.waiting.kind in _OPEN
    if not looked_up or not look_up(scene, scene.talk.heard[0]):
        miss(scene, reason)


def _keep(scene: Scene) -> bool:
    """Who gives a number before anybody asked for it has been understood, and has not said what they want."""
    talk = scene.talk
    if talk.work.stack or talk.waiting.kind not in _NOTHING_UNDER_WAY:
        return False
    talk.misses = 0
    scene.say("noted")
    scene.reply.ask(talk.text("what_else"))
    scene.wait(Kind.OPENING)
    return True


def _reason(scene: Scene, commands: Sequence[AnyCommand]) -> str:
    reasons = [command.reason for command in commands if isinstance(command, NotUnderstood)]
    wished = any(isinstance(command, AskQuestion | Ambiguous) for command in commands)
    if not reasons and (wished or any(isinstance(command, Deny) and command.besides for command in commands)):
        return "out_of_scope"
    known = [command for command in commands if isinstance(command, StartJourney)]
    if not reasons and any(scene.talk.pack.journey(wish.journey) is not None for wish in known):
        return "out_of_scope"
    return reasons[0] if reasons else "unclear"
