"""What a tool's `filler` is for: it is said once the tool takes long, never before an answer that comes at once.

In writing, where nobody listens to silence, and where the journey goes on beside the tool, it is said at once: there it
is the answer.
"""

from __future__ import annotations

from typing import Final

from voice_agent.journeys.talk import Filler, Kind, Phase, Scene, Talk

FILLER_AFTER_US: Final = 700_000
"""With the pause before a turn is taken, a second and more of silence: then it helps to hear something."""


def fill(scene: Scene, call: int, text: str, *, at_once: bool) -> None:
    """`call` has begun: `text` is said now, or when it has taken long."""
    if at_once or scene.talk.surroundings.channel != "phone":
        scene.reply.say(text)
    else:
        scene.talk.filler = Filler(call, text, scene.now_us + FILLER_AFTER_US)


def filler_due(talk: Talk) -> int | None:
    """When the caller should hear that it takes a moment; None where nothing is waited for, or they have heard."""
    filler = talk.filler
    waits = talk.phase is Phase.LIVE and talk.waiting.kind is Kind.TOOL
    return filler.due_us if filler is not None and waits and talk.waiting.call == filler.call else None


def late_filler(scene: Scene) -> None:
    """The tool takes long: says so, once."""
    talk, due_us = scene.talk, filler_due(scene.talk)
    if talk.filler is None or due_us is None or due_us > scene.now_us:
        return
    scene.reply.say(talk.filler.text)
    talk.filler = None
