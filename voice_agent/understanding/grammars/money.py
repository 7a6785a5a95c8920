"""Reads an amount of money: "twelve fifty", "four dollars and sixty nine cents", "$1,200.50", "a hundred euros".

Without a currency, that of the caller's country is meant. The value is "12.50 USD".
"""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from typing import Final

import msgspec

from voice_agent.canonical.amounts import amount_text, currency_of
from voice_agent.conversation.expectation import Setting
from voice_agent.understanding.grammars.atoms import Atom, atoms_of
from voice_agent.understanding.grammars.clauses import last_said
from voice_agent.understanding.grammars.currencies import FRACTIONS, UNITS, currency_for
from voice_agent.understanding.grammars.decimals import Number, number_at

_LINKS: Final = frozenset({"and", "con", "y", ","})
_BEFORE_UNIT: Final = frozenset({"united", "states", "us", "american", "canadian", "australian", "british"})


class MoneyReading(msgspec.Struct, frozen=True):
    """`named`: a currency was said."""

    value: str
    raw: str
    named: bool


class _Sum(msgspec.Struct, frozen=True):
    amount: decimal.Decimal
    currency: str | None
    first: int
    end: int


def read_money(text: str, setting: Setting) -> MoneyReading | None:
    """None where there is no amount, or several."""
    return last_said(text, lambda clause: _read(clause, setting), None, setting.language)


def _read(text: str, setting: Setting) -> MoneyReading | None:
    atoms = atoms_of(text, setting.language)
    sums: list[_Sum] = []
    at = 0
    while at < len(atoms):
        found = _sum(atoms, at, setting)
        sums += [] if found is None else [found]
        at = at + 1 if found is None else found.end
    named = [one for one in sums if one.currency is not None]
    chosen = named if named else sums
    if len({(one.amount, one.currency) for one in chosen}) != 1:
        return None
    one = chosen[0]
    value = amount_text(one.amount, one.currency if one.currency is not None else currency_of(setting.region))
    if value is None:
        return None
    return MoneyReading(value, text[atoms[one.first].start : atoms[one.end - 1].end], one.currency is not None)


def _sum(atoms: Sequence[Atom], at: int, setting: Setting) -> _Sum | None:
    first = at
    mark = None
    if atoms[at].text in ("$", "\u00a3", "\u20ac", "\u00a5", "\u20b9") and at + 1 < len(atoms):
        mark, at = currency_for(atoms[at].text, setting.region), at + 1
    number = number_at(atoms, at)
    if number is None:
        return None
    unit_at = number.end
    while unit_at < len(atoms) and atoms[unit_at].text in _BEFORE_UNIT:
        unit_at += 1
    if unit_at < len(atoms) and atoms[unit_at].text in FRACTIONS and mark is None:
        whole = currency_of(setting.region)
        return _Sum(number.value / 100, whole, first, unit_at + 1)
    if unit_at < len(atoms) and atoms[unit_at].text in UNITS:
        currency = currency_for(atoms[unit_at].text, setting.region)
        return _with_fraction(atoms, number, currency, first, unit_at + 1)
    if mark is not None:
        return _Sum(number.value, mark, first, number.end)
    return _pair(atoms, number, first)


def _with_fraction(atoms: Sequence[Atom], number: Number, currency: str, first: int, end: int) -> _Sum:
    """What follows the unit: "and sixty nine cents", "fifty"."""
    whole = number.value
    at = end
    while at < len(atoms) and atoms[at].text in _LINKS:
        at += 1
    rest = atoms[at].value if at < len(atoms) else None
    if rest is None or not 0 < rest < 100 or whole != int(whole):
        return _Sum(whole, currency, first, end)
    named = at + 1 < len(atoms) and atoms[at + 1].text in FRACTIONS
    if named or (rest >= 10 and at == end) or (rest >= 10 and atoms[end].text in ("con", "y")):
        return _Sum(whole + decimal.Decimal(rest) / 100, currency, first, at + 1 + named)
    return _Sum(whole, currency, first, end)


def _pair(atoms: Sequence[Atom], number: Number, first: int) -> _Sum:
    """ "twelve fifty" is 12.50, "one fifty five" is 155; "nine ninety nine dollars" has said so itself."""
    linked = number.end < len(atoms) and atoms[number.end].text == "con"
    following = atoms[number.end + linked] if number.end + linked < len(atoms) else None
    fraction = following.value if following is not None and not following.ordinal else None
    if fraction is None or number.value != int(number.value) or not 10 <= fraction < 100:
        return _Sum(number.value, None, first, number.end)
    unit = number.end + linked + 1
    if unit < len(atoms) and atoms[unit].text in UNITS:
        return _Sum(number.value * 100 + fraction, currency_for(atoms[unit].text, "US"), first, unit + 1)
    return _Sum(number.value + decimal.Decimal(fraction) / 100, None, first, unit)
