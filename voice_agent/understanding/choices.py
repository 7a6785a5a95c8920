"""Which of a few known values a sentence means: by their labels, by their figures, by position, or "the other one".

Answers only where one choice is ahead of all others by a margin. Positions follow the order of `choices`, which is the
order they are offered in; "last" and "latest" are the end of it unless a label uses the word itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from voice_agent.conversation.expectation import Choice, Value
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.number_words import ENGLISH, SPANISH
from voice_agent.understanding.words import normalise, span, tokenize, words_of

_ACCEPT = 0.6
_MARGIN = 0.15
_SHORTEST_ENDING = 2

ORDINALS: Mapping[str, int] = {
    **{word: at for at, word in enumerate("first second third fourth fifth sixth".split())},
    **{word: at for at, word in enumerate("1st 2nd 3rd 4th 5th 6th".split())},
    **dict.fromkeys("last latest newest final recent".split(), -1),
}
ORDINAL_CARRIERS = frozenset(
    "the one my order please most a yes no its it is i mean want would like id option number think that one thing "
    "for of them to take ill choose what about how with go lets can could have get".split()
)
OTHER = re.compile(r"\b(?:the )?other (?:one|order|option|account|number|way round|choice|\w+)\b|\bthe other\b")
DENIED = re.compile(r"\b(?:not|isnt|rather than|instead of)\b(?P<what>.*?)(?=,|\.|;|\bbut\b|\bits\b|$)")
STOP_WORDS = frozenset(
    "the a an my of for to is its it i want would like please one that this was and or with about think yes no id im "
    "ill in on mean said".split()
)


FIGURES: Mapping[str, str] = {
    word: figures
    for words in (SPANISH, ENGLISH)
    for table in (words.digits, words.teens, words.tens)
    for word, figures in table.items()
    if word not in STOP_WORDS
}
"""Words of a label's own figures: "eight in the morning" of "Thursday the 5th at 8 AM"."""


class ChoiceReading(msgspec.Struct, frozen=True):
    """`score` is 0..1."""

    value: Value
    raw: str
    score: float


def read_choice(text: str, choices: Sequence[Choice], current: Value | None = None) -> ChoiceReading | None:
    """The choice that `text` means, None where none is clearly meant. `current` is what "the other one" is not."""
    if not choices:
        return None
    plain = _without_denied(text)
    by_label = _by_label(plain, choices)
    if by_label is not None:
        return by_label
    return _by_figures(plain, choices) or _by_position(plain, choices) or _the_other(plain, choices, current)


def asks_for_other(text: str) -> bool:
    """Whether another than the present value is meant, without saying which ("no, the other order")."""
    return OTHER.search(normalise(text)) is not None


def _without_denied(text: str) -> str:
    """ "the phone, not the router" without what is denied; the whole text where nothing else remains."""
    kept = DENIED.sub(" ", text.lower().replace("'", "").replace("\u2019", "")).strip(" ,.;")
    return kept if normalise(kept) else text


def _by_label(text: str, choices: Sequence[Choice]) -> ChoiceReading | None:
    spoken = [word for word in words_of(text) if word not in STOP_WORDS]
    if not spoken:
        return None
    spread = _spread(choices)
    spoken += [FIGURES[word] for word in spoken if FIGURES.get(word) in spread]
    ranked = sorted(
        (
            (max(_similarity(label, spoken, spread, len(choices)) for label in c.labels), at)
            for at, c in enumerate(choices)
        ),
        reverse=True,
    )
    best, at = ranked[0]
    runner_up = ranked[1][0] if len(ranked) > 1 else 0.0
    if best < _ACCEPT or best - runner_up < _MARGIN or _names_several(spoken, spread, choices):
        return None
    own = {word for label in choices[at].labels for word in words_of(label)} - STOP_WORDS
    heard = [
        token
        for token in tokenize(text)
        if FIGURES.get(token.text) in own or any(_alike(word, token.text) for word in own)
    ]
    return ChoiceReading(choices[at].value, span(text, heard), round(min(1.0, best), 3))


def _names_several(spoken: Sequence[str], spread: Mapping[str, int], choices: Sequence[Choice]) -> bool:
    """Whether words that belong to one choice alone were spoken of more than one."""
    named = 0
    for choice in choices:
        own = {word for label in choice.labels for word in words_of(label) if spread[word] == 1} - STOP_WORDS
        named += any(_alike(word, other) == 1.0 for word in own for other in spoken)
    return named > 1


def _spread(choices: Sequence[Choice]) -> dict[str, int]:
    """In how many choices each label word occurs: a word of all of them tells nothing."""
    out: dict[str, int] = {}
    for choice in choices:
        for word in {word for label in choice.labels for word in words_of(label)}:
            out[word] = out.get(word, 0) + 1
    return out


def _similarity(label: str, spoken: Sequence[str], spread: Mapping[str, int], count: int) -> float:
    """Mean of the share of the label's telling words that were spoken and of the most telling one of them, 0..1."""
    words = [word for word in words_of(label) if word not in STOP_WORDS]
    total = matched = telling = 0.0
    for word in words:
        weight = 1.0 if count == 1 else 1 - (spread.get(word, 1) - 1) / count
        heard = weight * max(_alike(word, other) for other in spoken)
        total, matched, telling = total + weight, matched + heard, max(telling, heard)
    return (matched / total + telling) / 2 if total else 0.0


def _alike(a: str, b: str) -> float:
    """1 for the same word or its plural, less by edit distance; short words and figures must be the same."""
    if a == b or a + "s" == b or b + "s" == a:
        return 1.0
    if min(len(a), len(b)) < 4 or a.isdecimal() or b.isdecimal():
        return 0.0
    share = 1 - edit_distance(a, b) / max(len(a), len(b))
    return share if share >= 0.7 else 0.0


def edit_distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, ch in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (ch != other))
    return row[-1]


def _by_figures(text: str, choices: Sequence[Choice]) -> ChoiceReading | None:
    """An order number, or its last digits ("the one ending in 79")."""
    reading = read_digits(text)
    if reading is None or not reading.value:
        return None
    figures = [{_figures(label) for label in (*choice.labels, str(choice.value))} - {""} for choice in choices]
    whole = [at for at, own in enumerate(figures) if reading.value in own]
    if len(whole) == 1:
        return ChoiceReading(choices[whole[0]].value, reading.raw, 0.98)
    if whole or len(reading.value) < _SHORTEST_ENDING:
        return None
    ending = [at for at, own in enumerate(figures) if any(number.endswith(reading.value) for number in own)]
    return ChoiceReading(choices[ending[0]].value, reading.raw, 0.85) if len(ending) == 1 else None


def _figures(label: str) -> str:
    return "".join(ch for ch in label if ch.isdecimal())


def _by_position(text: str, choices: Sequence[Choice]) -> ChoiceReading | None:
    words = words_of(text)
    named = {ORDINALS[word] % len(choices) for word in words if word in ORDINALS and ORDINALS[word] < len(choices)}
    others = [word for word in words if word not in ORDINALS and word not in ORDINAL_CARRIERS]
    known = {word for choice in choices for label in choice.labels for word in words_of(label)}
    if len(named) != 1 or [word for word in others if word not in known and word + "s" not in known]:
        return None
    return ChoiceReading(choices[named.pop()].value, text, 0.85)


def _the_other(text: str, choices: Sequence[Choice], current: Value | None) -> ChoiceReading | None:
    rest = [choice for choice in choices if choice.value != current]
    if current is None or len(choices) != 2 or len(rest) != 1 or not asks_for_other(text):
        return None
    return ChoiceReading(rest[0].value, text, 0.9)
