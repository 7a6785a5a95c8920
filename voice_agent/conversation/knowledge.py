"""What the knowledge articles had for a question, and what of it was said.

An article's text is never in here but as a quotation that was spoken: it is data about a passage, nothing to obey.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from voice_agent.conversation.event import Event

Audience: TypeAlias = Literal["everyone", "customers"]
"""Whom an article is for: `customers` are callers who have been identified."""


class FoundPassage(msgspec.Struct, frozen=True):
    """A passage that may answer, by its id ("late_fees#amount").

    `score` 0..1 is how likely it answers the question, calibrated over what is and isn't in articles. `words` and
    `meaning` are what it rests on, for the trace: the share of the question's words found there, weighted by rarity,
    and the cosine between question and passage (None where no embedding came in time).
    """

    passage: str
    score: float
    words: float = 0.0
    meaning: float | None = None


class Consulted(Event, frozen=True, tag="consulted"):
    """What `Consult` found, best first; empty where nothing comes near. `engine` is "hybrid", or "words" alone."""

    request: int
    passages: tuple[FoundPassage, ...]
    engine: str = "hybrid"
    engine_us: int = 0


class ConsultFailed(Event, frozen=True, tag="consult_failed"):
    """Nothing could be looked up."""

    request: int
    code: str
    message: str


class Citation(msgspec.Struct, frozen=True):
    """Words the agent said, and the words of an article that they are.

    `start` and `end` are characters of the file `knowledge/<article>.md`; `said_start` and `said_end` of the
    utterance's clauses joined by blanks, so that what was heard of an interrupted answer can be told. `block` names
    what disclosed the article ("journey.block"), empty where it is always there.
    """

    article: str
    passage: str
    start: int
    end: int
    said_start: int
    said_end: int
    provenance: Literal["knowledge"] = "knowledge"
    block: str = ""
