"""How long a caller must have been silent before what was said is taken as the turn, counted from the end of voice.

The first line of this table that applies decides; all that apply are reported as votes, first the one that decided.

    no transcript       nothing is known yet: wait for the recogniser, up to its limit
    no words            a cough, or a breath before the words: keep the audio together for a moment
    complete            the value asked for is all there, e.g. eight digits of eight
    incomplete digits   people read numbers in groups and look them up: be patient
    incomplete          the beginning of another value, e.g. a date without its month
    trailing            ends in "and", "um", "my number is", a comma or dots: more is coming
    yes or no           one word is enough
    choice              one of a few was asked for
    sentence            free speech that ends like a sentence, or that says all there is to say
    otherwise           free speech without an end in sight

Pure and total. It doesn't know what a complete value is: the owner hands in a judgement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Expectation
from voice_agent.turns.settings import EndpointSettings

Completeness: TypeAlias = Literal["complete", "incomplete", "unknown"]
"""Whether a text holds all of the value that is expected; "unknown" where that can't be said, as in free speech."""

JudgeCompleteness: TypeAlias = Callable[[str, Expectation], Completeness]


class Vote(msgspec.Struct, frozen=True):
    """One line of the table that applied."""

    reason: str
    delay_us: int


class Endpoint(msgspec.Struct, frozen=True):
    """`delay_us` from the end of voice, as `votes[0]` says."""

    delay_us: int
    votes: tuple[Vote, ...]


class _Heard(msgspec.Struct, frozen=True):
    expectation: Expectation
    text: str | None
    completeness: Completeness
    settings: EndpointSettings


def has_words(text: str | None) -> bool:
    """Whether there is anything but punctuation in what a recogniser wrote."""
    return text is not None and any(character.isalnum() for character in text)


def _is_trailing(heard: _Heard) -> bool:
    text = "" if heard.text is None else heard.text.strip().lower().replace("\u2019", "'")
    if text.endswith((",", "-", "...", "\u2026", ":")):
        return True
    words = "".join(character for character in text if character.isalnum() or character in "' ").split()
    return bool({" ".join(words[-1:]), " ".join(words[-2:])} & set(heard.settings.trailing_words))


def _is_sentence(heard: _Heard) -> bool:
    if heard.completeness == "complete":
        return True
    return heard.text is not None and heard.text.rstrip().endswith((".", "!", "?"))


_Row: TypeAlias = tuple[str, Callable[[_Heard], bool], Callable[[EndpointSettings], int]]

_TABLE: Final[tuple[_Row, ...]] = (
    ("no transcript", lambda heard: heard.text is None, lambda delays: delays.transcript_wait_us),
    ("no words", lambda heard: not has_words(heard.text), lambda delays: delays.no_words_us),
    (
        "complete",
        lambda heard: heard.completeness == "complete" and heard.expectation.kind != "open",
        lambda delays: delays.complete_us,
    ),
    (
        "incomplete digits",
        lambda heard: heard.completeness == "incomplete" and heard.expectation.kind == "digits",
        lambda delays: delays.incomplete_digits_us,
    ),
    ("incomplete", lambda heard: heard.completeness == "incomplete", lambda delays: delays.incomplete_us),
    ("trailing", _is_trailing, lambda delays: delays.trailing_us),
    ("yes or no", lambda heard: heard.expectation.kind == "yes_no", lambda delays: delays.yes_no_us),
    ("choice", lambda heard: heard.expectation.kind == "choice", lambda delays: delays.choice_us),
    ("sentence", _is_sentence, lambda delays: delays.sentence_us),
    ("otherwise", lambda heard: True, lambda delays: delays.otherwise_us),
)


def endpoint(
    expectation: Expectation, text: str | None, completeness: Completeness, settings: EndpointSettings
) -> Endpoint:
    """The delay before a turn of `text` is taken; None where no transcript has come yet."""
    heard = _Heard(expectation, text, completeness, settings)
    votes = tuple(Vote(reason, delay(settings)) for reason, applies, delay in _TABLE if applies(heard))
    return Endpoint(votes[0].delay_us, votes)
