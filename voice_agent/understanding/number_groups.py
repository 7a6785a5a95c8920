"""Reads one unbroken stretch of number words and figures into pieces, each with the ways it can be written.

"twenty two" is one piece that is naturally 22 and may be 202; "eight hundred five five five" is 800, 5, 5, 5. Which way
holds is decided by whoever knows how many digits there must be.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TypeAlias

import msgspec

from voice_agent.understanding.number_words import NumberWords

Piece: TypeAlias = tuple[str, ...]
"""Ways to write one spoken piece, the natural one first."""


class NumberToken(msgspec.Struct, frozen=True):
    """A word that stands for figures. `joined` says that nothing but a hyphen or space parts it from the one before."""

    text: str
    joined: bool
    optional: bool = False
    """A cry or another word at the edge, perhaps ("oh, five five"); counted where the length asks for it."""
    homophone: bool = False
    linked: bool = False
    """"and" stands before it."""


def pieces_of(tokens: Sequence[NumberToken], words: NumberWords) -> list[Piece]:
    """The pieces of a stretch, in order."""
    out: list[Piece] = []
    at = 0
    while at < len(tokens):
        piece, used = _piece(tokens[at:], words)
        out.append(piece)
        at += used
    return _fold_figures(out, tokens)


def natural(pieces: Sequence[Piece]) -> str:
    return "".join(piece[0] for piece in pieces)


def fit(pieces: Sequence[Piece], length: int | None) -> str | None:
    """The digits of `pieces`, written in the most natural way that has `length` digits.

    The natural way where none has (or no length is asked for); None where several ways are equally far from natural.
    """
    plain = natural(pieces)
    if length is None or len(plain) == length:
        return plain
    open_to_doubt = [at for at, piece in enumerate(pieces) if len(piece) > 1]
    for changes in (1, 2):
        found = {
            way
            for chosen in combinations(open_to_doubt, changes)
            for way in _ways(pieces, chosen)
            if len(way) == length
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return plain


def _ways(pieces: Sequence[Piece], chosen: Sequence[int]) -> list[str]:
    ways = [""]
    for at, piece in enumerate(pieces):
        options = piece[1:] if at in chosen else piece[:1]
        ways = [way + option for way in ways for option in options]
    return ways


def _piece(tokens: Sequence[NumberToken], words: NumberWords) -> tuple[Piece, int]:
    """The first piece of `tokens` and how many of them it takes."""
    first = tokens[0]
    if first.text in words.times and len(tokens) > 1:
        return _repeated(words.times[first.text], tokens[1], words), 2
    large = _hundreds(tokens, words)
    if large is not None:
        return large
    if first.homophone:
        digit = words.homophones[first.text]
        return (("", digit) if first.optional else (digit, "")), 1
    if first.text in words.tens:
        return _tens(tokens, words)
    written = _simple(first.text, words)
    return ((written, "") if first.optional else (written,)), 1


def _simple(text: str, words: NumberWords) -> str:
    for table in (words.digits, words.teens, words.tens, words.homophones):
        if text in table:
            return table[text]
    return text if text.isdecimal() else ""


def _repeated(times: int, token: NumberToken, words: NumberWords) -> Piece:
    what = _simple(token.text, words)
    if len(what) <= 1:
        return (what * times,)
    # "double 55": one five was meant twice and another followed, or both were, or they are written out already.
    return (what[0] * times + what[1:], what * times, what)


def _unit_after(tokens: Sequence[NumberToken], at: int, words: NumberWords) -> str | None:
    """A digit 1-9 that continues the number before it."""
    if at >= len(tokens) or not tokens[at].joined or tokens[at].optional or tokens[at].homophone:
        return None
    digit = _simple(tokens[at].text, words)
    return digit if len(digit) == 1 and digit != "0" else None


def _tens(tokens: Sequence[NumberToken], words: NumberWords) -> tuple[Piece, int]:
    ten = words.tens[tokens[0].text]
    linked = len(tokens) > 1 and tokens[1].linked
    unit = None if linked and not words.links_tens else _unit_after(tokens, 1, words)
    if unit is None:
        return (ten,), 1
    return (ten[0] + unit, ten + unit), 2


def _hundreds(tokens: Sequence[NumberToken], words: NumberWords) -> tuple[Piece, int] | None:
    """ "two hundred (and) five", "nineteen hundred", "two thousand (and) five"; None for anything smaller."""
    head, used = _below_hundred(tokens, words)
    if head is None or used >= len(tokens) or not tokens[used].joined:
        return None
    scale = {words.hundred: 100, words.thousand: 1000}.get(tokens[used].text)
    if scale is None:
        return None
    used += 1
    whole = int(head) * scale
    rest, taken, linked = _tail(tokens[used:], scale, words)
    if rest is None:
        return (str(whole),), used
    together, apart = str(whole + int(rest)), str(whole) + rest
    if linked:
        return (together,), used + taken
    return (together, apart), used + taken


def _tail(tokens: Sequence[NumberToken], scale: int, words: NumberWords) -> tuple[str | None, int, bool]:
    """What is added to the hundreds or thousands before, if anything."""
    if not tokens or not tokens[0].joined:
        return None, 0, False
    linked = tokens[0].linked
    if scale == 1000:
        inner = _hundreds(tokens, words)
        if inner is not None and len(inner[0][0]) == 3:
            return inner[0][0], inner[1], linked
    rest, taken = _below_hundred(tokens, words)
    if rest is None or int(rest) == 0:
        return None, 0, False
    singles = len(rest) == 1 and _unit_after(tokens, taken, words) is not None
    if singles and not linked:  # "eight hundred five five five": digits follow one by one
        return None, 0, False
    return rest, taken, linked


def _below_hundred(tokens: Sequence[NumberToken], words: NumberWords) -> tuple[str | None, int]:
    text = tokens[0].text
    if tokens[0].homophone or tokens[0].optional:
        return None, 0
    if text in words.tens:
        piece, used = _tens(tokens, words)
        return piece[0], used
    if text in words.one_before_hundred:
        return "1", 1
    written = _simple(text, words)
    return (written, 1) if 1 <= len(written) <= 2 else (None, 0)


def _fold_figures(pieces: list[Piece], tokens: Sequence[NumberToken]) -> list[Piece]:
    """Recognisers write "fifty five" as "50 5" too: the zero may go where the length asks for it."""
    out = list(pieces)
    for at in range(len(out) - 1):
        here, after = out[at], out[at + 1]
        is_figure = any(token.text == here[0] for token in tokens)
        if len(here) == 1 and is_figure and len(here[0]) in (2, 4) and here[0][-1] == "0" and here[0][-2] != "0":
            unit = after[0]
            if len(unit) == 1 and unit != "0":
                out[at] = (here[0], here[0][:-1])
    return out
