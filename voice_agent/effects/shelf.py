"""An agent's articles in the forms that a search compares: words, and vectors where there are some. Pure.

A passage is as near to a question as its text is. The questions that an article says it answers are its first
passage's: they bring it nearer, by `NEARER` at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from voice_agent.conversation.actions import Consult
from voice_agent.effects.passage_index import Entry, Vector
from voice_agent.effects.passage_ranking import Rarity
from voice_agent.journeys.articles import Article, Passage
from voice_agent.journeys.plain_text import plain_text
from voice_agent.journeys.word_forms import word_forms
from voice_agent.ports.speech import PASSAGE

NEARER: Final = 0.05


class Shelf:
    """Fixed but for its vectors, which come later, or not at all."""

    def __init__(self, articles: Sequence[Article], names: Sequence[str] = ()) -> None:
        """`names` are terms of the business: a question that has one is about what it names."""
        self._articles = tuple(articles)
        self._terms = tuple(names)
        self.entries = {
            passage.passage: _entry(article, passage) for article in articles for passage in article.passages
        }
        self._forms = {name: _forms(entry) for name, entry in self.entries.items()}
        self._rarity = {
            language: Rarity(self._forms[name] for name, entry in self.entries.items() if entry.language == language)
            for language in {article.language for article in articles}
        }
        self._names: list[str] = []
        self._texts = np.empty((0, 0), np.float32)
        self._questions: dict[str, Vector] = {}

    def texts(self) -> list[str]:
        """Everything that should have a vector: passages, and the questions that articles say they answer."""
        passages = [embedded_text(entry) for entry in self.entries.values()]
        questions = [PASSAGE + question for article in self._articles for question in article.questions]
        return list(dict.fromkeys([*passages, *questions]))

    def learn(self, vectors: Mapping[str, Vector]) -> None:
        """`vectors` are of any of `texts`."""
        known = [name for name, entry in self.entries.items() if embedded_text(entry) in vectors]
        self._names = known
        if known:
            self._texts = np.stack([vectors[embedded_text(self.entries[name])] for name in known])
        self._questions = {
            article.passages[0].passage: np.stack(rows)
            for article in self._articles
            if (rows := [vectors[PASSAGE + text] for text in article.questions if PASSAGE + text in vectors])
        }

    @property
    def has_vectors(self) -> bool:
        return bool(self._names)

    def fit(self, asked: Consult) -> frozenset[str]:
        """The passages that may be read to who asks."""
        return frozenset(
            passage.passage
            for article in self._articles
            if article.is_for(asked.language, asked.channel, asked.audience, asked.on)
            and (not article.bound or article.article in asked.articles)
            for passage in article.passages
        )

    def cosines(self, question: Vector, names: frozenset[str]) -> dict[str, float]:
        """How near each of `names` that has a vector is."""
        if not self._names:
            return {}
        near = {name: float(np.max(rows @ question)) for name, rows in self._questions.items()}
        out: dict[str, float] = {}
        for name, own in zip(self._names, (self._texts @ question).tolist(), strict=True):
            if name in names:
                asked = near.get(name, own)
                out[name] = max(own, min(asked, own + NEARER))
        return out

    def shares(self, asked: Sequence[str], language: str, names: Iterable[str]) -> dict[str, float]:
        """What part of the question's words each of `names` has."""
        rarity = self._rarity.get(language)
        return {} if rarity is None else {name: rarity.share(asked, self._forms[name]) for name in names}

    def named(self, question: str, language: str, names: Iterable[str]) -> dict[str, int]:
        """Of `names`, 1 for each that has all that the question names, -1 for the others; none where none has it."""
        asked = set(word_forms(question, language))
        forms = [frozenset(word_forms(term, language)) for term in self._terms]
        said = frozenset[str]().union(*(own for own in forms if own <= asked))
        has = {name: said <= self._forms[name] for name in names}
        return {name: 1 if own else -1 for name, own in has.items()} if said and any(has.values()) else {}


def embedded_text(entry: Entry) -> str:
    """What of a passage is embedded. Its questions are embedded by themselves."""
    title = entry.title.partition("\n")[0]
    return PASSAGE + "\n".join(part for part in (title, entry.heading, entry.text) if part != "")


def _entry(article: Article, passage: Passage) -> Entry:
    questions = article.questions if passage == article.passages[0] else ()
    title = "\n".join((article.title, *questions))
    return Entry(passage.passage, article.language, title, passage.heading, plain_text(passage.text))


def _forms(entry: Entry) -> frozenset[str]:
    return frozenset(
        form for text in (entry.title, entry.heading, entry.text) for form in word_forms(text, entry.language)
    )
