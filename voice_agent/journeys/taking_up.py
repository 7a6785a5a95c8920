"""What a caller cut off is said again where they wanted nothing: "As I was saying: ...".

The rule, of a turn that interrupted a reply:

- Who asks for a moment, greets, thanks, agrees, or couldn't be understood (somebody coughed, a door slammed) wants
  nothing that would take the reply's place. Statements of it that they did not hear to the end are taken up, from the
  first such clause on, before the question is asked again; after a moment that was asked for, when they speak again.
- Any other turn wants something else: a wish, a value, a correction, a no, a person, to hear it again. What was cut off
  is dropped, and the journey says what still matters when it comes to it.
- The question at the end of a reply is never taken up: it is asked again in its next wording. Nor is a courtesy at its
  beginning: "Hello", or "Sorry, I didn't catch that".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voice_agent.conversation.commands import Affirm, AnyCommand, Greet, HoldOn, NotUnderstood, Thank
from voice_agent.journeys.talk import Scene, Talk

_WANT_NOTHING: Final = (HoldOn, Greet, Thank, Affirm)


def note_interruption(talk: Talk, heard: str | None, commands: Sequence[AnyCommand]) -> None:
    """A turn has come. `heard` is what was heard of the reply that it cut off, None where it cut off none."""
    if not all(_wants_nothing(command) for command in commands):
        talk.unheard = ()
    elif heard is not None:
        talk.unheard = _unheard(talk.last_clauses[: talk.last_statements], heard, talk.courtesies)
    elif not talk.holding:
        talk.unheard = ()


def take_up(scene: Scene) -> None:
    """Says what was cut off, once, where there is anything of that kind."""
    rest, scene.talk.unheard = scene.talk.unheard, ()
    if rest:
        scene.say("as_i_was_saying", rest=" ".join(rest))


def _wants_nothing(command: AnyCommand) -> bool:
    return isinstance(command, _WANT_NOTHING) or (isinstance(command, NotUnderstood) and command.reason == "unclear")


def _unheard(clauses: Sequence[str], heard: str, courtesies: int) -> tuple[str, ...]:
    """Those from the first on that wasn't heard to its end, without so many at the beginning."""
    left = len(heard.split())
    for number, clause in enumerate(clauses):
        left -= len(clause.split())
        if left < 0:
            return tuple(clauses[max(number, courtesies) :])
    return ()
