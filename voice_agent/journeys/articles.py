"""Knowledge articles after compilation: frozen, cut into passages that can be found, quoted and cited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from voice_agent.conversation.knowledge import Audience
from voice_agent.journeys.plain_text import plain_text
from voice_agent.journeys.problems import Place

ArticleChannel: TypeAlias = Literal["phone", "text"]
FOLDER = "knowledge/"


class Passage(msgspec.Struct, frozen=True):
    """A stretch of an article about one thing. `start` and `end` are characters of the article's file.

    `passage` is its id, stable while its heading stays: "late_fees#amount", "late_fees#amount.2" for the second under
    it. `heading` is the path of headings that it stands under, empty above the first.
    """

    passage: str
    article: str
    heading: str
    start: int
    end: int
    text: str


class Article(msgspec.Struct, frozen=True):
    """One file `knowledge/<article>.md`. `questions` are what callers ask that it answers.

    `valid_from` and `valid_until` are civil dates (ISO 8601, both inclusive), None for always. `bound`: a journey's
    block names it, so it is there only while one of those that do is.
    """

    article: str
    title: str
    language: str
    passages: tuple[Passage, ...]
    place: Place
    questions: tuple[str, ...] = ()
    channels: tuple[ArticleChannel, ...] = ("phone", "text")
    audience: Audience = "everyone"
    valid_from: str | None = None
    valid_until: str | None = None
    link: str | None = None
    bound: bool = False

    def words(self) -> str:
        """All that it says, without marks."""
        return "\n".join(plain_text(passage.text) for passage in self.passages)

    def is_for(self, language: str, channel: str, audience: str, on: str) -> bool:
        """Whether it may be read to such a caller on that civil date; with `on` empty, only if it is always valid."""
        if language != self.language or channel not in self.channels:
            return False
        if self.audience == "customers" and audience != "customers":
            return False
        if on == "":
            return self.valid_from is None and self.valid_until is None
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )


def find_article(articles: Iterable[Article], name: str) -> Article | None:
    return next((article for article in articles if article.article == name), None)


def find_passage(articles: Iterable[Article], passage: str) -> tuple[Article, Passage] | None:
    """The passage of that id with its article."""
    name = passage.partition("#")[0]
    for article in articles:
        if article.article == name:
            return next(((article, found) for found in article.passages if found.passage == passage), None)
    return None
