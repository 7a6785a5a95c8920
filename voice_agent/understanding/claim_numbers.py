"""Amounts, shares, counts and numbers that are said figure by figure, where neither a date nor a time stands."""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from typing import Final

from voice_agent.conversation.claims import Claim
from voice_agent.conversation.expectation import Setting
from voice_agent.understanding import claim_patterns as patterns
from voice_agent.understanding.grammars.atoms import Atom
from voice_agent.understanding.grammars.currencies import FRACTIONS, UNITS, currency_for
from voice_agent.understanding.grammars.decimals import number_at

_MARKS: Final = frozenset("$\u00a3\u20ac\u00a5\u20b9")
_LINKS: Final = frozenset({"and", "con", "y"})
_BETWEEN: Final = frozenset({"-", ",", "(", ")", "/"})
_CODES: Final = frozenset({"usd", "eur", "gbp", "cad", "aud", "nzd", "mxn", "chf", "jpy"})
LONG_RUN: Final = 4
"""So many single figures in a row are no date, whatever else they might be."""
_LONG: Final = 5
"""Figures from here on name something rather than count it."""


def numbers_in(text: str, atoms: Sequence[Atom], taken: set[int], setting: Setting) -> list[Claim]:
    """`taken` are atoms that belong to dates and times."""
    out: list[Claim] = []
    at = 0
    while at < len(atoms):
        found = None if at in taken else _amount(text, atoms, at, setting)
        if found is None:
            at += 1
            continue
        claim, at = found
        out += [] if claim is None else [claim]
    return out


def runs_in(text: str, atoms: Sequence[Atom], taken: set[int], *, least: int = 0) -> list[Claim]:
    """What is said figure by figure; it is added to `taken`. With `least` only so many single ones."""
    out: list[Claim] = []
    at = 0
    while at < len(atoms):
        found = None if at in taken else _run(text, atoms, at, taken, least)
        if found is not None:
            out.append(found[0])
            taken |= set(range(at, found[1]))
        at = at + 1 if found is None else found[1]
    return out


def is_amount(atoms: Sequence[Atom], first: int, end: int) -> bool:
    """Whether what stands there is money or a share, by what stands beside it."""
    before = atoms[first - 1].text if first > 0 else ""
    after = atoms[end].text if end < len(atoms) else ""
    return (
        before in _MARKS or any(word in _CODES for word in (before, after)) or after in UNITS or _is_share(atoms, end)
    )


def _is_share(atoms: Sequence[Atom], at: int) -> bool:
    words = [atom.text for atom in atoms[at : at + 2]]
    return bool(words) and (words[0] in patterns.PERCENT or words[1:] == [patterns.PERCENT_OF.get(words[0])])


_Found = tuple[Claim | None, int]


def _amount(text: str, atoms: Sequence[Atom], at: int, setting: Setting) -> _Found | None:
    mark = atoms[at].text if atoms[at].text in _MARKS or atoms[at].text in _CODES else None
    start = at + (mark is not None)
    if start >= len(atoms) or atoms[start].value is None:
        return None
    if atoms[start].ordinal:
        return _ordinal(atoms[start]), start + 1
    number = number_at(atoms, start)
    if number is None:
        return None
    raw = text[atoms[at].start : atoms[number.end - 1].end]
    if mark is not None:
        return Claim("money", f"{_plain(number.value)} {_currency(mark, setting)}", raw), number.end
    return _with_unit(text, atoms, start, number.value, number.end, setting)


def _with_unit(text: str, atoms: Sequence[Atom], at: int, value: decimal.Decimal, end: int, setting: Setting) -> _Found:
    unit = atoms[end].text if end < len(atoms) else ""

    def raw(to: int) -> str:
        return text[atoms[at].start : atoms[to - 1].end]

    if _is_share(atoms, end):
        after = end + 1 + (unit not in patterns.PERCENT)
        return Claim("percent", _plain(value), raw(after)), after
    if unit in FRACTIONS:
        return Claim("money", f"{_plain(value / 100)} ?", raw(end + 1)), end + 1
    if unit in UNITS or unit in _CODES:
        cents, after = _cents(atoms, end + 1)
        return Claim("money", f"{_plain(value + cents)} {_currency(unit, setting)}", raw(after)), after
    atom = atoms[at]
    if atom.figures is not None and end == at + 1 and len(atom.figures) >= _LONG:
        return Claim("identifier", atom.figures, atom.figures), end
    if atom.text in patterns.IDLE_ONE and unit not in patterns.COUNTED:
        return None, end
    return Claim("number", _plain(value), raw(end)), end


def _cents(atoms: Sequence[Atom], at: int) -> tuple[decimal.Decimal, int]:
    """ "... and fifty cents", "... fifty"."""
    here = at + (at < len(atoms) and atoms[at].text in _LINKS)
    value = atoms[here].value if here < len(atoms) else None
    if value is None or not 0 < value < 100 or atoms[here].ordinal:
        return decimal.Decimal(0), at
    named = here + 1 < len(atoms) and atoms[here + 1].text in FRACTIONS
    if not named and ((here > at and atoms[at].text == "and") or value < 10):
        return decimal.Decimal(0), at
    return decimal.Decimal(value) / 100, here + 1 + named


def _currency(word: str, setting: Setting) -> str:
    return word.upper() if word in _CODES else currency_for(word, setting.region)


def _ordinal(atom: Atom) -> Claim | None:
    if atom.figures is None and atom.text in patterns.IDLE_ORDINAL:
        return None
    return Claim("ordinal", str(atom.value), atom.text)


def _run(text: str, atoms: Sequence[Atom], at: int, taken: set[int], least: int) -> tuple[Claim, int] | None:
    """Something said figure by figure, or in groups: "7, 1, 0, 1", "R B 1 0", "555-0100", "seven one oh one"."""
    pieces: list[str] = []
    singles, here, last = 0, at, at
    while here < len(atoms) and here not in taken:
        piece = _piece(atoms[here])
        if piece is None:
            if atoms[here].text not in _BETWEEN or not pieces:
                break
        elif pieces and "," in text[atoms[last].end : atoms[here].start] and len(piece) > 1:
            break
        else:
            pieces.append(piece)
            singles += len(piece) == 1
            last = here
        here += 1
    figures = sum(piece.isdecimal() for piece in pieces)
    one_by_one = singles == len(pieces) and len(pieces) >= 3 and figures > 0
    in_groups = len(pieces) >= 2 and figures == len(pieces) and all(_in_figures(atoms[i]) for i in range(at, last + 1))
    enough = one_by_one and singles >= least if least else one_by_one or in_groups
    if not enough or _is_decimal(atoms, last):
        return None
    return Claim("identifier", "".join(pieces).upper(), text[atoms[at].start : atoms[last].end]), last + 1


def _piece(atom: Atom) -> str | None:
    if atom.ordinal:
        return None
    if atom.figures is not None:
        return atom.figures
    if atom.value is not None:
        return str(atom.value) if atom.value < 10 else None
    return atom.text if len(atom.text) == 1 and atom.text.isalpha() else None


def _in_figures(atom: Atom) -> bool:
    return atom.figures is not None or atom.is_mark


def _is_decimal(atoms: Sequence[Atom], last: int) -> bool:
    return (
        last + 1 < len(atoms)
        and atoms[last + 1].text == "."
        and last + 2 < len(atoms)
        and (atoms[last + 2].figures is not None and atoms[last + 2].start == atoms[last + 1].end)
    )


def _plain(value: decimal.Decimal) -> str:
    """Without zeros that say nothing."""
    return format(value.normalize(), "f")
