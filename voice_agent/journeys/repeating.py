"""Says again what was said last: as it was, slower, or its names and words letter by letter."""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.commands import Repeat
from voice_agent.journeys.clauses import split_clauses
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.talk import Scene
from voice_agent.journeys.wording import in_small_groups, spelled

_SPELLED_AT_MOST: Final = 3


def repeat(scene: Scene, asked: Repeat) -> None:
    talk = scene.talk
    if not talk.last_clauses:
        ask_again(scene)
    elif asked.spelled and talk.last_values:
        _spell(scene)
    elif asked.slower:
        scene.reply.repeat(split_clauses(in_small_groups(" ".join(talk.last_clauses)), slower=True), slowly=True)
    else:
        scene.reply.repeat(talk.last_clauses)


def _spell(scene: Scene) -> None:
    """The names and words that were said last, letter by letter; then the open question again."""
    for value in scene.talk.last_values[-_SPELLED_AT_MOST:]:
        scene.say("spelled", value=value, letters=spelled(value, "phone", "one_by_one"))
    ask_again(scene)
