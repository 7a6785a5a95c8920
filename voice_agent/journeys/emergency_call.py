"""What a caller hears who needs the emergency services: there are none here, whatever else is under way."""

from __future__ import annotations

from voice_agent.journeys.ending import has_to_end
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.talk import BUSY, Kind, Phase, Scene


def own_up_to_emergency(scene: Scene) -> None:
    """Help is not to be had here, and the caller must know at once, whatever else is under way; then the call goes
    on."""
    talk = scene.talk
    scene.say("emergency")
    if talk.ending is not None:
        has_to_end(scene, talk.ending)
        return
    talk.phase, talk.misses = Phase.LIVE, 0
    if talk.waiting.kind not in {*BUSY, Kind.CONNECTING}:
        ask_again(scene)
