"""Whether one of a few answers is believed although the recogniser heard another word ("sun", where song was offered).

Only of a choice between a few things, and only where one answer fits far better than all others and well enough by
itself. Never of yes and no: on words that sound like them ("now", "nine", "Jess") the same evidence is as strong. What
is believed is an alternative to what was heard, no more: nothing is read of it where the words heard are an answer.
Pure: it sees what stands in the log.
"""

from __future__ import annotations

import msgspec

from voice_agent.conversation.events import Transcribed
from voice_agent.conversation.expectation import Expectation
from voice_agent.turns.settings import SecondOpinionSettings


def with_belief(heard: Transcribed, expectation: Expectation, settings: SecondOpinionSettings) -> Transcribed:
    """`heard`, with the answer that is believed as its first alternative; itself where none is."""
    if expectation.kind != "choice" or expectation.slot is None or not heard.likely:
        return heard
    chosen = {label: at for at, choice in enumerate(expectation.slot.choices) for label in choice.labels}
    best = heard.likely[0]
    others = [each.score for each in heard.likely if chosen.get(each.answer) != chosen.get(best.answer)]
    behind = max(others, default=heard.likely[-1].score)
    if best.answer not in chosen or best.score < settings.least or best.score - behind < settings.margin:
        return heard
    return msgspec.structs.replace(heard, alternatives=(best.text, *heard.alternatives))
