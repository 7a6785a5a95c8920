"""How well each of a few expected answers fits a sound in which none of them was heard. Pure text and numbers.

A decoder prefers what is said often: "sun" to "song", "the right one" to "the rice one". Where one of a few words is
expected, it can be asked about each of them in the place of a word that it heard, after the words before that:

    heard "The row one.", expected wool, silk, cotton:    "The" + "wool"? "The" + "silk"? "The" + "cotton"?

What comes of it is for others to believe; the decoder itself is `models.whisper`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import msgspec

from models.transcript_checks import plain
from voice_agent.ports.likely import Likely
from voice_agent.ports.speech import Recognition

PREFIX: Final = "choice:"
_LONGEST_WORDS: Final = 4
_PLACES: Final = 2
_KEPT: Final = 4
_LEAST_PROBABILITY: Final = 1e-9
_CARRIERS: Final = frozenset(
    "the a an one ones it its is was that thats i id ill im ive me my to in on at say said think guess believe please "
    "and or so um uh well yes no for with by want would like have take".split()
)
_OTHER_ANSWERS: Final = frozenset(
    "first second third fourth fifth sixth last latest other another neither none both any number".split()
)
"""They choose in their own way: the order of the choices, or another than all of them."""


class Candidate(msgspec.Struct, frozen=True):
    """`answer` in the place of the word `at` of what was heard, after the words `before`."""

    answer: str
    at: int
    before: str


def answers_in(expects: str) -> tuple[str, ...]:
    """The answers that `expects` ("choice:red|green") names."""
    return tuple(expects.removeprefix(PREFIX).split("|")) if expects.startswith(PREFIX) else ()


def candidates(heard: Recognition, answers: Sequence[str]) -> tuple[Candidate, ...]:
    """What the decoder is to be asked; empty where an answer was heard, or something that is surely none."""
    words = heard.text.split()
    known = {word for answer in answers for word in plain(answer).split()} | _OTHER_ANSWERS
    if not 0 < len(words) <= _LONGEST_WORDS:
        return ()
    if any(not known.isdisjoint(plain(text).split()) for text in (heard.text, *heard.alternatives)):
        return ()
    places = [at for at, word in enumerate(words) if plain(word) not in _CARRIERS and plain(word) != ""]
    if len(words) == 1 and plain(words[0]) != "":
        places = [0]  # "That's..." may be a misheard "Fast." as well as a beginning
    return tuple(Candidate(answer, at, " ".join(words[:at])) for at in places[:_PLACES] for answer in answers)


def log_probability(tokens: Sequence[float]) -> float:
    """Of all tokens, by the probability of each."""
    return sum(math.log(max(token, _LEAST_PROBABILITY)) for token in tokens)


def ranked(heard: str, asked: Sequence[Candidate], log_probabilities: Sequence[float]) -> tuple[Likely, ...]:
    """The likeliest answers, best first, each in its best place."""
    words = heard.split()
    best: dict[str, Likely] = {}
    for score, each in sorted(zip(log_probabilities, asked, strict=True), key=lambda pair: -pair[0]):
        text = " ".join((*words[: each.at], each.answer, *words[each.at + 1 :]))
        best.setdefault(each.answer, Likely(each.answer, text, round(score, 2)))
    return tuple(best.values())[:_KEPT]
