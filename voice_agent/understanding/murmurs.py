"""Whether a caller who asked for a moment only talks to themselves while they look: then nobody has to answer.

English. Pure; when in doubt it isn't a murmur, for an answer that is lost is worse than a reply too many.
"""

from __future__ import annotations

import re
from typing import Final

from voice_agent.conversation.expectation import Expectation
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.dialogue_acts import read_acts
from voice_agent.understanding.words import words_of

_PHRASES: Final = tuple(
    re.compile(phrase)
    for phrase in (
        r"(?:now |so )?(?:where|wheres|what) (?:is |was )?(?:it|that)(?: again| now)?",
        r"(?:now |so )?where (?:did|have|had) i (?:put|leave|left|got) (?:it|that|them|my \w+|the \w+)",
        r"(?:now |so )?where(?:s| is| are) (?:my|the) (?:letter|card|papers?|bill|wallet|glasses|bag|folder|pen|note)",
        r"(?:it|that) (?:must|should|has to|might|could) be (?:here|there|somewhere|around|in|on)(?: \w+){0,4}",
        r"(?:i know |i think |im sure )?its (?:here|somewhere|around here|in here)(?: \w+){0,3}",
        r"(?:i )?(?:know|had|put|saw) (?:it|that) (?:is |was )?(?:here|somewhere|just now|right here)(?: \w+){0,2}",
        r"(?:no )?(?:thats )?not (?:it|that one|this one|here|there|in here)",
        r"(?:no )?thats (?:the )?(?:wrong|old|other) one",
        r"(?:oh )?come on|(?:nearly|almost) (?:there|got it|done)|(?:still )?looking|where are (?:you|they|my \w+)",
        r"(?:um|uh|hmm|er|erm|oh|ah|mm|well|now|so|okay|ok|right)",
    )
)
_SELDOM: Final = frozenset({Act.NEUTRAL, Act.HOLD_ON, Act.AFFIRM, Act.THANK})


def only_to_oneself(text: str, expectation: Expectation) -> bool:
    """Whether all of `text` is said to oneself, and none of it answers what is expected."""
    if not words_of(text) or any(character.isdigit() for character in text):
        return False
    if expectation.kind == "yes_no" and {Act.AFFIRM, Act.DENY} & set(read_acts(text).acts):
        return False
    sentences = [" ".join(words_of(part)) for part in re.split(r"[.,;:!?\u2026-]+", text)]
    said = [sentence for sentence in sentences if sentence not in ("", "no", "nope")]
    return bool(said) and all(_is_murmur(sentence) for sentence in said)


def _is_murmur(sentence: str) -> bool:
    reading = read_acts(sentence)
    asks_for_time = bool(reading.acts) and not reading.rest and set(reading.acts) <= _SELDOM
    return asks_for_time or any(phrase.fullmatch(sentence) for phrase in _PHRASES)
