"""Says again what was said last: as it was, slower, or its names and words letter by letter, or by an alphabet."""

from __future__ import annotations

from typing import Final

from voice_agent.conversation.commands import Repeat
from voice_agent.journeys.alphabets import by_alphabet
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
    """The names and words that were said last, letter by letter; by an alphabet where they were so already. Then the
    open question again."""
    talk = scene.talk
    again = talk.spelled == talk.last_values
    talk.spelled = talk.last_values
    for value in talk.last_values[-_SPELLED_AT_MOST:]:
        by_letter = spelled(value, "phone", "one_by_one")
        letters = by_alphabet(value, talk.surroundings.language) if again else by_letter
        scene.say("spelled", value=value, letters=letters)
    ask_again(scene)
