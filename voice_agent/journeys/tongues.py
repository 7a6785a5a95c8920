"""When the conversation goes over to another language: where it is asked for, and where the caller speaks it.

On the phone a short turn may have been misheard: there it takes a sentence of four words, or two turns that follow each
other. In writing one turn is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from voice_agent.conversation.commands import AnyCommand, SpeakLanguage
from voice_agent.journeys.questions import ask_again
from voice_agent.journeys.talk import Scene, Talk


def hear_language(talk: Talk, language: str | None, text: str) -> None:
    """A turn, `text`, was in `language`; None where that is not sure."""
    if language is None:
        return
    twice, talk.heard_in = talk.heard_in == language, language
    if twice or len(text.split()) >= _SENTENCE_WORDS or talk.surroundings.channel != "phone":
        talk.speak(language)


_SENTENCE_WORDS: Final = 4


class Said(Protocol):
    """A turn of the caller."""

    @property
    def scene(self) -> Scene: ...

    @property
    def commands(self) -> Sequence[AnyCommand]: ...


def switched(turn: Said) -> bool:
    """Whether a language was asked for, and answered: in it where the agent speaks it."""
    asked = next((command.language for command in turn.commands if isinstance(command, SpeakLanguage)), None)
    if asked is None:
        return False
    scene, talk = turn.scene, turn.scene.talk
    known = asked in talk.pack.agent.languages
    if known:
        talk.speak(asked)
        talk.heard_in = asked
    scene.say("language_switched" if known else "language_unknown")
    ask_again(scene)
    return True
