"""Reads a period: "tomorrow morning", "between two and four", "next week", "after three on Friday", "before noon".

The value is an interval of ISO 8601, start and end parted by a slash: dates ("2026-03-09/2026-03-15", both included),
times ("14:00/16:00"), or both ("2026-03-05T08:00/2026-03-05T12:00"); ".." stands for an end that is open.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.conversation.expectation import Setting, Tense
from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.calendar_words import CalendarWords
from voice_agent.understanding.grammars.clauses import last_said
from voice_agent.understanding.grammars.clocks import Clock
from voice_agent.understanding.grammars.date_parts import is_word, skip
from voice_agent.understanding.grammars.dates import context_for, mentions_of
from voice_agent.understanding.grammars.days import today_of
from voice_agent.understanding.grammars.spans import days_of
from voice_agent.understanding.grammars.times import clock_text, time_at

OPEN: Final = ".."
_DAY: Final = datetime.timedelta(days=1)


class PeriodReading(msgspec.Struct, frozen=True):
    value: str
    raw: str


class _Hours(msgspec.Struct, frozen=True):
    """A part of the day; `start` or `end` is ".." where it is open."""

    start: str
    end: str
    first: int
    last: int


def read_period(text: str, setting: Setting, tense: Tense = "any") -> PeriodReading | None:
    """None where there is no period, or several."""
    return last_said(text, lambda clause: _read(clause, setting, tense), None, setting.language)


def _read(text: str, setting: Setting, tense: Tense) -> PeriodReading | None:
    context, today = context_for(setting, tense), today_of(setting.now)
    atoms = atoms_of(text, setting.language)
    hours = _hours(atoms, context.words, setting.language)
    rest = atoms if hours is None else [*atoms[: hours.first], *atoms[hours.last :]]
    span = days_of(rest, context, today, tense)
    if span is None and mentions_of(rest, context):
        return None
    if hours is None:
        return None if span is None else PeriodReading(f"{span[0].isoformat()}/{span[1].isoformat()}", text)
    if span is None:
        return PeriodReading(f"{hours.start}/{hours.end}", text)
    return PeriodReading(_on(span[0], hours), text) if span[0] == span[1] else None


def _on(day: datetime.date, hours: _Hours) -> str:
    """The hours of one day; one that is open ends with it."""
    start = "00:00" if hours.start == OPEN else hours.start
    end = "00:00" if hours.end == OPEN else hours.end
    last = day + _DAY if end <= start else day
    return f"{day.isoformat()}T{start}/{last.isoformat()}T{end}"


def _hours(atoms: Sequence[Atom], words: CalendarWords, language: str) -> _Hours | None:
    for at in range(len(atoms)):
        found = _between(atoms, at, words, language) or _one_sided(atoms, at, words, language)
        if found is not None:
            return found
    return _part_of_day(atoms, words)


def _between(atoms: Sequence[Atom], at: int, words: CalendarWords, language: str) -> _Hours | None:
    """ "between two and four", "from nine to half past ten", "2 to 4 pm", "9-5"."""
    begins = at
    introduced = is_word(atoms, at, words.between)
    at = skip(atoms, at + introduced, words.the)
    for hour_first in (True, False):
        first = time_at(atoms, at, language, hour_first=hour_first) if at < len(atoms) else None
        if first is None or not _links(atoms, first.end, words):
            continue
        after = skip(atoms, first.end + 1, words.the)
        second = time_at(atoms, after, language) if after < len(atoms) else None
        if second is not None and (introduced or first.marked or second.marked or _is_dash(atoms[first.end])):
            return _Hours(*_paired(first.clock, second.clock), begins, second.end)
    return None


def _links(atoms: Sequence[Atom], at: int, words: CalendarWords) -> bool:
    return at < len(atoms) and (atoms[at].text in words.until or _is_dash(atoms[at]))


def _is_dash(atom: Atom) -> bool:
    return atom.text in ("-", "\u2013", "to")


def _paired(first: Clock, second: Clock) -> tuple[str, str]:
    """The end is after the start, and as soon as it can be, where the halves of the day are not said."""
    if first.is_open() and not second.is_open():
        end = second.at()
        starts = [start for start in (first.at("am"), first.at("pm")) if start < end]
        return clock_text(*(max(starts) if starts else first.at())), clock_text(*end)
    start = first.at()
    ends = sorted({second.at("am"), second.at("pm")})
    later = [end for end in ends if end > start]
    return clock_text(*start), clock_text(*(later[0] if later else ends[0]))


def _one_sided(atoms: Sequence[Atom], at: int, words: CalendarWords, language: str) -> _Hours | None:
    """ "after three", "before noon", "until half past nine", "antes de las cinco"."""
    after, before = is_word(atoms, at, words.after), is_word(atoms, at, words.before)
    time_from = skip(atoms, at + 1, words.of) if after or before else len(atoms)
    mention = time_at(atoms, time_from, language) if time_from < len(atoms) else None
    if mention is None or (at > 0 and atoms[at - 1].value is not None):
        return None
    time = clock_text(*mention.clock.at())
    return _Hours(time, OPEN, at, mention.end) if after else _Hours(OPEN, time, at, mention.end)


def _part_of_day(atoms: Sequence[Atom], words: CalendarWords) -> _Hours | None:
    found = [at for at, atom in enumerate(atoms) if atom.text in words.parts_of_day and _is_part(atoms, at, words)]
    named = {words.parts_of_day[atoms[at].text] for at in found}
    if len(named) != 1:
        return None
    start, end = named.pop()
    if atoms[found[0]].text == "tonight":
        return _Hours(start, end, found[0], found[0])
    return _Hours(start, end, found[0], found[0] + 1)


def _is_part(atoms: Sequence[Atom], at: int, words: CalendarWords) -> bool:
    """In Spanish the morning is also tomorrow: it is the morning after "la" and its like."""
    if atoms[at].text != "manana":
        return True
    return at > 0 and atoms[at - 1].text in (*words.the, "esta", "las")
