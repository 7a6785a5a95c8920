"""Reads an identifier whose form is known: the letters and figures said, put into the one pattern that they fill.

Where a word could be a letter or a figure ("oh"), the pattern says which. Nothing is filled in but marks and what all
values of a pattern begin with; what is said must be used up, apart from words at the edges that have other meanings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from voice_agent.canonical.patterns import MARKS, allows, without_fixed_start
from voice_agent.understanding.grammars.characters import Unit, units_of
from voice_agent.understanding.grammars.clauses import last_said

_LONGEST = 40


class PatternReading(msgspec.Struct, frozen=True):
    value: str
    raw: str


def read_patterned(text: str, patterns: Sequence[str], language: str = "en") -> PatternReading | None:
    """None where no pattern is filled, or more than one value could be meant."""
    return last_said(text, lambda clause: _read(clause, patterns, language), None, language)


def read_characters(text: str, language: str = "en") -> PatternReading | None:
    """All that was spelled, where there is no pattern: the likeliest character of each unit; at least two."""
    stretches = [stretch for stretch in units_of(text, language) if any(unit.sure for unit in stretch)]
    best = max((_inner(stretch) for stretch in stretches), key=len, default=[])
    value = "".join(unit.options[0] for unit in best)
    if len(value) < 2 or len(value) > _LONGEST:
        return None
    return PatternReading(value, text[best[0].start : best[-1].end])


def _read(text: str, patterns: Sequence[str], language: str) -> PatternReading | None:
    found: dict[str, PatternReading] = {}
    for stretch in units_of(text, language):
        for first, end in windows(stretch):
            window = stretch[first:end]
            values = {value for pattern in patterns for value in _filled(pattern, window)}
            if values:
                raw = text[window[0].start : window[-1].end]
                found.update({value: PatternReading(value, raw) for value in values})
                break
    return next(iter(found.values())) if len(found) == 1 else None


def _inner(stretch: Sequence[Unit]) -> list[Unit]:
    sure = [at for at, unit in enumerate(stretch) if unit.sure]
    return list(stretch[sure[0] : sure[-1] + 1])


def windows(stretch: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Parts of a stretch that hold everything sure, the longest first; nothing where that is too long."""
    sure = [at for at, unit in enumerate(stretch) if unit.sure]
    if not sure or len(stretch) > _LONGEST:
        return
    windows = [(first, end) for first in range(sure[0] + 1) for end in range(sure[-1] + 1, len(stretch) + 1)]
    yield from sorted(windows, key=lambda window: window[0] - window[1])


def _filled(pattern: str, units: Sequence[Unit]) -> set[str]:
    """The values of `pattern` that the units say; without its fixed start only where nothing else fits."""
    whole = set(_fill(pattern, units))
    rest = without_fixed_start(pattern)
    if whole or rest == pattern:
        return whole
    start = pattern[: len(pattern) - len(rest)]
    return {start + value for value in _fill(rest, units)}


def _fill(pattern: str, units: Sequence[Unit]) -> Iterator[str]:
    if not units:
        if pattern == "":
            yield ""
        return
    for option in units[0].options:
        for start, rest in _take(pattern, option):
            for end in _fill(rest, units[1:]):
                yield start + end


def _take(pattern: str, characters: str) -> Iterator[tuple[str, str]]:
    """What `characters` fill of the pattern's start, marks included, and what is left of it."""
    filled = ""
    for character in characters:
        while pattern and pattern[0] in MARKS and character != pattern[0]:
            filled, pattern = filled + pattern[0], pattern[1:]
        if not pattern or not allows(pattern[0], character):
            if character in MARKS:
                continue
            return
        filled, pattern = filled + character, pattern[1:]
    yield filled, pattern
