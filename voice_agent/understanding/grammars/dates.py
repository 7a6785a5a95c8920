"""Reads a date: which day a sentence names, counted from what today is. None where it names none, or several.

    read_date("the third of next month", Setting(now="2026-03-04T10:00"))  ->  2026-04-03
    read_date("a week from Friday", ...)                                    ->  2026-03-13

A weekday alone is the first one after today, "next Tuesday" that of the week after this one (weeks begin on Monday),
"Tuesday this week" that of this week, even where it is over.
A day without a year is the next such day, with the tense "past" the latest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.conversation.expectation import Setting, Tense
from voice_agent.understanding.grammars import date_parts, weekdays
from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.calendar_words import calendar_for
from voice_agent.understanding.grammars.clauses import last_said
from voice_agent.understanding.grammars.date_figures import figures_alone
from voice_agent.understanding.grammars.date_parts import Context, Mention, Parts, is_word, skip
from voice_agent.understanding.grammars.days import resolve, today_of

MONTH_FIRST: Final = frozenset({"US", "PH", "FM", "MH", "PW"})
"""Regions that write the month before the day."""
_RULES: Final = (
    weekdays.nth_in_month,
    date_parts.near_day,
    date_parts.counted,
    date_parts.day_and_month,
    date_parts.month_and_day,
    weekdays.week_then_day,
    weekdays.weekday,
    figures_alone,
)


class DateReading(msgspec.Struct, frozen=True):
    """`value` is ISO 8601. `ambiguous`: day and month could be exchanged. `is_over`: a weekday of this week that has
    passed, where nothing says that a day of the past is meant."""

    value: str
    raw: str
    ambiguous: bool = False
    is_over: bool = False


class _Said(msgspec.Struct, frozen=True):
    parts: Parts
    raw: str


def read_date(text: str, setting: Setting, tense: Tense = "any") -> DateReading | None:
    context = context_for(setting, tense)
    said = last_said(text, lambda clause: _said(clause, context), _corrected, setting.language)
    if said is None:
        return None
    today = today_of(setting.now)
    day = resolve(said.parts, today, tense)
    if day is None:
        return None
    is_over = tense != "past" and said.parts.week == 0 and today is not None and day < today
    return DateReading(day.isoformat(), said.raw, said.parts.ambiguous, is_over)


def context_for(setting: Setting, tense: Tense) -> Context:
    month_first = setting.region in MONTH_FIRST and setting.language == "en"
    return Context(calendar_for(setting.language), setting.language, month_first, tense == "past")


def mentions_of(atoms: Sequence[Atom], context: Context) -> list[Mention]:
    """Every date that is named, in order; what belongs together ("Tuesday the tenth") is one."""
    found: list[Mention] = []
    at = 0
    while at < len(atoms):
        mention = _mention(atoms, at, context)
        if mention is None:
            at += 1
            continue
        at = mention.end
        joined = _joined(found[-1], mention, atoms, context) if found else None
        found = [*found[:-1], joined] if joined is not None else [*found, mention]
    return found


def _mention(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    counted_from = _counted_from(atoms, at, context)
    if counted_from is not None:
        return counted_from
    for rule in _RULES:
        mention = rule(atoms, at, context)
        if mention is not None:
            return mention
    return None


def _counted_from(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    """ "a week from Friday", "two days after the third of March", "three days before Christmas" not."""
    amount = date_parts.amount_of_time(atoms, at, context)
    if amount is None:
        return None
    parts, end = amount
    backwards = is_word(atoms, end, frozenset({"before"}))
    if not backwards and not is_word(atoms, end, frozenset({"from", "after", "on"})):
        return None
    base = _mention(atoms, skip(atoms, end + 1, context.words.the), context)
    if base is None or base.parts.add_months is not None:
        return None
    signed = date_parts.negative(parts) if backwards else parts
    days = (signed.add_days or 0) + (base.parts.add_days or 0)
    return Mention(msgspec.structs.replace(base.parts, add_days=days, add_months=signed.add_months), at, base.end)


def _joined(before: Mention, after: Mention, atoms: Sequence[Atom], context: Context) -> Mention | None:
    """A weekday and a day of the month are one date where only commas and articles part them."""
    if skip(atoms, before.end, context.words.the) < after.first:
        return None
    one, other = before.parts, after.parts
    if (one.weekday is None) == (other.weekday is None) or one.week is not None or other.week is not None:
        return None
    weekday, rest = (one, other) if one.weekday is not None else (other, one)
    if rest.day is None or rest.nth is not None:
        return None
    return Mention(msgspec.structs.replace(rest, weekday=weekday.weekday), before.first, after.end)


def _said(text: str, context: Context) -> _Said | None:
    """The one date of a clause, also a day of the month alone ("the third")."""
    atoms = atoms_of(text, context.language)
    found = mentions_of(atoms, context)
    if not found:
        lone = _lone_day(atoms, context)
        found = [] if lone is None else [lone]
    if len({mention.parts for mention in found}) != 1:
        return _Said(found[0].parts, text) if _agree(found) else None
    first, last = found[0].first, found[-1].end - 1
    return _Said(found[0].parts, text[atoms[first].start : atoms[last].end])


def _agree(found: Sequence[Mention]) -> bool:
    """Whether all that was named is the same date, some of it less fully ("the third, the third of March")."""
    return False if not found else all(_fuller(found[0].parts, m.parts) == found[0].parts for m in found[1:])


def _fuller(one: Parts, other: Parts) -> Parts | None:
    same = all(getattr(other, name) in (None, False, getattr(one, name)) for name in Parts.__struct_fields__)
    return one if same else None


def _lone_day(atoms: Sequence[Atom], context: Context) -> Mention | None:
    """ "the third", "el tres", "the 3rd"; a number alone only where an article or its form says that it is a day."""
    days = [
        at
        for at, atom in enumerate(atoms)
        if atom.value is not None
        and 1 <= atom.value <= 31
        and (atom.ordinal or (at > 0 and atoms[at - 1].text in context.words.the))
    ]
    if len(days) != 1 or any(atom.value is not None for at, atom in enumerate(atoms) if at != days[0]):
        return None
    return Mention(Parts(day=atoms[days[0]].value), days[0], days[0] + 1)


def _corrected(before: _Said, after: _Said) -> _Said:
    """A correction that leaves out the month or year keeps them."""
    old, new = before.parts, after.parts
    only_day = new.day is not None and new.month is None and new.month_shift is None and new.nth is None
    if only_day and (old.month is not None or old.month_shift is not None):
        merged = msgspec.structs.replace(new, month=old.month, month_shift=old.month_shift, year=old.year)
        return _Said(merged, after.raw)
    if new.month is not None and new.year is None and old.year is not None:
        return _Said(msgspec.structs.replace(new, year=old.year, short_year=old.short_year), after.raw)
    return after
