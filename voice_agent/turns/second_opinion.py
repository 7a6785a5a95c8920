"""Whether another answer than the words heard is meant: by how well it fits the sound, or by its figures.

Of a choice between a few things one is believed ("sun", where song was offered) only where it fits far better than all
others and well enough by itself; farther ahead still in the place of words that may be the beginning of an answer
("that's" for "fast"). Never of yes and no: on words that sound like them ("now", "nine", "Jess") the same evidence is
as strong. What is believed is an alternative to what was heard, no more: nothing is read of it where the words heard
are an answer. Pure: it sees what stands in the log.
"""

from __future__ import annotations

import msgspec

from voice_agent.conversation.events import Transcribed
from voice_agent.conversation.expectation import Expectation
from voice_agent.ports.likely import Likely
from voice_agent.turns.endpointing import JudgeCompleteness
from voice_agent.turns.settings import SecondOpinionSettings


class SecondOpinion:
    """Of one floor: `completeness` judges whether words may go on, or are all of a number."""

    def __init__(self, settings: SecondOpinionSettings, completeness: JudgeCompleteness) -> None:
        self._settings = settings
        self._completeness = completeness

    def with_belief(self, heard: Transcribed, expectation: Expectation) -> Transcribed:
        """`heard`, with the answer that is believed as its first alternative; itself where none is."""
        best = self._believed(heard, expectation)
        if best is None:
            return heard
        return msgspec.structs.replace(heard, alternatives=(best.text, *heard.alternatives))

    def is_whole(self, heard: Transcribed, expectation: Expectation) -> bool:
        """Whether another hearing of the same sound is all that was asked for: a choice that is believed, or a number
        of which the words lack one figure."""
        if expectation.kind == "digits":
            return self._is_counted(heard, expectation)
        return self._believed(heard, expectation) is not None

    def _believed(self, heard: Transcribed, expectation: Expectation) -> Likely | None:
        if expectation.kind != "choice" or expectation.slot is None or not heard.likely:
            return None
        settings = self._settings
        chosen = {label: at for at, choice in enumerate(expectation.slot.choices) for label in choice.labels}
        best = heard.likely[0]
        others = [each.score for each in heard.likely if chosen.get(each.answer) != chosen.get(best.answer)]
        behind = max(others, default=heard.likely[-1].score)
        begins = self._completeness(heard.text, expectation) == "incomplete"
        margin = settings.margin_for_beginnings if begins else settings.margin
        believed = best.answer in chosen and best.score >= settings.least and best.score - behind >= margin
        return best if believed else None

    def _is_counted(self, heard: Transcribed, expectation: Expectation) -> bool:
        """Of half a number it is not believed: a recogniser writes it twice ("3142 3142")."""
        length = None if expectation.slot is None else expectation.slot.length
        if length is None or _figures(heard.text) != length - 1:
            return False
        others = [text for text in heard.alternatives if _figures(text) == length]
        return any(self._completeness(text, expectation) == "complete" for text in others)


def _figures(text: str) -> int:
    return sum(character.isdigit() for character in text)
