"""Who says "cancel" calls off what is under way. Where nothing is, they may want something cancelled."""

from __future__ import annotations

from voice_agent.conversation.commands import Cancel
from voice_agent.journeys.asking import drop_question
from voice_agent.journeys.closing import drop
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.talk import Kind, Scene
from voice_agent.journeys.yes_no import affirm, deny


def call_off(scene: Scene, cancel: Cancel, heard: str | None) -> None:
    """Drops the journey on top; an identification is dropped with the journey that it is for.

    "I'd like to cancel" to "anything else?" is something else, whatever it is about; "never mind" there is no.
    """
    work = scene.talk.work
    drop_question(scene)
    work.forget_beginnings()
    if not work.stack:
        wants_more = cancel.wished and scene.talk.waiting.kind is Kind.ANYTHING_ELSE
        if not (affirm(scene, heard) if wants_more else deny(scene)):
            scene.say("cancelled")
            ask_again(scene)
        return
    scene.say("cancelled")
    if work.is_identification(work.stack[-1]):
        drop(scene, work.stack[-1], "cancelled")
    if work.stack:
        drop(scene, work.stack[-1], "cancelled")
    proceed(scene)
