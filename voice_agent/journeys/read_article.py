"""One file of `knowledge/` to an article: front matter in YAML, then Markdown. It looks at no other file.

---
title: Late fees
questions: [What happens if I pay late?]
---
A fee of 5 euros is charged from the eleventh day.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Final, cast

from voice_agent.conversation.knowledge import Audience
from voice_agent.journeys.articles import FOLDER, Article, ArticleChannel
from voice_agent.journeys.passages import passages
from voice_agent.journeys.problems import Place, Problems
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Node, parse
from voice_agent.journeys.vocabulary import Keys

ARTICLE: Final = Keys(
    "an article",
    required=("title",),
    optional=("questions", "language", "channels", "audience", "valid_from", "valid_until", "link"),
)
CHANNELS: Final[tuple[ArticleChannel, ...]] = ("phone", "text")
AUDIENCES: Final = ("everyone", "customers")

_FILE: Final = re.compile(re.escape(FOLDER) + r"([a-z0-9][a-z0-9_-]*)\.md")
_FENCE: Final = re.compile(r"---[ \t]*\r?\n")
_CLOSING: Final = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
_LINK: Final = re.compile(r"https://[^\s<>\"']+")


def read_article(file: str, text: str, languages: tuple[str, ...], problems: Problems) -> Article | None:
    """The article, or None where the file is none (which is then among `problems`).

    `languages` are the agent's: an article is in one of them, the first where it doesn't say.
    """
    named = _FILE.fullmatch(file)
    if named is None:
        message = f"found '{file}' among the articles; allowed: knowledge/NAME.md, NAME of lower-case letters, digits"
        problems.add(Place(file, 1), f"{message}, - and _")
        return None
    body_start = _body(file, text, problems)
    if body_start is None:
        return None
    # One line in place of the fence, so that places are those of the file.
    root = parse(file, "\n" + text[_fence_end(text) : text.rfind("---", 0, body_start)], problems)
    if root is None:
        return None
    reading = Reading(problems)
    keys = reading.keys(root, ARTICLE)
    cut = passages(named.group(1), text, body_start)
    if not cut:
        line = text.count("\n", 0, body_start) + 1
        problems.add(Place(file, line), "found an article without text; allowed: Markdown below the second '---'")
    valid_from, valid_until = _dates(keys, reading)
    return Article(
        article=named.group(1),
        title=reading.text(keys["title"], "title") if "title" in keys else "",
        language=_one_of(keys.get("language"), "language", languages, languages[0], reading),
        passages=cut,
        place=root.place,
        questions=reading.texts(keys["questions"], "questions") if "questions" in keys else (),
        channels=_channels(keys.get("channels"), reading),
        audience=cast(Audience, _one_of(keys.get("audience"), "audience", AUDIENCES, "everyone", reading)),
        valid_from=valid_from,
        valid_until=valid_until,
        link=_link(keys.get("link"), reading),
    )


def check_articles(articles: Iterable[Article], problems: Problems) -> None:
    """Titles and questions tell articles of a language apart: none may stand in two."""
    known: dict[tuple[str, str], Article] = {}
    for article in articles:
        for question in (article.title, *article.questions):
            asked = " ".join(question.casefold().split())
            other = known.setdefault((article.language, asked), article)
            if other is not article and question != "":
                message = f"found '{question}', which {other.place.file} answers too; allowed: in one article"
                problems.add(article.place, message)


def _fence_end(text: str) -> int:
    opening = _FENCE.match(text)
    return 0 if opening is None else opening.end()


def _body(file: str, text: str, problems: Problems) -> int | None:
    """Where the Markdown begins, None where the front matter is missing or has no end."""
    start = _fence_end(text)
    if start == 0:
        message = "found no front matter; allowed: a first line '---', keys such as title, and a line '---' after them"
        problems.add(Place(file, 1), message)
        return None
    closing = _CLOSING.search(text, start)
    if closing is None:
        problems.add(Place(file, 1), "found front matter without an end; allowed: a line '---' after its keys")
        return None
    return closing.end()


def _one_of(node: Node | None, what: str, allowed: tuple[str, ...], default: str, reading: Reading) -> str:
    return default if node is None else reading.one_of(node, f"for {what} the word", allowed)


def _channels(node: Node | None, reading: Reading) -> tuple[ArticleChannel, ...]:
    if node is None:
        return ("phone", "text")
    items = node.content if isinstance(node.content, tuple) else (node,)
    found = [reading.one_of(item, "for channels the word", CHANNELS) for item in items]
    if not found:
        reading.problems.add(node.place, "found no channels; allowed: phone, text, or leave it out for both")
    return tuple(name for name in CHANNELS if name in found)


def _dates(keys: dict[str, Node], reading: Reading) -> tuple[str | None, str | None]:
    first, last = (_date(keys.get(name), name, reading) for name in ("valid_from", "valid_until"))
    if first is not None and last is not None and last < first:
        message = f"found valid_until {last}, before valid_from {first}; allowed: the same day or later"
        reading.problems.add(keys["valid_until"].place, message)
    return first, last


def _date(node: Node | None, name: str, reading: Reading) -> str | None:
    if node is None:
        return None
    text = reading.text(node, name)
    try:
        return datetime.date.fromisoformat(text).isoformat() if text != "" else None
    except ValueError:
        reading.problems.add(node.place, f"found '{text}' for {name}; allowed: a date such as 2026-03-31")
        return None


def _link(node: Node | None, reading: Reading) -> str | None:
    if node is None:
        return None
    text = reading.text(node, "link")
    if text != "" and _LINK.fullmatch(text) is None:
        reading.problems.add(node.place, f"found '{text}' for link; allowed: an address that begins with https://")
    return text
