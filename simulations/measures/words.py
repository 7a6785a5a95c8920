"""How many words were got wrong between what was said and what was heard, and which: an alignment of both. Pure.

    word_errors("Press star, now!", "press start")    # WordErrors(words=3, substituted=1, deleted=1)
    alignment("press star now".split(), "press start".split())    # same, substituted (star -> start), deleted (now)

Texts are normalised first, so that spelling is no error: numbers become their figures as the agent's own reader has
them ("double oh seven", "0-0-7" and "007" are the same three words), the rest goes by the rules that
`simulations.measures.spoken_words` states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias

import msgspec

from simulations.measures.spoken_words import spoken_words
from voice_agent.understanding.number_groups import natural
from voice_agent.understanding.number_runs import runs_of
from voice_agent.understanding.number_words import number_words
from voice_agent.understanding.words import tokenize

StepKind: TypeAlias = Literal["same", "substituted", "deleted", "inserted"]

_SPOKEN: Final = frozenset({"line", "interruption"})
"""What a caller says to the agent in words."""


class HeardTurn(Protocol):
    """What is asked of a turn: `simulations.runs.records.RunTurn` is one."""

    @property
    def kind(self) -> str: ...
    @property
    def caller_said(self) -> str: ...
    @property
    def agent_heard(self) -> str | None: ...


class WordErrors(msgspec.Struct, frozen=True):
    """`words` counts the reference; what was missed is `deleted`, what was made up `inserted`."""

    words: int
    substituted: int = 0
    deleted: int = 0
    inserted: int = 0

    @property
    def errors(self) -> int:
        return self.substituted + self.deleted + self.inserted

    @property
    def rate(self) -> float:
        """Word error rate; 0 where reference and hypothesis are empty, and above 1 where more was made up than said."""
        return self.errors / self.words if self.words else float(self.errors)


class Step(msgspec.Struct, frozen=True):
    """One place of an alignment; a word that is not there is empty."""

    kind: StepKind
    said: str
    heard: str


def word_errors(said: str, heard: str, language: str = "en") -> WordErrors:
    """Between two texts as people or recognisers write them."""
    return counted(alignment(plain_words(said, language), plain_words(heard, language)))


def plain_words(text: str, language: str = "en") -> list[str]:
    """What is compared: a word for each figure of a number, then `spoken_words`."""
    tokens = tokenize(text)
    for run in reversed(runs_of(tokens, number_words(language))):
        figures = " ".join(natural(run.pieces))
        text = f"{text[: tokens[run.first].start]} {figures} {text[tokens[run.last].end :]}"
    return spoken_words(text)


def alignment(said: Sequence[str], heard: Sequence[str]) -> tuple[Step, ...]:
    """The fewest edits that turn the words `said` into those `heard`; among these, the most substitutions."""
    rows = [[_Corner(at, at, "inserted") for at in range(len(heard) + 1)]]
    for position, word in enumerate(said, 1):
        above, row = rows[-1], [_Corner(position, position, "deleted")]
        for at, other in enumerate(heard, 1):
            before, over, left = above[at - 1], above[at], row[at - 1]
            if word == other:
                kept = _Corner(before.edits, before.moved, "same")
            else:
                kept = _Corner(before.edits + 1, before.moved, "substituted")
            dropped = _Corner(over.edits + 1, over.moved + 1, "deleted")
            added = _Corner(left.edits + 1, left.moved + 1, "inserted")
            row.append(min(kept, dropped, added, key=_cost))
        rows.append(row)
    return tuple(_back(rows, said, heard))


def counted(steps: Iterable[Step]) -> WordErrors:
    """How often each kind is in an alignment."""
    kinds = Counter(step.kind for step in steps)
    words = kinds["same"] + kinds["substituted"] + kinds["deleted"]
    return WordErrors(words, kinds["substituted"], kinds["deleted"], kinds["inserted"])


def errors_between(said: Sequence[str], heard: Sequence[str]) -> WordErrors:
    """Between two lists of words that have been normalised already."""
    return counted(alignment(said, heard))


def pooled(results: Iterable[WordErrors]) -> WordErrors:
    """All of them as one text: long utterances count by their words."""
    words = substituted = deleted = inserted = 0
    for result in results:
        words += result.words
        substituted += result.substituted
        deleted += result.deleted
        inserted += result.inserted
    return WordErrors(words, substituted, deleted, inserted)


def agent_word_errors(turns: Sequence[HeardTurn], language: str = "en", *, listened: bool = False) -> WordErrors | None:
    """What the agent made of the caller's words in one call, its turns together; None where nothing says what it heard.

    `listened`: a log would say so, and where it has none of them, none was heard.

    Keys and sounds that are no turn have no words. A spoken turn that the agent took for nothing is all deletions.
    """
    spoken = [turn for turn in turns if turn.kind in _SPOKEN]
    if not spoken or (not listened and all(turn.agent_heard is None for turn in spoken)):
        return None
    return pooled(word_errors(turn.caller_said, _or_nothing(turn.agent_heard), language) for turn in spoken)


class _Corner(NamedTuple):
    """Two beginnings aligned: how many edits that takes, how many of them insert or delete, and the last step."""

    edits: int
    moved: int
    kind: StepKind


def _cost(corner: _Corner) -> tuple[int, int]:
    return corner.edits, corner.moved


def _back(rows: Sequence[Sequence[_Corner]], said: Sequence[str], heard: Sequence[str]) -> list[Step]:
    """The steps that led to the last corner, from the beginning."""
    steps: list[Step] = []
    position, at = len(said), len(heard)
    while position or at:
        kind = rows[position][at].kind
        took, gave = kind != "inserted", kind != "deleted"
        steps.append(Step(kind, said[position - 1] if took else "", heard[at - 1] if gave else ""))
        position, at = position - took, at - gave
    return steps[::-1]


def _or_nothing(text: str | None) -> str:
    return "" if text is None else text
