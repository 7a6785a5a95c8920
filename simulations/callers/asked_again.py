"""Whether the agent asks again for what the caller has answered: the words were lost on the way, or not believed. Pure.

    asked_again(Answered(cue="is that right", heard="That was 5501. Is that right?"), "So that's 5501. Is that right?")

What is heard must ask: it says so ("I didn't catch that"), or it is a question or a request that holds the cue once
more, or that is mostly made of the words of the question that was answered. "Are you still there?" asks again only
where nothing else was said since the answer; then the agent may still be waiting for it.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from simulations.matching import matches, plain_text

NOT_CAUGHT: Final = re.compile(
    r"\b(did ?n[o']?t|could ?n[o']?t|can ?n[o']?t) (quite |really )?(catch|hear|get|understand|make out)\b"
    r"|\b(say|tell|give|enter|key|spell|read|try|repeat|ask)\b[^.?!]{0,60}\b(again|once more)\b(?! later)"
    r"|\b(could|can|would|will|please)\b[^.?!]{0,20}\brepeat\b"
    r"|\bsorry\s*[,?.!]*\s*(what|could you|can you|i missed|you said|say)\b|\bsorry\s*\?|\bpardon\b"
    r"|\bno (le |lo |la |te )?he (entendido|oído)\b|\bsin entenderle\b|\brep(ita|ítam|etir)\w*|¿perdón\?",
    re.IGNORECASE,
)
"""The agent says that it asks again."""
_ASKS: Final = re.compile(
    r"\?|\b(please|por favor,?) (?!hold|wait|stay|bear|espere)\w"
    r"|\b(tell|give|show) (me|us)\b|\b(i|we) (still )?need\b|\b(díga|dé|deme|dame|repíta)(me)?\b|\bnecesito\b",
    re.IGNORECASE,
)
_THERE: Final = re.compile(
    r"[\s¿]*(hello\W+)?(are you (still )?there|can you hear me|is (anybody|anyone|somebody) there|hello"
    r"|(sigue|está)( usted)?( todavía)? ahí|me oye)\W*",
    re.IGNORECASE,
)
_PARTLY: Final = re.compile(r"\band the rest\b|\bwhat comes next\b|\by el resto\b|\bqué sigue\b", re.IGNORECASE)
"""Of a number some figures were heard: who said all of it says all of it again."""
_OPENING: Final = re.compile(
    r"\b(can|may|could) (i|we)\b[^.?!]{0,20}\b(help|do for you)\b|\bpuedo\b[^.?!]{0,20}\b(ayudar|hacer)", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_PLUMBING: Final = frozenset(
    "that this with have your you the and for are was can will would may please what which its not our his her"
    " que qué con por para una los las del sus usted".split()
)
ALIKE: Final = (2, 0.5)
"""Two questions are one where they share so many words, and so large a part of the shorter one's."""


class Answered(msgspec.Struct, frozen=True):
    """What a line was the answer to: the pattern that it waited for, if it did for one, and what was heard then.

    `opening`: it was the first thing that the caller said.
    """

    cue: str | None
    heard: str
    opening: bool = False


ANYTHING: Final = Answered(None, "")
"""No question is known that was answered."""


def asked_for(answered: Answered, heard: str) -> bool:
    """Whether a sentence of `heard` asks, in the words that the answer waited for."""
    cue = answered.cue
    return cue is not None and any(_ASKS.search(said) and matches(cue, said) for said in _sentences(heard))


def asked_again(answered: Answered, heard: str) -> bool:
    """Whether `heard`, all that the agent said since the answer, asks for it once more without saying so."""
    plain = plain_text(heard)
    if _THERE.fullmatch(plain) is not None:
        return True
    if _ASKS.search(plain) is None:
        return False
    if _PARTLY.search(plain) is not None:
        return True
    if asked_for(answered, plain):
        return True
    if answered.opening and _OPENING.search(plain) is not None:
        return True
    before, now = _asking_words(answered.heard), _asking_words(plain)
    shared, (fewest, share) = len(before & now), ALIKE
    return shared >= fewest and shared >= share * min(len(before), len(now))


def _asking_words(heard: str) -> set[str]:
    """Those of the last sentence that asks, and of what follows it."""
    sentences = _sentences(heard)
    last = max((at for at, sentence in enumerate(sentences) if _ASKS.search(sentence) is not None), default=0)
    return {word.lower() for sentence in sentences[last:] for word in _WORD.findall(sentence)} - _PLUMBING


def _sentences(heard: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", plain_text(heard))
