"""Links by text message: who calls gets in writing what was said, and hears that it is on its way.

Only where the journey says so, the caller's number is known, and somebody is there who sends; else a link is said in
words. One that could not be sent is said then.
"""

from __future__ import annotations

from voice_agent.conversation.actions import DropLate
from voice_agent.conversation.records import tag_of
from voice_agent.conversation.texting import TextFailed, TextSent
from voice_agent.journeys.links import links_in, spoken_links
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.talk import BUSY, Kind, Phase, Scene


def came_of_text(scene: Scene, event: TextSent | TextFailed) -> None:
    """A message that failed is made up for in words, where the caller is still there."""
    talk = scene.talk
    if isinstance(event, TextSent):
        return
    known = 0 < event.message <= len(talk.texting.sent)
    if not known or talk.phase is not Phase.LIVE or talk.waiting.kind is Kind.CONNECTING:
        scene.reply.act(DropLate(tag_of(event), event.message, "the caller is leaving"))
        return
    language = talk.surroundings.language
    links = [spoken_links(link, language) for link in links_in(talk.texting.sent[event.message - 1])]
    scene.say("text_failed", link=", ".join(links))
    if talk.waiting.kind in BUSY:
        scene.reply.purpose = "filler"
    else:
        ask_again(scene)
