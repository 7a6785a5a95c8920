"""Spoken forms to the written ones of NeMo's inverse text normalisation cases, by the grammars that calls use.

Only the display is here: values are written as those cases write them. What a grammar does not read stays as spoken.
The grammars were written with the odd lines of each class in view; the even lines were not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.statistics import share
from benchmarks.written_numbers import cardinal, decimals, ordinal, telephone
from voice_agent.conversation.expectation import Setting
from voice_agent.errors import UsageError
from voice_agent.understanding.grammars.atoms import atoms_of
from voice_agent.understanding.grammars.calendar_words import ENGLISH
from voice_agent.understanding.grammars.currencies import UNITS, currency_for
from voice_agent.understanding.grammars.dates import context_for, mentions_of
from voice_agent.understanding.grammars.decimals import SCALE_NAMES, number_at
from voice_agent.understanding.grammars.emails import read_email
from voice_agent.understanding.grammars.money import read_money
from voice_agent.understanding.grammars.times import read_time
from voice_agent.understanding.grammars.years import year_at

_US: Final = Setting()
_SYMBOLS: Final = {"USD": "$", "GBP": "\u00a3", "EUR": "\u20ac", "JPY": "\u00a5"}
_MARKS: Final = {"dot": ".", "slash": "/", "colon": ":", "dash": "-", "underscore": "_", "at": "@"}


def date(text: str) -> str:
    atoms = atoms_of(text)
    mentions = mentions_of(atoms, context_for(_US, "any"))
    if len(mentions) == 1 and mentions[0].parts.day is not None and mentions[0].parts.month is not None:
        parts = mentions[0].parts
        month = next(word for word, number in ENGLISH.months.items() if number == parts.month)
        day_first = atoms[mentions[0].first].text not in ENGLISH.months
        day_month = f"{parts.day} {month}" if day_first else f"{month} {parts.day}"
        return day_month if parts.year is None else f"{day_month} {parts.year}"
    start = 1 if atoms[0].text in ENGLISH.months else 0
    found = year_at(atoms, start)
    if found is not None and found[1] == len(atoms):
        return f"{atoms[0].text} {found[0]}" if start else str(found[0])
    return text


def time(text: str) -> str:
    reading = read_time(text, _US)
    if reading is None:
        return text
    hour, minute = reading.clock.hour, reading.clock.minute
    half = {"am": " a.m.", "pm": " p.m."}.get(reading.clock.half or "", "")
    zone = re.search(r"\b(g m t|gmt|e s t|est|p s t|pst|u t c|utc)\b", text)
    return f"{hour:02d}:{minute:02d}{half}" + ("" if zone is None else f" {zone.group().replace(' ', '')}")


def money(text: str) -> str:
    atoms = atoms_of(text)
    number = number_at(atoms, 0)
    if (
        number is not None
        and number.end < len(atoms)
        and atoms[number.end].text in UNITS
        and number.end + 1 == len(atoms)
    ):
        written = decimals(" ".join(atom.text for atom in atoms[: number.end]))
        if any(name in written for name in SCALE_NAMES):
            symbol = _SYMBOLS.get(currency_for(atoms[number.end].text, "US"))
            return f"{written} {atoms[number.end].text}" if symbol is None else f"{symbol}{written}"
    if number is not None and "." in number.digits and len(number.digits.split(".")[1]) > 2:
        return f"${number.digits}"
    reading = read_money(text, _US)
    if reading is None or reading.raw != text:
        return text
    amount, _, currency = reading.value.partition(" ")
    return _SYMBOLS.get(currency, f"{currency} ") + amount.removesuffix(".00")


def electronic(text: str) -> str:
    reading = read_email(text, _US)
    if reading is not None:
        return reading.value
    words = [_MARKS.get(word, word) for word in text.split()]
    return "".join(words) if any(word in _MARKS.values() for word in words) else text


WRITERS: Final[Mapping[str, Callable[[str], str]]] = {
    "cardinal": cardinal,
    "date": date,
    "decimal": decimals,
    "electronic": electronic,
    "money": money,
    "ordinal": ordinal,
    "telephone": telephone,
    "time": time,
}
_DIGITS: Final = dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True))


def naively(text: str) -> str:
    """Words for digits replaced one by one, and joined."""
    words = text.split()
    return "".join(_DIGITS[word] for word in words) if all(word in _DIGITS for word in words) else text


def written_forms(data: Path) -> dict[str, Any]:
    """Of each class the share of cases that come out exactly, by halves, with those that don't."""
    folder = data / "itn_nemo" / "en" / "data_inverse_text_normalization"
    if not folder.is_dir():
        raise UsageError(f"found no {folder}", hint="Give the directory of the evaluation data with --data.")
    out: dict[str, Any] = {}
    right = unseen = whole = unseen_whole = 0
    for name, write in WRITERS.items():
        lines = (folder / f"test_cases_{name}.txt").read_text(encoding="utf-8").splitlines()
        cases = [(spoken, written) for spoken, mark, written in (line.partition("~") for line in lines) if mark != ""]
        hits = [_attempt(write, spoken) == written for spoken, written in cases]
        out[name] = {
            "cases": share(sum(hits), len(hits)),
            "even_lines": share(sum(hits[1::2]), len(hits[1::2])),
            "naive": share(sum(naively(spoken) == written for spoken, written in cases), len(cases)),
            "missed": [
                f"{spoken} -> {_attempt(write, spoken)} (not {written})"
                for at, ((spoken, written), hit) in enumerate(zip(cases, hits, strict=True))
                if not hit and at % 2 == 0
            ],
        }
        right, whole = right + sum(hits), whole + len(hits)
        unseen, unseen_whole = unseen + sum(hits[1::2]), unseen_whole + len(hits[1::2])
    return {"all": share(right, whole), "even_lines": share(unseen, unseen_whole), "classes": out}


def _attempt(write: Callable[[str], str], spoken: str) -> str:
    return write(spoken) if spoken.strip() else spoken
