"""Articles that blocks of journeys name: they must exist, and are there only while one of those blocks is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from voice_agent.journeys.articles import Article
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.problems import Problems


def bind_articles(articles: Sequence[Article], journeys: Sequence[Journey], problems: Problems) -> tuple[Article, ...]:
    """`articles`, those that a block names marked as such; a name without an article goes to `problems`."""
    known = [article.article for article in articles]
    named: set[str] = set()
    for journey in journeys:
        for block in journey.blocks:
            for text in block.contents if block.kind == "knowledge" else ():
                named.add(text.source)
                if text.source not in known:
                    problems.unknown(block.place, f"in the block '{block.name}' the article", text.source, known)
    return tuple(msgspec.structs.replace(article, bound=article.article in named) for article in articles)
