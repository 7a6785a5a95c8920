"""What the agent makes of a caller who is annoyed: a kind word when it gets worse, and where it is great, a person."""

from __future__ import annotations

from voice_agent.conversation.commands import AnyCommand, ShowFrustration
from voice_agent.journeys.disclosing import disclose
from voice_agent.journeys.expressions import LEVELS
from voice_agent.journeys.flow import hands_over
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.talk import Kind, Scene


def notice_frustration(scene: Scene, commands: tuple[AnyCommand, ...]) -> None:
    """Remembers how annoyed the caller is; says something kind each time it has become worse."""
    around = scene.talk.surroundings
    shown = max((LEVELS[command.level] for command in commands if isinstance(command, ShowFrustration)), default=0)
    if shown > around.frustration:
        around.frustration = shown
        disclose(scene)
        scene.say("empathy")


def soothe(scene: Scene) -> None:
    """Nothing but annoyance: a person is offered where it is great, once; else the conversation goes on."""
    talk = scene.talk
    if talk.surroundings.frustration >= LEVELS["high"] and not talk.offered_person:
        talk.offered_person = True
        if talk.work.stack and hands_over(scene):
            return
        scene.ask(Kind.CALMING)
        scene.wait(Kind.CALMING, path="the caller is angry")
        return
    ask_again(scene)
