"""Which decodes a stretch of speech is worth, given what the first one made of it. Pure; `models.whisper` decodes.

    figures alone   of a number of known length: one encoder pass over a short window, then the likeliest token after
                    the other, nothing but figures and words
    greedy          the same with commas and hyphens, where that did not give a whole number, and of all else
    alternatives    a search with several beams on the same window, where other words may be meant
    wider window    where the text seems to break off
    full window     where figures are unsure or miscounted, where there are far fewer words or figures than were said,
                    or the decoder looped

Every further look costs as much as the first or more, and callers wait for it: a number that has as many figures as
were asked for, and of which the decoder is sure, is looked at once.
"""

from __future__ import annotations

from typing import Final

from voice_agent.ports.speech import Recognition

SEVERAL_DIGITS_S: Final = 1.2
"""Speech long enough for several digits: there the full window has fewer errors, in one digit it hasn't."""
SURE_OF_DIGITS: Final = 0.55
"""Of a number with as many digits as were asked for: from here on other looks at it changed one of 179 for the better.
Below it they are worth the wait, the full window too."""
_UNSURE_OF_THE_END: Final = 0.75
"""Whisper ends what it has heard to the end with a full stop. On a short window it may stop in mid-sentence and is less
sure than this then; in which sentences differs from processor to processor, as 8-bit sums round differently."""
_FEW_WORDS_A_SECOND: Final = 1.0
_LEAD_IN_S: Final = 0.4
"""Before the voice; in noise that is taken for speech too."""
_UNSURE_OF_FEW: Final = 0.4
"""Nobody speaks that slowly. In noise a short window may end after the first word ("Hi" of "Hi, where is my order?"),
and is no surer than this of it."""
_TWO_DIGITS_S: Final = 0.8
_FEW_FIGURES_A_SECOND: Final = 2.0
"""People say three or four: "It's 3", in more than a second, is what a short window left of "It's 3142"."""
_WORD_S: Final = 0.2
"""Words that lead in take so long: "it is"."""
_NEAR_MISS: Final = 2
"""Digits too few or too many that are more likely the decoder's doing than the caller's."""
_SHORT_S: Final = 1.5
"""Below this a second, wider search costs little, and one spelling alone says little about how sure the model is."""
_ANSWER_S: Final = 6.0
"""Above this, alternatives to an expected answer cost half a second and are hardly ever found."""


def wants_alternatives(heard: Recognition, expects: str, spoken_s: float) -> bool:
    """Whether other hypotheses than the greedy one are to be searched for. Where `heard` has no words they always are
    (within the same lengths), as a search may find some."""
    if is_whole_number(heard, expects):
        return False
    return spoken_s < (_SHORT_S if expects in ("open", "yes_no") else _ANSWER_S)


def wants_wider_window(heard: Recognition, expects: str, spoken_s: float) -> bool:
    """Whether the model seems to have stopped before the speaker did. A whole number ends without a full stop."""
    if stops_early(heard, spoken_s):
        return False
    ended = heard.text.rstrip().endswith((".", "!", "?")) or counted(heard, expects)
    return heard.text != "" and not ended and spoken_s >= SEVERAL_DIGITS_S and heard.confidence < _UNSURE_OF_THE_END


def wants_full_window(heard: Recognition, expects: str, spoken_s: float) -> bool:
    """Of several digits, whether they are unsure, or near the number of them but not it; of all else, whether the model
    has heard a small part of it only."""
    if not expects.startswith("digits"):
        return stops_early(heard, spoken_s)
    if spoken_s < SEVERAL_DIGITS_S:
        return _lacks_figures(heard, expects, spoken_s)
    return (heard.text != "" and heard.confidence < SURE_OF_DIGITS) or _miscounted(heard, expects)


def stops_early(heard: Recognition, spoken_s: float) -> bool:
    """Whether there are so few words in so much speech, so unsure ones, that most was left out. A window that is wider
    than the first is no help there, the full one is."""
    words = len(heard.text.split())
    return 0 < words < _FEW_WORDS_A_SECOND * (spoken_s - _LEAD_IN_S) and heard.confidence < _UNSURE_OF_FEW


def is_whole_number(heard: Recognition, expects: str) -> bool:
    """Whether nothing but a mishearing of one digit for another could still be wrong with it."""
    return counted(heard, expects) and heard.confidence >= SURE_OF_DIGITS


def tells_a_count(expects: str) -> bool:
    """Whether it says how many digits are expected."""
    return _length(expects) is not None


def counted(heard: Recognition, expects: str) -> bool:
    """Whether it has exactly as many digits as `expects` ("digits:8") says."""
    length = _length(expects)
    return length is not None and _digits(heard.text) == length


def _miscounted(heard: Recognition, expects: str) -> bool:
    """Whether no hypothesis has as many digits as `expects` says, but the best is close: one was misheard.

    Half a number is no sign of that: the caller is about to go on.
    """
    length = _length(expects)
    counts = [_digits(text) for text in (heard.text, *heard.alternatives)]
    return length is not None and length not in counts and 0 < abs(counts[0] - length) <= _NEAR_MISS


def _lacks_figures(heard: Recognition, expects: str, spoken_s: float) -> bool:
    """Whether there are so few figures and words in speech of several, so unsure ones, that some were left out."""
    length, digits = _length(expects), _digits(heard.text)
    if length is None or not 0 < digits < length or spoken_s < _TWO_DIGITS_S or heard.confidence >= _UNSURE_OF_FEW:
        return False
    words = sum(not any(character.isdigit() for character in word) for word in heard.text.split())
    return digits < _FEW_FIGURES_A_SECOND * (spoken_s - words * _WORD_S)


def _length(expects: str) -> int | None:
    _, _, length = expects.partition(":")
    return int(length) if length.isdecimal() else None


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
