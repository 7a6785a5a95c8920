"""Which words of a passage answer a question: a sentence or two, as they stand in the article. Pure.

Of the passage's sentences it takes the one with the rarest words of the question, the first of equals; a list goes with
the sentence that introduces it, and a sentence that leans on the one before ("Otherwise it ...") with that one, where
there is room. What is taken is quoted: nothing is added, left out in between, or obeyed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.journeys.articles import Passage
from voice_agent.journeys.plain_text import plain_text
from voice_agent.journeys.sentences import sentence_spans
from voice_agent.journeys.word_forms import word_forms
from voice_agent.journeys.wording import Channel


class Room(msgspec.Struct, frozen=True):
    """How much may be quoted: whole sentences up to `sentences` and, beyond the first, `characters` of plain text."""

    sentences: int
    characters: int


ROOM: Final[dict[Channel, Room]] = {"phone": Room(2, 220), "text": Room(3, 420)}
LIST_ROOM: Final[dict[Channel, Room]] = {"phone": Room(4, 320), "text": Room(9, 800)}
"""For a sentence that ends in a colon, and the list that it introduces."""


_LEANING: Final = frozenset(
    """it its they them their this that these those then otherwise but however also so therefore
    esto eso ello ellos ellas estos estas entonces despues ademas pero tambien asi""".split()
)
_LEANS_WITHIN: Final = 3
"""Words at the beginning of a sentence among which one of those says that it leans on the sentence before."""


class Quote(msgspec.Struct, frozen=True):
    """`text` is plain; `start` and `end` are the characters of the article's file that it says."""

    text: str
    start: int
    end: int


_MOST: Final[dict[str, str]] = {
    "en": r"\b(?:most|least|best|worst|(?!(?:inter|requ|t|w|r|gu|hon|inv|sugg|for|harv|cont|prot|arr|dig|mod|lat)est\b)"
    r"\w{2,}est)\b|\b(?:which|what) (?:\w+ )?\w+s (?:are there|do you (?:have|offer|sell)|can i (?:have|get|choose))\b",
    "es": r"\b(?:el|la|los|las|lo)(?: \w+)? (?:mas|menos) \w+|\b(?:mejor(?:es)?|peor(?:es)?|minim[oa]|maxim[oa])\b|"
    r"\bque (?:\w+ )?\w+s (?:hay|tienen|tiene|ofrecen|venden)\b",
}
"""Questions that only a comparison, or all there is, answers ("which is the cheapest"), on words without accents."""


def quote(passage: Passage, question: str, language: str, channel: Channel) -> Quote:
    """What of `passage` to answer `question` with."""
    spans = sentence_spans(passage.text)
    said = [_plain(passage.text[start:end], channel) for start, end in spans]
    spans = [span for span, text in zip(spans, said, strict=True) if text != ""]
    said = [text for text in said if text != ""]
    if not spans:
        return Quote(_plain(passage.text, channel), passage.start, passage.end)
    if _compares(question, language) and _fits(said, LIST_ROOM[channel]):
        first, last = 0, len(said) - 1
    else:
        first, last = _upright(said, _best(said, question, language), channel)
    start, end = spans[first][0], spans[last][1]
    return Quote(_plain(passage.text[start:end], channel), passage.start + start, passage.start + end)


def _compares(question: str, language: str) -> bool:
    pattern = _MOST.get(language)
    return pattern is not None and re.search(pattern, _without_accents(question.casefold())) is not None


def _fits(said: Sequence[str], room: Room) -> bool:
    return len(said) <= room.sentences and len(" ".join(said)) <= room.characters


def _plain(markdown: str, channel: Channel) -> str:
    return plain_text(markdown, addresses=channel == "text")


def _best(said: Sequence[str], question: str, language: str) -> int:
    """The sentence in which most of the question is found, its rarest words counting most."""
    asked = set(word_forms(question, language))
    forms = [set(word_forms(text, language)) for text in said]
    held = Counter(form for found in forms for form in found & asked)
    weights = {form: math.log(1 + len(said) / count) for form, count in held.items()}
    scores = [sum(weights[form] for form in sorted(found & asked)) for found in forms]
    return scores.index(max(scores))


def _upright(said: Sequence[str], best: int, channel: Channel) -> tuple[int, int]:
    """The first and the last sentence to quote: `best` is among them, and what it needs before it if that fits."""
    first = best
    while first > 0 and (said[first - 1].endswith(":") or _leans(said[first])):
        first -= 1
        if said[first].endswith(":"):
            break
    while True:
        last = _last(said, first, LIST_ROOM[channel] if said[first].endswith(":") else ROOM[channel])
        if last >= best or first == best:
            return first, last
        first += 1


def _leans(sentence: str) -> bool:
    words = [word.strip(".,;:!?¡¿()").casefold() for word in sentence.split()[:_LEANS_WITHIN]]
    return any(_without_accents(word) in _LEANING for word in words)


def _without_accents(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _last(said: Sequence[str], first: int, room: Room) -> int:
    """How far on to quote; a question that the text asks is left unasked."""
    length, last = len(said[first]), first
    for at in range(first + 1, min(first + room.sentences, len(said))):
        length += 1 + len(said[at])
        if length > room.characters or said[at].endswith((":", "?")):
            break
        last = at
    return last
