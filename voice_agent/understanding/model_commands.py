"""What a language model answered, read with distrust: commands that name what is there, and values that were said.

A value goes through the same reader as one that rules found, and its words must stand in the caller's: a model may
choose, never invent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from voice_agent.conversation import commands as c
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.expectation import SlotView
from voice_agent.understanding.choices import read_choice
from voice_agent.understanding.model_prompt import MOST_COMMANDS, slots_of
from voice_agent.understanding.question_forms import asks_for_facts
from voice_agent.understanding.values import read_value
from voice_agent.understanding.words import words_of

MODEL_SCORE: Final = 0.8
"""How sure a model's command counts: enough to act on, not to skip a confirmation."""


class AnswerUnusable(ValueError):
    """The model's answer isn't of the form that was asked for; the message says where."""


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    command: str
    journey: str = ""
    slot: str = ""
    value: str = ""
    text: str = ""
    level: Literal["low", "medium", "high"] = "low"


_Commands: TypeAlias = Annotated[list[_Written], msgspec.Meta(min_length=1, max_length=MOST_COMMANDS)]


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    commands: _Commands


def read_answer(answer: str, asked: Understand, journeys: Sequence[str]) -> tuple[AnyCommand, ...]:
    """The commands in `answer`; what can't be believed is left out, and where nothing is left it is NotUnderstood.

    Raises AnswerUnusable where it isn't of the form that was asked for.
    """
    try:
        written = msgspec.json.decode(answer, type=_Answer).commands
    except msgspec.MsgspecError as error:
        raise AnswerUnusable(str(error)) from error
    slots = {slot.name: slot for slot in slots_of(asked.expectation)}
    read = [command for one in written if (command := _read(one, asked, slots, journeys)) is not None]
    out = tuple(dict.fromkeys(read))
    meant = tuple(command for command in out if not isinstance(command, c.NotUnderstood))
    if meant:
        return meant
    return out if out else (c.NotUnderstood("unclear"),)


CERTAIN: Final = 0.9
"""A journey of which rules are as sure is no question about something else, whatever a model says."""
UNLIKELY: Final = 0.1
"""A journey to which the router gives less is not begun on a model's word: the caller is asked."""


def merged(model: Sequence[AnyCommand], rules: Sequence[AnyCommand], asked: Understand) -> tuple[AnyCommand, ...]:
    """What a turn comes to where both have read it.

    The model's reading, but for what must not rest on it: a yes that something is done upon counts only where rules
    hear it too, and who asks for a person or for help, or is annoyed, is heard whichever of the two noticed. What rules
    tell by form stands too: a question about facts is none of a journey, a wish that they are certain of no question,
    and a call back starts a journey only where they say so. Of two wishes that they are sure of none is lost.
    """
    if any(isinstance(command, c.AskWhoSpeaks) for command in rules):
        return tuple(rules)  # who asks whether this is a person asks for none
    out = _wishes_of_both(model, rules, asked)
    if asked.expectation.kind == "yes_no":
        yes = [command for command in rules if isinstance(command, c.Affirm)]
        out = [*yes, *(one for one in out if not isinstance(one, c.Affirm))] if _affirms(out) else out
    person = next((command for command in rules if isinstance(command, c.WantHuman)), None)
    out = [person if person is not None and isinstance(command, c.WantHuman) else command for command in out]
    named = {type(command) for command in out}
    out += [
        command
        for command in rules
        if isinstance(command, c.WantHuman | c.NeedEmergencyHelp | c.SpeakLanguage | c.ShowFrustration)
        and type(command) not in named
    ]
    return tuple(out) if out else tuple(rules)


def doubted(
    commands: Sequence[AnyCommand], rules: Sequence[AnyCommand], scores: Sequence[tuple[str, float]], asked: Understand
) -> tuple[AnyCommand, ...]:
    """`commands` without journeys that the router finds unlikely and rules don't hear: what rules read as a question is
    one, and else the caller is asked whether that was meant; where a value was asked for, the rules' reading stands.
    `scores` are the router's, the likeliest journeys alone.
    """
    known = dict(scores)
    heard = {command.journey for command in rules if isinstance(command, c.StartJourney)}
    unlikely = [
        command.journey
        for command in commands
        if isinstance(command, c.StartJourney) and command.journey not in heard
        if known.get(command.journey, 0.0) < UNLIKELY
    ]
    if not known or not unlikely:
        return tuple(commands)
    kept = [one for one in commands if not (isinstance(one, c.StartJourney) and one.journey in unlikely)]
    if any(isinstance(command, c.StartJourney | c.Ambiguous) for command in kept):
        return tuple(kept)
    if asked.expectation.slot is not None or asked.expectation.confirming is not None:
        return tuple(rules)
    question = next((command for command in rules if isinstance(command, c.AskQuestion)), None)
    return (question if question is not None else c.Ambiguous(tuple(unlikely)), *kept)


def _wishes_of_both(model: Sequence[AnyCommand], rules: Sequence[AnyCommand], asked: Understand) -> list[AnyCommand]:
    out = list(model)
    started = [command for command in rules if isinstance(command, c.StartJourney)]
    named = {wish.journey for wish in started}
    rest = [command for command in out if not isinstance(command, c.StartJourney)]
    question = next((command for command in rules if isinstance(command, c.AskQuestion)), None)
    if question is not None and len(rest) < len(out) and asks_for_facts(asked.text, asked.language):
        return [question, *(command for command in rest if not isinstance(command, c.AskQuestion))]
    if any(isinstance(command, c.WantHuman) and command.call_back for command in rules):
        return [*started, *rest]
    wished = {command.journey for command in out if isinstance(command, c.StartJourney)}
    certain = bool(started) and all(wish.score >= CERTAIN for wish in started)
    if certain and not wished and any(isinstance(command, c.AskQuestion) for command in rest):
        return [*started, *(command for command in rest if not isinstance(command, c.AskQuestion))]
    sure = len(started) > 1 and all(wish.score >= MODEL_SCORE for wish in started)
    return [*started, *rest] if sure and wished and wished < named else out


def _affirms(commands: Sequence[AnyCommand]) -> bool:
    return any(isinstance(command, c.Affirm) for command in commands)


_PLAIN: Final[dict[str, AnyCommand]] = {
    "affirm": c.Affirm(),
    "deny": c.Deny(),
    "want_human": c.WantHuman(),
    "repeat": c.Repeat(),
    "hold_on": c.HoldOn(),
    "cancel": c.Cancel(),
    "goodbye": c.Goodbye(),
    "greet": c.Greet(),
    "need_emergency_help": c.NeedEmergencyHelp(),
    "not_understood": c.NotUnderstood("out_of_scope"),
}


def _read(
    written: _Written, asked: Understand, slots: dict[str, SlotView], journeys: Sequence[str]
) -> AnyCommand | None:
    match written.command:
        case "start_journey":
            return c.StartJourney(written.journey, MODEL_SCORE) if written.journey in journeys else None
        case "ask_question":
            return c.AskQuestion(asked.text) if asked.text.strip() else None
        case "annoyed":
            return c.ShowFrustration(written.level)
        case "set_slot" | "correct_slot":
            slot = slots.get(written.slot)
            return None if slot is None else _value(written, slot, asked.text)
        case name:
            return _PLAIN.get(name)


def _value(written: _Written, slot: SlotView, said: str) -> AnyCommand | None:
    """A value that the caller said, in the form that its type has; None where it wasn't said or doesn't fit."""
    if not _was_said(written.value, said, slot):
        return None
    reading = read_value(slot, written.value)
    if reading is None or reading.value is None:
        if slot.slot_type != "text":
            return None
        return c.SetSlot(slot.name, said.strip(), said, MODEL_SCORE)
    if slot.value is not None and reading.value != slot.value:
        return c.CorrectSlot(slot.name, reading.value, reading.raw, MODEL_SCORE)
    return c.SetSlot(slot.name, reading.value, reading.raw, MODEL_SCORE)


def _was_said(value: str, said: str, slot: SlotView) -> bool:
    """Every word of the value was said; or it is a listed choice, which people call by many words; or rules read the
    same value out of what was said."""
    words = set(words_of(value))
    if words and words <= set(words_of(said)):
        return True
    if slot.choices:
        meant = read_choice(value, slot.choices, None)
        return meant is not None and any(
            set(words_of(label)) & set(words_of(said))
            for choice in slot.choices
            for label in choice.labels
            if choice.value == meant.value
        )
    own, other = read_value(slot, value), read_value(slot, said)
    return own is not None and other is not None and own.value == other.value
