"""What the agent can help with, told by the titles of the journeys that callers may ask for; and what it is."""

from __future__ import annotations

from voice_agent.journeys.did_you_mean import title_of
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.talk import Scene
from voice_agent.journeys.wording import listed


def tell_what_is_offered(scene: Scene) -> None:
    """Names them all, those that are there now and in the language that is spoken, and asks what was asked before."""
    talk = scene.talk
    language = talk.surroundings.language
    offered = [
        journey.name
        for journey in talk.pack.journeys
        if journey.examples and language in journey.languages and scene.offers(journey.name)
    ]
    titles = [title_of(talk, name) for name in offered]
    if titles:
        scene.say("can_do", journeys=listed(titles, "and", language, at_most=len(titles)))
    else:
        scene.say("help")
    ask_again(scene)


def tell_who_speaks(scene: Scene) -> None:
    """Never a person, and whose agent it is: in the words in which it says so to every caller, where there are some."""
    talk = scene.talk
    disclosure = talk.pack.agent.disclosure
    if disclosure is None:
        scene.say("automated")
    else:
        scene.reply.say(talk.rendered(disclosure))
    ask_again(scene)
