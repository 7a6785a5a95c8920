"""Whether a caller who paused has said all, as far as words can tell: one of the things endpointing goes by."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Expectation, Setting, SlotView
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.begun import is_begun, is_of_unknown_length, lacks_a_part, may_go_on
from voice_agent.understanding.dialogue_acts import read_acts
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.fragments import is_fragment
from voice_agent.understanding.misspelt import meant
from voice_agent.understanding.number_words import number_words
from voice_agent.understanding.pieces import completes
from voice_agent.understanding.values import DIGIT_TYPES, read_value
from voice_agent.understanding.words import words_of

Completeness: TypeAlias = Literal["complete", "enough", "incomplete", "fragment", "unknown", "moment"]

DANGLING = frozenset(
    "and or but so because if that which who when where while with without for from to of in on at by about into "
    "than as the a an my your our his her their this these those um uh er erm uhm hmm like well is are was were "
    "be am im its i we they he she you dont want need have can could would will should may might must not very "
    "really just also double triple treble called named whats wheres thats theres mr mrs ms dr "
    "saint point".split()
)
"""No sentence ends in one of these, apart from the phrases below."""
HESITATIONS = frozenset("and or but so because if um uh er erm uhm hmm the a my its to i well like".split())
"""After "yes" these announce more; other short words may end such a phrase ("hold on")."""
FINISHED_ENDINGS = frozenset(
    (
        "thats that|i am|we are|it is|i was|i do|that is|i can|i could|i would|i will|i have|thank you|i dont|i want "
        "to|think so|hope so|guess so|"
        "i need to|of you|rather not|yes i would|about that|do that|like this|like that|of that|with that|and you|"
        "how are you|about you|help you|i might|want that|need that|want this|hear you|understand you|get that|say "
        "that|"
        "repeat that|is that|is this|catch that|hear that|cancel that|of course not|why not|see you|who are you|can "
        "you|all that"
    ).split("|")
)
_PREPOSITIONS = frozenset("for from to of in on at by about into with without after before".split())
_OBJECTS = frozenset("it you that this these those her".split())
"""After a preposition they end a sentence: "a letter that I got from you"."""
_OPENERS = frozenset(
    "i think|i guess|id say|i would say|i believe|well i think|um i think|maybe|let me think".split("|")
)
_ASKING = frozenset("where what who how when which whats wheres".split())
_VERBS_LAST = frozenset("is are was were am be have do".split())
"""They end an indirect question: "tell me where my order is"."""
_ASKS_FOR_TIME = frozenset({Act.HOLD_ON, Act.AFFIRM, Act.NEUTRAL, Act.THANK})
LEADS = (
    "number is",
    "account is",
    "order is",
    "name is",
    "code is",
    "it is",
    "its",
    "thats",
    "reference is",
    "address is",
)


def completeness(text: str, expectation: Expectation) -> Completeness:
    """ "complete": answer now. "enough": all that is needed is there, and often more is said. "incomplete": wait, more
    will come. "fragment": words that end like half a sentence, and that no answer begins with. "unknown": words don't
    tell. "moment": they ask for time, and for nothing else."""
    text = meant(text, expectation.kind, expectation.setting.language)
    words = words_of(text)
    if not words:
        return "unknown"
    if completes(text, expectation):
        return "complete"
    reading = read_acts(text)
    if reading.acts and not reading.rest:
        if words[-1] in HESITATIONS and _ends_open(words):
            return "incomplete"
        return _said_by_acts(set(reading.acts), expectation)
    asked = expectation.slot
    if asked is not None and expectation.confirming is None and asked.slot_type in DIGIT_TYPES and not asked.choices:
        figures = _figures(text, asked.length, words, expectation.setting.language)
        if figures is not None and (figures != "incomplete" or _may_go_on_in_figures(words, expectation)):
            return figures
    if _is_chosen(asked, text, words, expectation.setting):
        return "complete"
    a_month = asked is not None and asked.slot_type == "date" and words[-1] == "may"
    if _ends_open(words) and not a_month:
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


def _figures(text: str, length: int | None, words: list[str], language: str) -> Completeness | None:
    """By the number of digits; None where there are none."""
    reading = read_digits(text, length, number_words(language))
    if reading is None:
        return None
    if length is None:
        return "incomplete" if _ends_open(words) else "unknown"
    return "complete" if reading.complete else "incomplete"


def _said_by_acts(acts: set[Act], expectation: Expectation) -> Completeness:
    """Of words that are all dialogue acts: what they mean where this is expected."""
    if acts <= _ASKS_FOR_TIME and Act.HOLD_ON in acts:
        return "moment"
    value_asked = expectation.slot is not None and expectation.confirming is None and expectation.kind != "yes_no"
    if value_asked and acts <= {Act.AFFIRM, Act.NEUTRAL, Act.THANK}:
        return "unknown"  # "Yes, it was" is no date yet
    return "enough" if acts == {Act.GREET} else "complete"


def _may_go_on_in_figures(words: list[str], expectation: Expectation) -> bool:
    """Whether more figures may follow: not where a sentence has gone on after them ("where order 48213 is")."""
    return _ends_open(words) or read_digits(words[-1], None, number_words(expectation.setting.language)) is not None


def _ends_open(words: list[str]) -> bool:
    if " ".join(words) in _OPENERS:
        return True
    if words[-1] in _VERBS_LAST and set(words[:-1]) & _ASKING:
        return False
    if words[-1] in _OBJECTS and words[-2:-1] != [] and words[-2] in _PREPOSITIONS:
        return False
    if " ".join(words[-2:]) in FINISHED_ENDINGS or " ".join(words[-3:]) in FINISHED_ENDINGS:
        return False
    return words[-1] in DANGLING or any(" ".join(words).endswith(lead) for lead in LEADS if " " in lead)
