"""What comes of a turn of the caller before its commands are looked at one by one.

An emergency, the end of a call that is decided, a write under way and a farewell that was interrupted go before all
else. Every turn gets an answer.
"""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.actions import EndTurn
from voice_agent.conversation.commands import (
    Affirm,
    AskQuestion,
    Cancel,
    Deny,
    Goodbye,
    Greet,
    HoldOn,
    NeedEmergencyHelp,
    NotUnderstood,
    Repeat,
    ShowFrustration,
    StartJourney,
    Thank,
    WantHuman,
)
from voice_agent.journeys.carrying_out import carry_out
from voice_agent.journeys.emergency_call import own_up_to_emergency
from voice_agent.journeys.ending import has_to_end, say_goodbye
from voice_agent.journeys.engine_events import TurnUnderstood
from voice_agent.journeys.moods import notice_frustration
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.said_so_far import begun_of
from voice_agent.journeys.taking_up import note_interruption
from voice_agent.journeys.talk import Kind, Phase, Scene
from voice_agent.journeys.tool_calls import give_up_calls

_LATER: Final = (WantHuman, Goodbye, StartJourney, AskQuestion)
_EMPTY_WORDS: Final = (Affirm, Deny, Greet, NotUnderstood, Goodbye, Repeat, HoldOn, Cancel, ShowFrustration, Thank)


def answer(scene: Scene, turn: TurnUnderstood) -> None:
    talk = scene.talk
    note_interruption(talk, turn.interrupted_heard, turn.commands)
    talk.turn, talk.holding = turn.turn, False
    begun = begun_of(talk)
    together = () if begun is None else tuple(f"{begun.raw} {text}" for text in (turn.text, *turn.also))
    talk.heard = (turn.text, *turn.also, *together)
    talk.judging.heard(turn.text)
    if not turn.commands and turn.text.strip() == "":
        scene.reply.act(EndTurn(turn.turn, "nothing was said"))
        return
    checked_in, talk.checked_in = talk.checked_in, False
    commands = turn.commands if turn.commands else (NotUnderstood("unclear"),)
    if any(isinstance(command, NeedEmergencyHelp) for command in commands):
        own_up_to_emergency(scene)
        return
    if talk.ending is not None:
        has_to_end(scene, talk.ending)
        return
    if talk.phase is Phase.HUNG_UP:
        talk.phase = Phase.LIVE
        if not talk.work.stack and all(isinstance(command, _EMPTY_WORDS) for command in commands):
            say_goodbye(scene)
            return
        checked_in = True  # a yes into the farewell is not one to what was asked before it
    if talk.waiting.kind is Kind.CONNECTING:
        scene.say("one_moment")
        return
    notice_frustration(scene, commands)
    give_up_calls(scene, commands)
    if talk.is_writing():
        talk.deferred += tuple(command for command in commands if isinstance(command, _LATER))
        scene.say("one_moment")
        return
    if checked_in and any(isinstance(command, Affirm) for command in commands):
        commands = tuple(command for command in commands if not isinstance(command, Affirm))
        if not commands:
            ask_again(scene)  # "Yes, I'm here" agrees to nothing.
            return
    carry_out(scene, commands, turn.interrupted_heard)
