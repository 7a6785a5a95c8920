"""Whether a caller who paused has said all, as far as words can tell: one of the things endpointing goes by."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Expectation, Setting, SlotView
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.begun import is_begun, is_of_unknown_length, lacks_a_part, may_go_on
from voice_agent.understanding.dialogue_acts import read_acts
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.fragments import is_fragment
from voice_agent.understanding.misspelt import meant
from voice_agent.understanding.number_words import number_words
from voice_agent.understanding.open_ends import HESITATIONS, ends_open
from voice_agent.understanding.pieces import completes
from voice_agent.understanding.values import DIGIT_TYPES, read_value
from voice_agent.understanding.words import words_of

Completeness: TypeAlias = Literal["complete", "enough", "nearly", "incomplete", "fragment", "unknown", "moment"]

_LONG_FIGURES: Final = 6
"""So many are said in groups of two to four: one that is lacking was misheard more often than it is still to come."""
_ASKS_FOR_TIME = frozenset({Act.HOLD_ON, Act.AFFIRM, Act.NEUTRAL, Act.THANK})


def completeness(text: str, expectation: Expectation) -> Completeness:
    """ "complete": answer now. "enough": all that is needed is there, and often more is said. "nearly": all but one of
    the figures. "incomplete": wait, more will come. "fragment": words that end like half a sentence, and that no answer
    begins with. "unknown": words don't tell. "moment": they ask for time, and for nothing else."""
    text = meant(text, expectation.kind, expectation.setting.language)
    words = words_of(text)
    if not words:
        return "unknown"
    if completes(text, expectation):
        return "complete"
    reading = read_acts(text)
    if reading.acts and not reading.rest:
        if words[-1] in HESITATIONS and ends_open(words):
            return "incomplete"
        return _said_by_acts(set(reading.acts), words, expectation)
    asked = expectation.slot
    if asked is not None and expectation.confirming is None and asked.slot_type in DIGIT_TYPES and not asked.choices:
        figures = _figures(text, asked.length, words, expectation)
        if figures is not None and (figures in ("complete", "unknown") or _may_go_on_in_figures(words, expectation)):
            return figures
    if _is_chosen(asked, text, words, expectation.setting):
        return "complete"
    a_month = asked is not None and asked.slot_type == "date" and words[-1] == "may"
    if ends_open(words) and not a_month:
        return "fragment" if is_fragment(text, words, expectation) else "incomplete"
    if asked is not None and expectation.confirming is None and not asked.choices:
        begun = is_begun(asked, text, expectation.setting)
        if begun is not None:
            return "incomplete" if begun else "complete"
    if asked is None or asked.slot_type == "text":
        return "unknown"
    if not asked.choices and expectation.confirming is None and lacks_a_part(asked.slot_type, words):
        return "incomplete"
    if read_value(asked, text, _at_some_time(expectation.setting)) is None:
        return "unknown"
    if is_of_unknown_length(asked):
        return "unknown"
    return "enough" if not asked.choices and may_go_on(asked, words) else "complete"


def _is_chosen(asked: SlotView | None, text: str, words: list[str], setting: Setting) -> bool:
    """Whether one of a few was named, whatever its last word is ("Home one hundred")."""
    if asked is None or not asked.choices or words[-1] in HESITATIONS:
        return False
    return read_value(asked, text, _at_some_time(setting)) is not None


def _at_some_time(setting: Setting) -> Setting:
    """Whether a date is all there does not depend on the day."""
    return msgspec.structs.replace(setting, now="2000-01-01T12:00:00") if setting.now == "" else setting


def _figures(text: str, length: int | None, words: list[str], expectation: Expectation) -> Completeness | None:
    """By the number of digits; None where there are none."""
    reading = read_digits(text, length, number_words(expectation.setting.language))
    if reading is None:
        return None
    if length is None:
        return "incomplete" if ends_open(words) else "unknown"
    if reading.complete:
        return "complete"
    lacks_one = len(reading.value) == length - 1 and expectation.begun is None and not ends_open(words)
    return "nearly" if lacks_one and length >= _LONG_FIGURES else "incomplete"


def _said_by_acts(acts: set[Act], words: list[str], expectation: Expectation) -> Completeness:
    """Of words that are all dialogue acts: what they mean where this is expected."""
    if acts <= _ASKS_FOR_TIME and Act.HOLD_ON in acts:
        return "moment"
    value_asked = expectation.slot is not None and expectation.confirming is None and expectation.kind != "yes_no"
    if value_asked and acts <= {Act.AFFIRM, Act.NEUTRAL, Act.THANK}:
        return "unknown"  # "Yes, it was" is no date yet
    alone = acts == {Act.DENY} and len(words) == 1 and expectation.kind == "yes_no"
    return "enough" if alone or acts == {Act.GREET} else "complete"  # who says no often says why


def _may_go_on_in_figures(words: list[str], expectation: Expectation) -> bool:
    """Whether more figures may follow: not where a sentence has gone on after them ("where order 48213 is")."""
    return ends_open(words) or read_digits(words[-1], None, number_words(expectation.setting.language)) is not None
