"""What a value that somebody may say is compared by: its spelling, and how that sounds.

Letters and figures whose names are alike on a telephone (B, D, P, T; five, nine; M, N) have one class of sound; two
spellings are as alike as their characters and their classes are on average. Names are compared by letters and
Metaphone, dates by the figures of day, month and year.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from voice_agent.conversation.expectation import Setting
from voice_agent.understanding.grammars.atoms import atoms_of
from voice_agent.understanding.grammars.calendar_words import calendar_for
from voice_agent.understanding.grammars.cardinal_words import folded
from voice_agent.understanding.grammars.characters import units_of
from voice_agent.understanding.grammars.dates import read_date
from voice_agent.understanding.grammars.names import read_name
from voice_agent.understanding.grammars.sounds import sound_of
from voice_agent.understanding.words import words_of

Likeness: TypeAlias = Literal["spelled", "name", "date"]
Key: TypeAlias = tuple[str, str]
"""Two views of a value; a date has the same twice."""
Scores: TypeAlias = npt.NDArray[np.float32]

_CLASSES: Final = {
    character: members[0]
    for members in ("EBCDGPTVZ3", "AHJK8", "FSX6", "MN", "IY5 9", "QUW2", "O04", "L", "R1")
    for character in members
}
_MISHEARD: Final = {
    "and": "N",
    "an": "N",
    "end": "N",
    "in": "N",
    "yes": "S",
    "as": "S",
    "ass": "S",
    "this": "S",
    "hes": "S",
    "are": "R",
    "our": "R",
    "or": "R",
    "be": "B",
    "the": "D",
    "me": "E",
    "he": "E",
    "she": "C",
    "we": "E",
    "hey": "A",
    "hay": "A",
    "they": "A",
    "eight": "8",
    "ok": "K",
    "okay": "K",
    "cake": "K",
    "age": "H",
    "each": "H",
    "you": "U",
    "why": "Y",
    "wine": "Y",
    "i": "I",
    "hi": "I",
    "all": "L",
    "hell": "L",
    "well": "L",
    "him": "M",
    "them": "M",
    "am": "M",
    "time": "M",
    "to": "2",
    "too": "2",
    "do": "2",
    "for": "4",
    "full": "4",
    "free": "3",
    "tree": "3",
    "sex": "6",
    "sick": "6",
    "ate": "8",
    "won": "1",
    "euro": "0",
    "hero": "0",
    "go": "0",
    "so": "0",
    "tv": "TV",
    "pizza": "PZ",
    "easy": "EZ",
    "p": "P",
    "ill": "L",
    "if": "F",
    "half": "F",
    "off": "F",
    "x": "X",
}
"""Words that are written for the name of a letter or figure; they only help to find a value that is known."""


def known_key(likeness: Likeness, value: str) -> Key:
    """Of a value as records have it."""
    match likeness:
        case "spelled":
            plain = _plain(value)
            return plain, _classes(plain)
        case "name":
            return _name_key(value)
        case "date":
            figures = _figures_of(value)
            return figures, figures


def heard_keys(likeness: Likeness, hypotheses: Sequence[str], setting: Setting) -> tuple[Key, ...]:
    """Of what was heard, in the order of the recogniser's hypotheses, without repetitions."""
    keys: dict[Key, None] = {}
    for text in hypotheses:
        match likeness:
            case "spelled":
                plain = _characters(text, setting.language)
                keys[plain, _classes(plain)] = None
            case "name":
                reading = read_name(text, setting.language)
                keys[_name_key(text if reading is None else reading.value)] = None
                keys[_name_key(text)] = None
            case "date":
                keys.update({(figures, figures): None for figures in _dates(text, setting)})
    return tuple(key for key in keys if key[0] != "")


def likeness_matrix(heard: Sequence[Key], known: Sequence[Key]) -> Scores:
    """How alike each thing heard is to each known one, float32[heard, known] within 0..1."""
    if not heard or not known:
        return np.zeros((len(heard), len(known)), dtype=np.float32)
    views = [
        cdist([key[view] for key in heard], [key[view] for key in known], scorer=Levenshtein.normalized_similarity)
        for view in (0, 1)
    ]
    return np.asarray((views[0] + views[1]) / 2, dtype=np.float32)


def _plain(value: str) -> str:
    """Letters and figures alone; nobody can hear whether a nought was meant for an O."""
    return "".join(mark for mark in value.upper() if mark.isalnum()).replace("O", "0")


def _classes(plain: str) -> str:
    return "".join(_CLASSES.get(mark, mark) for mark in plain)


def _name_key(text: str) -> Key:
    words = [folded(word) for word in words_of(text)]
    return " ".join(words), " ".join(sound for sound in map(sound_of, words) if sound != "")


def _characters(text: str, language: str) -> str:
    """All letters and figures that were said; words that sound like the name of one are taken for it."""
    units = [unit for stretch in units_of(text, language) for unit in stretch]
    out = [(unit.start, unit.options[0]) for unit in units]
    for atom in atoms_of(text, language):
        inside = any(unit.start <= atom.start < unit.end for unit in units)
        if not inside and atom.text in _MISHEARD:
            out.append((atom.start, _MISHEARD[atom.text]))
    return _plain("".join(mark for _, mark in sorted(out)))


def _figures_of(date: str) -> str:
    """DDMMYYYY of an ISO date; empty for anything else."""
    try:
        return datetime.date.fromisoformat(date).strftime("%d%m%Y")
    except ValueError:
        return ""


def _dates(text: str, setting: Setting) -> list[str]:
    """The date that was said, and all figures of the text in order, months by their number."""
    reading = read_date(text, setting, "past")
    months = calendar_for(setting.language).months
    figures = ""
    for atom in atoms_of(text, setting.language):
        if atom.value is not None:
            plain = atom.figures if atom.figures is not None else str(atom.value)
            figures += plain if len(plain) > 1 else f"0{plain}" if len(figures) < 4 else plain
        elif atom.text in months:
            figures += f"{months[atom.text]:02d}"
    return [*([] if reading is None else [_figures_of(reading.value)]), figures]
