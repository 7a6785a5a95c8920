"""What the agent makes of a caller who is annoyed: a kind word when it gets worse, and where it is great, a person.

A journey that hands over angry callers does so whatever else the angry turn says; values in it are taken first.
"""

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
    if not leaves_in_anger(scene) and not calms(scene):
        ask_again(scene)


def leaves_in_anger(scene: Scene) -> bool:
    """Whether the annoyance is great and a journey under way hands over for it: then that is done."""
    return is_angry(scene) and bool(scene.talk.work.stack) and hands_over(scene)


def calms(scene: Scene) -> bool:
    """Whether a person is offered because the annoyance is great: once in a conversation."""
    talk = scene.talk
    if not is_angry(scene) or talk.offered_person:
        return False
    talk.offered_person = True
    scene.ask(Kind.CALMING)
    scene.wait(Kind.CALMING, path="the caller is angry")
    return True


def is_angry(scene: Scene) -> bool:
    return scene.talk.surroundings.frustration >= LEVELS["high"]
