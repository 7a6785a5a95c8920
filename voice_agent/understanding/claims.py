"""Finds what a sentence claims, by the grammars that read callers' values. It judges nothing.

claims_in("That's $12.50, due on March 3.", Setting("2026-02-20T10:00"))  ->  money 12.50 USD, date 03-03
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from voice_agent.conversation.claims import Claim
from voice_agent.conversation.expectation import Setting
from voice_agent.understanding import claim_patterns as patterns
from voice_agent.understanding.claim_numbers import LONG_RUN, is_amount, numbers_in, runs_in
from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.cardinal_words import folded
from voice_agent.understanding.grammars.date_parts import Parts
from voice_agent.understanding.grammars.dates import context_for, mentions_of
from voice_agent.understanding.grammars.days import resolve, today_of
from voice_agent.understanding.grammars.times import times_of

_READ: Final = ("en", "es")


def claims_in(text: str, setting: Setting) -> tuple[Claim, ...]:
    """Every claim, in no particular order."""
    out = [*_promises(text), *_odd_figures(text)]
    named, rest = _named(text)
    out += named
    atoms = atoms_of(rest, setting.language)
    taken: set[int] = set()
    out += runs_in(rest, atoms, taken, least=LONG_RUN)
    out += _dates(rest, atoms, setting, taken)
    out += runs_in(rest, atoms, taken)
    out += _times(rest, atoms, setting.language, taken)
    out += _quantities(rest, atoms, taken)
    out += numbers_in(rest, atoms, taken, setting)
    out += _in_other_words(rest, setting.language)
    return tuple(dict.fromkeys(out))


def _said(text: str, atoms: Sequence[Atom], first: int, end: int) -> str:
    return text[atoms[first].start : atoms[end - 1].end]


def _promises(text: str) -> list[Claim]:
    plain = _plain(text)
    out = [Claim("promise", found.group()[:6].strip(), found.group()) for found in patterns.PROMISE.finditer(plain)]
    return out + [
        Claim("promise", " ".join(found.group().split()), found.group()) for found in patterns.TERM.finditer(plain)
    ]


def _quantities(text: str, atoms: Sequence[Atom], taken: set[int]) -> list[Claim]:
    """ "Half", "a dozen", where they are no part of a time or date."""
    for at in sorted(taken):
        atom = atoms[at]
        text = text[: atom.start] + " " * (atom.end - atom.start) + text[atom.end :]
    return [Claim("quantity", found.group(), found.group()) for found in patterns.QUANTITY.finditer(_plain(text))]


def _plain(text: str) -> str:
    """Lower case, without accents and apostrophes; words apart by single blanks."""
    return " ".join(folded(word) for word in text.replace("'ll", " ll").replace("\u2019ll", " ll").split())


def _odd_figures(text: str) -> list[Claim]:
    """Halves, Roman and raised figures: no grammar reads them, so nothing supports them but the very same sign."""
    odd = [sign for sign in text if not sign.isdecimal() and unicodedata.numeric(sign, None) is not None]
    return [Claim("identifier", sign, sign) for sign in odd]


def _named(text: str) -> tuple[list[Claim], str]:
    """Names that hold letters and figures, and addresses; and the text with blanks in their place."""
    out: list[Claim] = []
    for pattern in (patterns.ADDRESS, patterns.MIXED):
        for found in list(pattern.finditer(text)):
            word = found.group().rstrip(".")
            if pattern is patterns.MIXED and patterns.FIGURES_WITH_ENDING.match(word) is not None:
                continue
            out.append(Claim("identifier", closed_up(word), word))
            text = text[: found.start()] + " " * len(found.group()) + text[found.end() :]
    return out, text


def closed_up(text: str) -> str:
    """Letters and figures alone, in capitals."""
    return "".join(sign for sign in text if sign.isalnum()).upper()


def _times(text: str, atoms: Sequence[Atom], language: str, taken: set[int]) -> list[Claim]:
    out: list[Claim] = []
    for mention in times_of(atoms, language):
        covered = set(range(mention.first, mention.end))
        if covered & taken or is_amount(atoms, mention.first, mention.end):
            continue
        hours = [mention.clock.at("am"), mention.clock.at("pm")] if mention.clock.is_open() else [mention.clock.at()]
        value = " ".join(f"{hour:02d}:{minute:02d}" for hour, minute in hours)
        out.append(Claim("time", value, _said(text, atoms, mention.first, mention.end)))
        taken |= covered
    return out


def _dates(text: str, atoms: Sequence[Atom], setting: Setting, taken: set[int]) -> list[Claim]:
    out: list[Claim] = []
    for mention in mentions_of(atoms, context_for(setting, "any")):
        covered = set(range(mention.first, mention.end))
        if covered & taken:
            continue
        out += _date(mention.parts, _said(text, atoms, mention.first, mention.end), setting)
        taken |= covered
    return out


def _date(parts: Parts, raw: str, setting: Setting) -> list[Claim]:
    out: list[Claim] = []
    if parts.weekday is not None:
        out.append(Claim("weekday", str(parts.weekday), raw))
    if parts.day is not None and parts.month is not None and not parts.short_year and parts.add_days is None:
        year = "" if parts.year is None else f"{parts.year:04d}-"
        return [*out, Claim("date", f"{year}{parts.month:02d}-{parts.day:02d}", raw)]
    alone = parts.week is None and not parts.nearest and parts.nth is None and parts.day is None
    if parts.weekday is not None and alone:
        return out
    day = resolve(parts, today_of(setting.now), "any")
    return [*out, Claim("identifier", closed_up(raw), raw) if day is None else Claim("date", day.isoformat(), raw)]


def _in_other_words(text: str, language: str) -> list[Claim]:
    """Numbers in the words of a language that is not the one spoken."""
    out: list[Claim] = []
    for other in _READ:
        atoms = () if other == language else atoms_of(text, other)
        for atom in atoms:
            if atom.value is not None and atom.figures is None and atom.text not in patterns.OTHERWISE:
                out.append(Claim("number", str(atom.value), atom.text))
    return out
