"""Reads dates that are said in figures alone: "24/6/12", "21 1 1925", "13 08 19 33", "2026-03-05"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from voice_agent.understanding.grammars.atoms import Atom
from voice_agent.understanding.grammars.date_parts import Context, Mention, Parts
from voice_agent.understanding.grammars.years import year_at

_MARKS: Final = frozenset({"/", "-", ".", ":", ","})
_LONGEST: Final = 17
"""More numbers than the eight figures of a date have, each with "oh" before it."""
_WORDS: Final = frozenset({"of", "the", "de", "del"})
"""Where they stand between, the day is first."""
_STRONG: Final = frozenset({"/", "-"})
"""Marks that make a date of two numbers."""


def figures_alone(atoms: Sequence[Atom], at: int, context: Context) -> Mention | None:
    """A run of numbers that is one date; None where it is not, or could be several."""
    if atoms[at].value is None:
        return None
    run, marks, end = _run(atoms, at)
    parts = _iso(run) or _separate(run, marks, context) or _together(run, context)
    return None if parts is None else Mention(parts, at, end)


def _run(atoms: Sequence[Atom], at: int) -> tuple[list[Atom], set[str], int]:
    """The numbers from `at` on, what stands between them, and where they end."""
    run: list[Atom] = []
    marks: set[str] = set()
    here = end = at
    while here < len(atoms) and len(run) < _LONGEST:
        atom = atoms[here]
        if atom.value is not None:
            run.append(atom)
            end = here + 1
        elif atom.text in _MARKS or atom.text in _WORDS:
            marks.add(atom.text)
        else:
            break
        here += 1
    return _without_leading_zeros(run), marks, end


def _without_leading_zeros(run: Sequence[Atom]) -> list[Atom]:
    """ "oh six" is one number."""
    out: list[Atom] = []
    for atom in run:
        before = out[-1] if out else None
        short = atom.value is not None and 0 < atom.value < 10
        if before is not None and before.value == 0 and short and before.figures in (None, "0"):
            out[-1] = Atom(atom.text, before.start, atom.end, atom.value, False, f"0{atom.value}")
        else:
            out.append(atom)
    return out


def _iso(run: Sequence[Atom]) -> Parts | None:
    if len(run) != 3 or run[0].figures is None or len(run[0].figures) != 4:
        return None
    year, month, day = (atom.value for atom in run)
    return _checked(year, month, day)


def _separate(run: Sequence[Atom], marks: set[str], context: Context) -> Parts | None:
    if len(run) < 2:
        return None
    first, second = run[0].value, run[1].value
    if first is None or second is None:
        return None
    if len(run) == 2:
        return _ordered(None, first, second, context) if marks & _STRONG else None
    short = context.short_years or bool(marks & _STRONG)
    found = year_at(run, 2, short=short, language=context.language)
    if found is None or found[1] != len(run):
        return None
    if marks & _WORDS:
        return _checked(found[0], second, first)
    return _ordered(found[0], first, second, context)


def _together(run: Sequence[Atom], context: Context) -> Parts | None:
    """ "1308 1933", "13 08193 3": eight figures, however they are grouped."""
    if any(atom.figures is None and (atom.value is None or atom.value > 99) for atom in run):
        return None
    digits = "".join(atom.figures if atom.figures is not None else str(atom.value) for atom in run)
    if len(digits) == 8:
        return _ordered(int(digits[4:]), int(digits[:2]), int(digits[2:4]), context)
    if len(digits) == 6 and context.short_years and len(run) <= 3:
        return _ordered(int(digits[4:]), int(digits[:2]), int(digits[2:4]), context)
    return None


def _ordered(year: int | None, first: int, second: int, context: Context) -> Parts | None:
    """By the order of the place, or the only one that is a date."""
    month_day = _checked(year, first, second)
    day_month = _checked(year, second, first)
    chosen, other = (month_day, day_month) if context.month_first else (day_month, month_day)
    if chosen is None:
        return other
    if other is None or first == second:
        return chosen
    return Parts(chosen.year, chosen.month, chosen.day, short_year=chosen.short_year, ambiguous=True)


def _checked(year: int | None, month: int | None, day: int | None) -> Parts | None:
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is not None and 100 <= year < 1000:
        return None
    return Parts(year, month, day, short_year=year is not None and year < 100)
