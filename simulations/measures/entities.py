"""Whether the values that matter survived recognition: account numbers, names, dates, as the project's own readers read
them. Pure.

    mentions("007", "it's double oh seven", setting)      # True
    entity_accuracy({"account": "55012479"}, turns, setting)

A value counts in each turn in which the caller said it, which the same readers decide. What is no number, date, e-mail
address or identifier is looked for as words, spelled ones joined ("M O R E N O").
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from simulations.measures.spoken_words import spoken_words
from simulations.measures.words import HeardTurn
from voice_agent.canonical.patterns import FIGURE, LETTER
from voice_agent.conversation.expectation import Setting
from voice_agent.understanding.digits import read_digits
from voice_agent.understanding.grammars.dates import read_date
from voice_agent.understanding.grammars.emails import read_email
from voice_agent.understanding.grammars.patterned import read_patterned
from voice_agent.understanding.number_words import number_words

EntityKind: TypeAlias = Literal["digits", "date", "email", "identifier", "words"]

_MARKS: Final = re.compile(r"[\s\-/.,()]+")
_IDENTIFIER: Final = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]{2,40}")
_WRITTEN: Final = re.compile(r"\d(?:[\s\-/.,()]*\d)*")


class Entity(msgspec.Struct, frozen=True):
    """A value in one turn: what of it was `heard`, in words of the agent's log."""

    name: str
    value: str
    kind: EntityKind
    said: str
    heard: str
    right: bool


class EntityAccuracy(msgspec.Struct, frozen=True):
    """`said` mentions of values, of which `right` were heard as such. `missed` are the others."""

    said: int
    right: int
    missed: tuple[Entity, ...]


def kind_of(value: str) -> EntityKind:
    """What a value is read as."""
    bare = _MARKS.sub("", value)
    if _is_date(value):
        return "date"
    if bare.isdecimal():
        return "digits"
    if "@" in value:
        return "email"
    return "identifier" if _IDENTIFIER.fullmatch(bare.upper()) else "words"


def mentions(value: str, text: str, setting: Setting) -> bool:
    """Whether `text` holds `value`, however it is said or written. `setting` has the language and, for dates, today."""
    bare = _MARKS.sub("", value)
    match kind_of(value):
        case "digits":
            reading = read_digits(text, len(bare), number_words(setting.language))
            return (reading is not None and reading.value == bare) or bare in _written(text)
        case "date":
            day = read_date(text, setting)
            return day is not None and day.value == value
        case "email":
            address = read_email(text, setting)
            return address is not None and address.value == value.lower()
        case "identifier":
            found = read_patterned(text, (_pattern(bare),), setting.language)
            return found is not None and found.value == bare.upper()
        case "words":
            return _holds(spoken_words(text), spoken_words(value))


def entity_accuracy(values: Mapping[str, str], turns: Iterable[HeardTurn], setting: Setting) -> EntityAccuracy:
    """`values` by name, as the scenario knows them, over the turns of one call or many."""
    found: list[Entity] = []
    for turn in turns:
        said, heard = turn.caller_said, turn.agent_heard
        if heard is None:
            continue
        for name, value in values.items():
            if mentions(value, said, setting):
                found.append(Entity(name, value, kind_of(value), said, heard, mentions(value, heard, setting)))
    missed = tuple(entity for entity in found if not entity.right)
    return EntityAccuracy(len(found), len(found) - len(missed), missed)


def _is_date(value: str) -> bool:
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _written(text: str) -> list[str]:
    """Numbers in figures, grouped as anybody groups them."""
    return [_MARKS.sub("", found) for found in _WRITTEN.findall(text)]


def _pattern(bare: str) -> str:
    return "".join(FIGURE if character.isdecimal() else LETTER for character in bare)


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether all of `wanted` stand in `words` one after another."""
    last = len(words) - len(wanted) + 1
    return bool(wanted) and any(list(words[at : at + len(wanted)]) == list(wanted) for at in range(last))
