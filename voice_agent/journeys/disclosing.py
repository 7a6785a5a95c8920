"""Which blocks of the journey under way are there now: for understanding, planning and answers to know, and for the
agent's own words.

A condition that can't be decided, a text that lacks a value and an article that is for others disclose nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from voice_agent.conversation.disclosed import Disclosed
from voice_agent.journeys.articles import Article, find_article
from voice_agent.journeys.frame import Frame
from voice_agent.journeys.pack import Block
from voice_agent.journeys.talk import Scene
from voice_agent.journeys.templates import MissingValue
from voice_agent.journeys.walk import Walk


def disclose(scene: Scene) -> None:
    """Looks at the journey on top, with what is known in it now."""
    talk = scene.talk
    frame = talk.work.stack[-1] if talk.work.stack else None
    if frame is None or not frame.journey.blocks:
        talk.disclosed, talk.phrasing = (), {}
        return
    walk = scene.walk(frame, as_if_settled=True)
    walk.next_move()
    talk.disclosed = disclosed_in(scene, frame, walk)
    talk.phrasing = {name: wordings for block in _open(frame, walk) for name, wordings in block.phrasing}


def disclosed_in(scene: Scene, frame: Frame, walk: Walk) -> tuple[Disclosed, ...]:
    """What is there by what `walk`, a pass over `frame`, has found."""
    read = [_read(scene, frame.journey.name, block, walk) for block in _open(frame, walk)]
    return tuple(one for one in read if one is not None)


def articles_disclosed(scene: Scene) -> dict[str, str]:
    """The articles that are there now although they aren't always, and for each the block that disclosed it."""
    disclose(scene)
    found: dict[str, str] = {}
    for block in scene.talk.disclosed:
        for article in block.texts if block.kind == "knowledge" else ():
            found.setdefault(article, f"{block.journey}.{block.name}")
    return found


def knowledge_in(scene: Scene, frame: Frame, walk: Walk) -> Iterator[Article]:
    """The articles that blocks of `frame` disclose."""
    for block in disclosed_in(scene, frame, walk):
        for name in block.texts if block.kind == "knowledge" else ():
            article = find_article(scene.talk.pack.articles, name)
            if article is not None:
                yield article


def _open(frame: Frame, walk: Walk) -> list[Block]:
    return [one for one in frame.journey.blocks if one.when is None or one.when.holds(walk.names)]


def _read(scene: Scene, journey: str, block: Block, walk: Walk) -> Disclosed | None:
    if block.kind == "phrasing":
        return Disclosed(journey, block.name, block.kind, tuple(name for name, _ in block.phrasing))
    if block.kind == "knowledge":
        names = tuple(text.source for text in block.contents if _is_for_caller(scene, text.source))
        return Disclosed(journey, block.name, block.kind, names) if names else None
    try:
        return Disclosed(journey, block.name, block.kind, tuple(walk.text(text) for text in block.contents))
    except MissingValue:
        return None


def _is_for_caller(scene: Scene, name: str) -> bool:
    """Whether the article may be read to who calls, in the language spoken, on this channel, today."""
    around = scene.talk.surroundings
    article = find_article(scene.talk.pack.articles, name)
    audience = "customers" if around.verified else "everyone"
    today = str(scene.names().get("today", ""))
    return article is not None and article.is_for(around.language, around.channel, audience, today)
