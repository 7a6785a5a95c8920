"""The table of endpointing: what words, and what was asked for, say about how long to wait.

    no transcript       nothing is known yet: wait for the recogniser, up to its limit
    no words            a cough, or a breath before the words: keep the audio together for a moment
    wants a moment      "let me see": what comes next may be the answer, and nobody waits for ours
    clear answer        a yes or a no, where that was asked for
    complete            the value asked for is all there, e.g. eight digits of eight, or one of the choices
    another hearing     no answer, but the same sound may be all of one: "that's" for "fast", a figure more in a number
    fragment            one or two words that end like half an answer, and that no answer begins with: misheard
    one figure short    all figures but one: misheard more often than said in two parts
    incomplete number   two figures or more of a long number are lacking: people look them up, and none was misheard
    incomplete digits   people read numbers in groups and look them up: be patient
    incomplete value    the beginning of another value, e.g. a date without its month
    incomplete          a sentence that can't end there: "I'd like to", "no, it's"
    trailing            ends in "and", "um", "my number is", a comma or dots: more is coming
    spelling            ends in single letters, and nobody knows how many there are
    too many figures    more digits than were asked for: they are all there, and one was misheard
    first name          a name of one word: mostly the last name follows
    enough              all that is needed is there, and often more is said: a bare no, a day without its year
    yes or no           words around a yes or a no that isn't clear yet
    choice              one of a few was asked for, and none is recognised yet
    figures             a number whose length nobody knows
    value               another value was asked for, e.g. a name
    all said            free speech that needs nothing after it: "goodbye", "thank you"
    needs more          ends in a verb that is seldom the last word ("I'd like to change"), or in a clause that leans on
                        another ("when I log in", "but the money")
    understood          free speech that is already recognised as a wish, with confidence
    short question      free speech of a few words that asks for a yes or a no: "Can I get a pizza?"
    question            free speech that ends like a question
    short sentence      free speech of a few words that ends like a sentence: mostly there is more to it
    long sentence       free speech of many words that ends like a sentence
    sentence            free speech that ends like a sentence
    otherwise           free speech without an end in sight

The first line that applies decides. A line is `settled` where words alone answer the question, so that neither prosody
nor a caller's habits can prolong it. Pure and total.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import msgspec

from voice_agent.conversation.votes import Vote
from voice_agent.turns.evidence import Evidence, has_words
from voice_agent.turns.settings import EndpointSettings

_LETTERS: Final = re.compile(r"(?:\b[b-hj-z]\b[\s.,-]*|(?:\b[a-z]\b[\s.,-]*){2})\b[a-z]\b[\s.,-]*$", re.IGNORECASE)
_OPEN_ENDS: Final = (",", "-", "...", "\u2026", ":", ";")


class Line(msgspec.Struct, frozen=True):
    """`more_is_coming`: nothing makes the wait shorter than this line says; `firm`: the same where it only may be."""

    reason: str
    applies: Callable[[Evidence, EndpointSettings], bool]
    delay_us: Callable[[EndpointSettings], int]
    settled: bool = False
    more_is_coming: bool = False
    firm: bool = False
    waits_for_recogniser: bool = False

    @property
    def is_least(self) -> bool:
        return self.more_is_coming or self.firm


def decide(evidence: Evidence, settings: EndpointSettings) -> tuple[Line, tuple[Vote, ...]]:
    """The line that decides, and a vote of every line that applies, the deciding one first."""
    lines = [line for line in LINES if line.applies(evidence, settings)]
    return lines[0], tuple(Vote(line.reason, line.delay_us(settings)) for line in lines)


def _is_trailing(evidence: Evidence, settings: EndpointSettings) -> bool:
    text = "" if evidence.text is None else evidence.text.strip()
    if text.endswith(_OPEN_ENDS):
        return True
    words = evidence.words
    return bool({" ".join(words[-1:]), " ".join(words[-2:])} & set(settings.trailing_words))


def _is_spelling(evidence: Evidence, _: EndpointSettings) -> bool:
    return evidence.text is not None and _LETTERS.search(evidence.text) is not None


def _needs_more(evidence: Evidence, settings: EndpointSettings) -> bool:
    if evidence.kind != "open" or not evidence.words:
        return False
    before, last = ("", *evidence.words)[-2:]
    wished = last in settings.verbs_before_more and before in ("to", "i", "you", "can", "could", "please")
    wished = wished or (last in ("me", "us") and before in settings.giving_verbs)
    return wished or last in settings.participles_before_more or _is_dependent(evidence, settings)


def _is_dependent(evidence: Evidence, settings: EndpointSettings) -> bool:
    """Whether the last sentence is one clause that leans on another: "When I log in", "But the money"."""
    text = "" if evidence.text is None else evidence.text.lower().strip(" .!")
    if text.endswith("?"):
        return False
    clauses = re.split(r"[.!?,]\s+", text)
    words = clauses[-1].split()
    if len(clauses) > 1 and clauses[-1] != "" and words[0] in settings.joining_words:
        return len(words) <= settings.joined_words
    if set(words[-settings.joined_words : -1]) & set(settings.contrasting_words) and len(words) > settings.joined_words:
        return True
    alone = len(clauses) == 1 and 0 < len(words) <= settings.leaning_words
    return alone and words[0] in settings.subordinating_words


def _has_figures(evidence: Evidence, _: EndpointSettings) -> bool:
    return evidence.kind == "digits" and any(character.isdigit() for character in evidence.text or "")


def _is_long_number(evidence: Evidence, settings: EndpointSettings) -> bool:
    slot = evidence.expectation.slot
    if evidence.kind != "digits" or evidence.completeness != "incomplete" or slot is None or slot.length is None:
        return False
    return slot.length >= settings.long_number_figures


def _is_first_name(evidence: Evidence, _: EndpointSettings) -> bool:
    slot = evidence.expectation.slot
    return evidence.completeness == "enough" and slot is not None and slot.slot_type == "name"


def _has_too_many_figures(evidence: Evidence, _: EndpointSettings) -> bool:
    slot = evidence.expectation.slot
    if evidence.kind != "digits" or slot is None or slot.length is None or evidence.completeness == "complete":
        return False
    return sum(character.isdigit() for character in evidence.text or "") > slot.length


def _is_short_question(evidence: Evidence, settings: EndpointSettings) -> bool:
    """One that asks for a yes or a no often has its details after it, one that asks what or when seldom."""
    asks = evidence.kind == "open" and (evidence.text or "").rstrip().endswith("?")
    few = 0 < len(evidence.words) <= settings.short_question_words
    return asks and few and evidence.words[0] not in settings.asking_words


def _is_short_sentence(evidence: Evidence, settings: EndpointSettings) -> bool:
    """Few words are more often the beginning of a turn than all of it: "I don't remember", "My phone is broken"."""
    return _is_statement(evidence) and len(evidence.words) <= settings.short_sentence_words


def _is_long_sentence(evidence: Evidence, settings: EndpointSettings) -> bool:
    return _is_statement(evidence) and len(evidence.words) >= settings.long_sentence_words


def _is_statement(evidence: Evidence) -> bool:
    return evidence.kind == "open" and (evidence.text or "").rstrip().endswith((".", "!"))


def _ends_in(marks: tuple[str, ...]) -> Callable[[Evidence, EndpointSettings], bool]:
    return lambda evidence, _: evidence.text is not None and evidence.text.rstrip().endswith(marks)


LINES: Final = (
    Line("no transcript", lambda e, _: e.text is None, lambda s: s.transcript_wait_us, waits_for_recogniser=True),
    Line("no words", lambda e, _: not has_words(e.text), lambda s: s.no_words_us, settled=True),
    Line("wants a moment", lambda e, _: e.completeness == "moment", lambda s: s.moment_us, more_is_coming=True),
    Line("clear answer", lambda e, _: e.completeness == "complete" and e.kind == "yes_no", lambda s: s.clear_answer_us),
    Line(
        "complete",
        lambda e, _: e.completeness == "complete" and e.kind != "open",
        lambda s: s.complete_us,
        settled=True,
    ),
    Line("another hearing", lambda e, _: e.another_hearing, lambda s: s.another_hearing_us),
    Line("fragment", lambda e, _: e.completeness == "fragment", lambda s: s.fragment_us),
    Line(
        "one figure short",
        lambda e, _: e.completeness == "nearly",
        lambda s: s.one_figure_short_us,
        more_is_coming=True,
    ),
    Line("incomplete number", _is_long_number, lambda s: s.incomplete_number_us, more_is_coming=True),
    Line(
        "incomplete digits",
        lambda e, _: e.completeness == "incomplete" and e.kind == "digits",
        lambda s: s.incomplete_digits_us,
        more_is_coming=True,
    ),
    Line(
        "incomplete value",
        lambda e, _: e.completeness == "incomplete" and e.kind == "value",
        lambda s: s.incomplete_value_us,
        more_is_coming=True,
    ),
    Line("incomplete", lambda e, _: e.completeness == "incomplete", lambda s: s.incomplete_us, more_is_coming=True),
    Line("trailing", _is_trailing, lambda s: s.trailing_us, more_is_coming=True),
    Line("spelling", _is_spelling, lambda s: s.spelling_us, more_is_coming=True),
    Line("too many figures", _has_too_many_figures, lambda s: s.too_many_figures_us),
    Line("first name", _is_first_name, lambda s: s.first_name_us),
    Line("enough", lambda e, _: e.completeness == "enough", lambda s: s.enough_us, firm=True),
    Line("yes or no", lambda e, _: e.kind == "yes_no", lambda s: s.yes_no_us),
    Line("choice", lambda e, _: e.kind == "choice", lambda s: s.choice_us),
    Line("figures", _has_figures, lambda s: s.figures_us),
    Line("value", lambda e, _: e.kind in ("value", "digits"), lambda s: s.value_us),
    Line("all said", lambda e, _: e.completeness == "complete", lambda s: s.all_said_us),
    Line("needs more", _needs_more, lambda s: s.needs_more_us, more_is_coming=True),
    Line("understood", lambda e, _: e.understood, lambda s: s.understood_us),
    Line("short question", _is_short_question, lambda s: s.short_question_us),
    Line("question", _ends_in(("?",)), lambda s: s.question_us),
    Line("short sentence", _is_short_sentence, lambda s: s.short_sentence_us, firm=True),
    Line("long sentence", _is_long_sentence, lambda s: s.long_sentence_us),
    Line("sentence", _ends_in((".", "!")), lambda s: s.sentence_us),
    Line("otherwise", lambda *_: True, lambda s: s.otherwise_us),
)
