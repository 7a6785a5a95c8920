"""Asks for a text message to who calls. What comes of it is seen to in `texting`."""

from __future__ import annotations

from voice_agent.conversation.texting import SendText
from voice_agent.journeys.open_texts import number_of
from voice_agent.journeys.talk import Scene


def send_text(scene: Scene, text: str) -> None:
    """Its links are kept until it is known to be sent."""
    texting, to = scene.talk.texting, number_of(scene.talk.surroundings.caller)
    if to is not None:
        texting.sent.append(text)
        scene.reply.act(SendText(len(texting.sent), to, text))
