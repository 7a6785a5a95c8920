"""Which blocks of the journey under way are there now: for understanding to know, and for the agent's own words.

A condition that can't be decided, and a text that lacks a value, disclose nothing.
"""

from __future__ import annotations

from voice_agent.conversation.disclosed import Disclosed
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
    open_blocks = [one for one in frame.journey.blocks if one.when is None or one.when.holds(walk.names)]
    read = [_read(frame.journey.name, block, walk) for block in open_blocks]
    talk.disclosed = tuple(one for one in read if one is not None)
    talk.phrasing = {name: wordings for block in open_blocks for name, wordings in block.phrasing}


def _read(journey: str, block: Block, walk: Walk) -> Disclosed | None:
    if block.kind == "phrasing":
        return Disclosed(journey, block.name, block.kind, tuple(name for name, _ in block.phrasing))
    try:
        return Disclosed(journey, block.name, block.kind, tuple(walk.text(text) for text in block.contents))
    except MissingValue:
        return None
