"""Asking again: the caller was silent, or was not understood. Each time in other words; the third time a person is
offered."""

from __future__ import annotations

from typing import Final

from voice_agent.journeys.did_you_mean import ask_which_again
from voice_agent.journeys.ending import hand_over, leave_in_silence
from voice_agent.journeys.flow import proceed
from voice_agent.journeys.said_so_far import drop_after
from voice_agent.journeys.taking_up import take_up
from voice_agent.journeys.talk import BUSY, Kind, Phase, Scene

_PERSON_AFTER: Final = 3
_UNSURE_AFTER: Final = 2
"""Who still doesn't know what is asked for is not asked a third time."""
_HELP_AFTER: Final = 2
_JOURNEYS_ASK: Final = (Kind.SLOT, Kind.KEYPAD, Kind.READBACK, Kind.AGREEMENT)
_OPEN: Final = (Kind.OPENING, Kind.ANYTHING_ELSE)


def ask_again(scene: Scene) -> None:
    """The question that is open, in its next wording; where a tool is waited for, that it takes a moment.

    Before it, what was cut off of the last reply, where the caller didn't want anything else.
    """
    talk = scene.talk
    take_up(scene)
    kind = talk.waiting.kind
    if kind in _JOURNEYS_ASK:
        proceed(scene)
    elif kind in BUSY:
        scene.say("one_moment")
    elif kind is Kind.OFFER_HELP:
        offer = talk.pack.agent.offer
        if offer is not None:
            scene.reply.ask(talk.rendered(offer))
    elif kind is Kind.WHICH:
        ask_which_again(scene)
    else:
        scene.ask(kind)


def miss(scene: Scene, reason: str) -> None:
    """Nothing could be made of the turn: says so, and asks again; after three in a row offers a person."""
    talk = scene.talk
    if talk.waiting.kind in BUSY:
        scene.say("one_moment")
        return
    talk.misses += 1
    drop_after(talk, talk.misses)
    scene.reply.purpose = "reprompt"
    if talk.misses > _PERSON_AFTER and talk.waiting.kind is Kind.OFFER_PERSON:
        hand_over(scene, "the caller was not understood")
        return
    unsure = reason == "unsure" and talk.waiting.kind is Kind.SLOT
    scene.say(reason if unsure or reason == "out_of_scope" else "unclear")
    if talk.misses >= (_UNSURE_AFTER if unsure else _PERSON_AFTER):
        scene.ask(Kind.OFFER_PERSON)
        return
    if talk.waiting.kind in _OPEN and (talk.misses >= _HELP_AFTER or reason == "out_of_scope"):
        scene.say("help")
    ask_again(scene)


def silence(scene: Scene, times: int) -> None:
    """Nobody says anything: first the question again, then whether anybody is there, then good-bye.

    Who asked for a moment has been given a long one: then first whether they are there. While a tool is waited for, the
    caller is not to blame.
    """
    talk = scene.talk
    if talk.phase is not Phase.LIVE or talk.waiting.kind in (Kind.CONNECTING, Kind.KEYPAD):
        return  # who keys a number is silent, and the shell says when no keys come
    scene.reply.purpose = "reprompt"
    if talk.waiting.kind in BUSY:
        scene.say("one_moment")
        return
    match times:
        case 1 | 2 if (times == 1) == talk.holding:
            scene.say("still_there")
            talk.checked_in = True
        case 1 | 2:
            ask_again(scene)
        case _:
            leave_in_silence(scene)
