"""Two wishes that are about as likely: asks which, and takes the answer. It starts nothing by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from voice_agent.conversation.commands import SetSlot, StartJourney
from voice_agent.conversation.expectation import Choice, SlotView
from voice_agent.journeys.talk import Kind, Scene, Talk
from voice_agent.journeys.wording import listed

SLOT: Final = "did_you_mean"
"""The name under which understanding gives the choice back."""
_AT_MOST: Final = 3


def ask_which(scene: Scene, journeys: Iterable[str]) -> bool:
    """Whether there was something to ask: at least one of `journeys` exists."""
    options = tuple(dict.fromkeys(name for name in journeys if scene.offers(name)))[:_AT_MOST]
    if not options:
        return False
    scene.wait(Kind.WHICH, options=options)
    ask_which_again(scene)
    return True


def ask_which_again(scene: Scene) -> None:
    talk = scene.talk
    titles = [title_of(talk, name) for name in talk.waiting.options]
    scene.reply.ask(talk.text("did_you_mean", choices=listed(titles, "or", talk.surroundings.language)))


def which_slot(talk: Talk) -> SlotView:
    """The question as understanding knows it: a choice among journeys by their titles."""
    choices = tuple(
        Choice(name, tuple(dict.fromkeys((title_of(talk, name).lower(), name.replace("_", " ")))))
        for name in talk.waiting.options
    )
    return SlotView(SLOT, "choice", None, choices)


def chosen(talk: Talk, command: object) -> StartJourney | None:
    """The wish that `command` chooses, where one was asked for."""
    if talk.waiting.kind is not Kind.WHICH or not isinstance(command, SetSlot) or command.slot != SLOT:
        return None
    return StartJourney(str(command.value), 1.0) if command.value in talk.waiting.options else None


def title_of(talk: Talk, name: str) -> str:
    """What a journey is called when callers hear of it."""
    journey = talk.pack.journey(name)
    if journey is None or journey.title is None:
        return name.replace("_", " ")
    return talk.rendered(journey.title)
