"""Reads a number out of English speech as recognisers write it. Reads; never completes, never guesses.

    read_digits("five five, double oh, for 7 oh nine", length=8).value     # "55004709"
    read_digits("five five zero two, no sorry, zero one", length=8)        # "5501", complete=False

How corrections inside a sentence are resolved is stated in `digit_repair`.
"""

from __future__ import annotations

import msgspec

from voice_agent.understanding.digit_repair import merge, replace_denied, replace_part
from voice_agent.understanding.number_groups import fit, natural
from voice_agent.understanding.number_runs import Link, Run, runs_of
from voice_agent.understanding.number_words import ENGLISH, NumberWords
from voice_agent.understanding.words import span, tokenize

_SHORTEST_UNASKED = 3
"""A shorter number among others is taken for a count ("2 orders") where no length is known."""


class DigitsReading(msgspec.Struct, frozen=True):
    """`value` holds 0-9 only. `complete`: it has the length asked for, or none was. `denied` is what it is said not to
    be."""

    value: str
    raw: str
    complete: bool
    denied: str = ""


class _Folded(msgspec.Struct, frozen=True):
    value: str | None
    denied: str
    first: int
    last: int


def read_digits(text: str, length: int | None = None, words: NumberWords = ENGLISH) -> DigitsReading | None:
    """The number in `text`; None where there is none, or where it could be more than one.

    With `length`, readings that fit it are preferred; a longer number is no reading at all.
    """
    tokens = tokenize(text)
    stretches = [_fold(stretch, length) for stretch in _stretches(runs_of(tokens, words))]
    chosen = _choose(stretches, length)
    if chosen is None or chosen.value is None:
        return None
    if length is not None and len(chosen.value) > length:
        return None
    raw = span(text, tokens[chosen.first : chosen.last + 1])
    complete = length is None or len(chosen.value) == length
    return DigitsReading(chosen.value, raw, complete and chosen.value != "", chosen.denied)


def repair_digits(
    current: str, text: str, length: int | None = None, words: NumberWords = ENGLISH
) -> DigitsReading | None:
    """What `current`, the value held so far, becomes by the correction in `text`; None where that is ambiguous.

    Understands a whole new number, "15 not 50", "the last four are 2479", "it starts with 55", and a part that can only
    belong in one place.
    """
    wanted = len(current) if length is None else length
    anchored = _anchored(current, text, words)
    if anchored is not None:
        return anchored
    reading = read_digits(text, wanted, words)
    if reading is None or not reading.value:
        return None
    if reading.complete:
        return reading
    if reading.denied:
        value = replace_denied(current, reading.denied, reading.value)
    else:
        value = replace_part(current, reading.value)
    if value is None or len(value) != wanted:
        return None
    return DigitsReading(value, reading.raw, complete=True, denied=reading.denied)


def _stretches(runs: list[Run]) -> list[list[Run]]:
    """Runs that speak of the same number, together."""
    out: list[list[Run]] = []
    for run in runs:
        if run.link in (Link.FIRST, Link.APART) or not out:
            out.append([run])
        else:
            out[-1].append(run)
    return out


def _fold(runs: list[Run], length: int | None) -> _Folded:
    value: str | None = ""
    denied = ""
    for run in runs:
        if run.link is Link.DENIED:
            denied, tail = _denied(run, length)
            value = tail if value == "" else value
        elif value is None or value == "" or run.link is Link.RESTART:
            value = _own(run, length)
        else:
            given = _own(run, length)
            may_continue = run.link is Link.MAYBE_CORRECTION
            value = None if given is None else merge(value, given, length, may_continue=may_continue)
        if value is None:
            break
    return _Folded(value, denied, runs[0].first, runs[-1].last)


def _own(run: Run, length: int | None) -> str | None:
    """The digits of one run; a number said twice in a row is one number."""
    value = fit(run.pieces, length)
    if value is None or length is None or len(value) != 2 * length:
        return value
    return value[:length] if value[:length] == value[length:] else value


def _denied(run: Run, length: int | None) -> tuple[str, str]:
    """What is denied, and the value where it follows at once ("not 5512 4497, 5512 4479")."""
    value = natural(run.pieces)
    if length is not None and len(value) == 2 * length:
        return value[:length], value[length:]
    return value, ""


def _choose(stretches: list[_Folded], length: int | None) -> _Folded | None:
    if len(stretches) <= 1:
        return stretches[0] if stretches else None
    if length is not None:
        fitting = [s for s in stretches if s.value is not None and len(s.value) == length]
        return fitting[0] if fitting and len({s.value for s in fitting}) == 1 else None
    long = [s for s in stretches if s.value is not None and len(s.value) >= _SHORTEST_UNASKED]
    return long[0] if len(long) == 1 else None


def _anchored(current: str, text: str, words: NumberWords) -> DigitsReading | None:
    """ "the last four are 2479", "it ends in 79", "the first two should be 55"."""
    tokens = tokenize(text)
    named = [at for at, t in enumerate(tokens) if t.text in words.suffix_anchor | words.prefix_anchor]
    if len(named) != 1:
        return None
    at_start = tokens[named[0]].text in words.prefix_anchor
    after = tokens[named[0] + 1 :]
    counted = after[0].text if after and len(after) > 1 else ""
    count = words.digits.get(counted, counted)
    rest = text[tokens[named[0]].end :]
    reading = None
    if count.isdecimal() and len(count) == 1:
        reading = read_digits(text[after[0].end :], int(count), words)
        reading = reading if reading is not None and reading.complete else None
    if reading is None:
        reading = read_digits(rest, None, words)
    if reading is None or not 0 < len(reading.value) < len(current):
        return None
    kept = len(current) - len(reading.value)
    value = reading.value + current[-kept:] if at_start else current[:kept] + reading.value
    return DigitsReading(value, reading.raw, complete=True)
