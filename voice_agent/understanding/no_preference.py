"""Callers who leave the answer to us ("any time", "I don't mind") or want the earliest there is.

Reads only turns that say nothing else. Of offered choices the first is meant, or the earliest where their labels tell
days or hours; where nothing was offered, the next day or the beginning of the morning, to be asked about. Who calls is
never filled in so: only references, days and times are.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from voice_agent.conversation.expectation import Choice, Setting, SlotView
from voice_agent.understanding.grammars.calendar_words import calendar_for
from voice_agent.understanding.grammars.dates import DateReading, read_date
from voice_agent.understanding.grammars.days import today_of
from voice_agent.understanding.grammars.times import TimeReading, read_time
from voice_agent.understanding.typed import ASSUMED, ValueReading
from voice_agent.understanding.words import fold_accents, normalise

Wish: TypeAlias = Literal["any", "earliest"]

_CHOSEN_FOR: Final = 0.85
"""As sure as a choice by its place in the list."""
_OPEN_TYPES: Final = frozenset({"reference", "date", "time"})


class _Words(msgspec.Struct, frozen=True):
    """Regular expressions over normalised words. `lead` and `tail` stand around the others, as often as they like."""

    lead: tuple[str, ...]
    tail: tuple[str, ...]
    any: tuple[str, ...]
    earliest: tuple[str, ...]


_THING: Final = r"(?:times?|days?|ones?|dates?|slots?|hours?|appointments?|options?|openings?)"
_HAVE: Final = r"(?:you(?: ha)?ve(?: got)?|you have(?: got)?|you got|theres|there is|is (?:free|open)|comes (?:up )?)"
_FINE: Final = r"(?:fine|good|okay|ok|great|all right|alright)"
_EN: Final = _Words(
    lead=(
        r"um|uh|er|oh|well|so|just|then|and|okay|ok|yes|yeah|no|please|honestly|really|actually|on|at|in",
        r"i (?:will|would|can) (?:just )?(?:take|like|have|do)|ill (?:just )?(?:take|have)",
        r"id (?:like|take|prefer)|i (?:want|need|prefer)|give me|lets (?:take|say|do)|make it|go (?:for|with)",
        r"(?:can|could|may) (?:i|you|we) (?:please )?(?:have|get|take|do|give me|make it)|(?:how|what) about",
    ),
    tail=(
        r"please|thanks|thank you|then|really|at all|for me|to me|with me|works|will do|would do|suits(?: me)?",
        rf"(?:is|are|would be|will be|s|{_THING} is) (?:{_FINE}|possible|free|best)",
        r"you (?:have|like|want|can|wish|prefer)(?: got)?|that day|honestly|i guess",
    ),
    any=(
        rf"any(?: {_THING})?(?: (?:of|out of) (?:them|those|these|the (?:two|three|four)))?|any ?time",
        rf"(?:(?:whichever|what ?ever)(?: {_THING})?|whenever)"
        rf"(?: (?:you (?:have|like|want|can|prefer|think)|is|s|works|suits|comes)"
        rf"(?: (?:best|better|{_FINE}|free|easiest|easier|convenient|available|you|me|for (?:you|me)))*)?",
        r"either(?: (?:one|of (?:them|those|the two)))?(?: way)?",
        rf"(?:all|both|either|they) (?:of (?:them|those) )?(?:all )?(?:are|is|work|works)(?: {_FINE})?",
        rf"theyre (?:all |both )?{_FINE}",
        rf"i (?:really )?(?:dont|do not) (?:mind|care)(?: (?:which|when|what))?(?: {_THING})?",
        r"(?:i have )?no preference|(?:im|i am) (?:flexible|easy)|(?:its |it is )?up to you|you (?:choose|pick|decide)",
    ),
    earliest=(
        rf"(?:the )?(?:very )?(?:earliest|soonest)"
        rf"(?: (?:available|possible|free|{_THING}|{_HAVE}|you can(?: do)?|that))*",
        rf"(?:the )?(?:very )?(?:first|next)(?: (?:available|possible|free|{_THING}))*"
        rf" (?:available|possible|free|(?:that )?{_HAVE})(?: {_THING})?",
        r"as (?:soon|early|quickly) as (?:possible|you can|they can|it gets)|asap|a s a p",
        rf"(?:whichever|whatever|whats|what)(?: {_THING})? (?:is |s |{_HAVE} |comes )*"
        rf"(?:the )?(?:first|earliest|soonest|next)(?: (?:available|possible|{_HAVE}))*",
        r"(?:the )?(?:sooner|earlier)(?: the better)",
    ),
)
_COSA: Final = r"(?:horas?|dias?|fechas?|citas?|huecos?|opcion(?:es)?|turnos?)"
_HAYA: Final = r"(?:que )?(?:(?:usted(?:es)? )?(?:tengan?|tienen?|tienes)|haya|hay|(?:este|esta) (?:disponible|libre))"
_ES: Final = _Words(
    lead=(
        r"eh|pues|bueno|si|no|por favor|a|en|el|la|lo|deme|quiero|quisiera|prefiero|me gustaria|cojo|tomo",
        r"me quedo con|puede ser|mejor",
    ),
    tail=(
        r"por favor|gracias|entonces|(?:me )?(?:va|viene|vale|sirve|parece) bien|me (?:va|vale|sirve)|esta bien",
        r"es igual|de verdad|para mi",
    ),
    any=(
        rf"cualquiera(?: de (?:ell[oa]s|es[oa]s|est[oa]s))?|cualquier {_COSA}",
        r"cuando (?:sea|quieran?|pueda(?:n|s)?|usted(?:es)? quieran?|le venga bien|mejor le venga)",
        r"(?:el|la|lo) que (?:sea|quieran?|prefieran?|usted(?:es)? quieran?|mejor le venga)",
        r"(?:a mi )?me (?:da|es) (?:igual|lo mismo)|da igual|no me importa(?: (?:cual|cuando))?",
        r"no tengo preferencia|sin preferencia",
    ),
    earliest=(
        r"(?:lo )?(?:mas )?(?:antes|pronto|temprano) (?:posible|que (?:se )?pueda(?:n|s)?)|cuanto antes(?: mejor)?",
        rf"(?:(?:el|la) )?(?:primer[oa]?|proxim[oa])(?: {_COSA})? (?:{_HAYA}|disponible|libre|posible)",
        rf"(?:(?:el|la) )?(?:{_COSA} )?mas (?:tempran[oa]|pronto|cercan[oa]|proxim[oa])(?: (?:{_HAYA}|posible))?",
    ),
)


def _whole(words: _Words, wish: tuple[str, ...]) -> re.Pattern[str]:
    lead, tail, said = ("|".join(each) for each in (words.lead, words.tail, wish))
    return re.compile(rf"(?:(?:{lead}) )*(?:{said})(?: (?:{tail}))*")


_BY_LANGUAGE: Final[Mapping[str, _Words]] = {"en": _EN, "es": _ES}
_READ: Final[Mapping[str, Mapping[Wish, re.Pattern[str]]]] = {
    language: {"earliest": _whole(words, words.earliest), "any": _whole(words, words.any)}
    for language, words in _BY_LANGUAGE.items()
}


def left_to_us(text: str, language: str) -> Wish | None:
    """Which of both is all that `text` says."""
    plain = fold_accents(normalise(text))
    patterns = _READ.get(language, _READ["en"])
    return next((wish for wish, pattern in patterns.items() if pattern.fullmatch(plain) is not None), None)


def accepts_any(text: str, language: str) -> bool:
    """Whether all that is said is that anything will do."""
    return left_to_us(text, language) == "any"


def read_no_preference(slot: SlotView, text: str, setting: Setting) -> ValueReading | None:
    """The value of `slot` for who wants any, or the earliest; None where `text` says anything else."""
    wish = left_to_us(text, setting.language) if slot.slot_type in _OPEN_TYPES else None
    if wish is None:
        return None
    if slot.choices:
        at = _earliest(slot.choices, setting) if wish == "earliest" else 0
        return ValueReading(slot.choices[at].value, text, _CHOSEN_FOR)
    if slot.slot_type == "time":
        return ValueReading(_first_hour(setting), text, ASSUMED)
    today = today_of(setting.now)
    if slot.slot_type != "date" or slot.tense == "past" or today is None:
        return None
    return ValueReading((today + datetime.timedelta(days=1)).isoformat(), text, ASSUMED)


def _first_hour(setting: Setting) -> str:
    parts = calendar_for(setting.language).parts_of_day
    return parts["manana" if setting.language == "es" else "morning"][0]


def _earliest(choices: Sequence[Choice], setting: Setting) -> int:
    """Where the earliest of `choices` stands; the first where their labels tell neither days nor hours throughout."""
    days = _told(choices, lambda label: read_date(label, setting))
    hours = _told(choices, lambda label: read_time(label, setting))
    return min(range(len(choices)), key=lambda at: (days[at], hours[at], at))


def _told(choices: Sequence[Choice], read: Callable[[str], DateReading | TimeReading | None]) -> list[str]:
    """What `read` finds in the labels of each; nothing of any of them where one tells none."""
    found = [next((told.value for label in one.labels if (told := read(label)) is not None), "") for one in choices]
    return found if "" not in found else [""] * len(found)
