"""Example sentences that a router learns from, in one shape, however a journey writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from voice_agent.understanding.general_sentences import out_of_scope

Written: TypeAlias = Mapping[str, Sequence[str] | Mapping[str, Sequence[str]]]
"""Journey to its sentences, or to its sentences by language."""


class Example(msgspec.Struct, frozen=True):
    """What a caller says who wants `journey`; `is_name`: the journey's name instead, which helps to choose among
    journeys but is like no caller's sentence."""

    journey: str
    text: str
    language: str = "en"
    is_name: bool = False


def read_examples(written: Written, language: str = "en") -> tuple[Example, ...]:
    """All of `written`; sentences without a language are in `language`. A sentence given twice counts once.

    A journey's name of several words ("track_order") is one more example of it: whoever wrote it chose telling words.
    """
    out: dict[tuple[str, str], Example] = {}
    for journey, sentences in written.items():
        by_language = sentences if isinstance(sentences, Mapping) else {language: sentences}
        for tongue, texts in by_language.items():
            for text in texts:
                out.setdefault((journey, text), Example(journey, text, tongue))
        name = _words(journey)
        if " " in name and any(own == journey for own, _ in out):
            out.setdefault((journey, name), Example(journey, name, language, is_name=True))
    return tuple(out.values())


def _words(name: str) -> str:
    """ "track_order" and "TrackOrder" as words."""
    return " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)).lower()


def texts_to_embed(examples: Sequence[Example], languages: Sequence[str]) -> list[str]:
    """What a router needs vectors of, in a fixed order."""
    own = {example.text for example in examples}
    return sorted(own.union(*(out_of_scope(language) for language in languages)))
