"""What makes a condition of a journey hold, or fail: its parts that can be looked at one by one. Pure.

    ways("a.paid || !a.found", held=True)      # [{"a.paid": True}, {"a.found": False}]
    all_of([("a.paid", True), ("!a.paid", True)])      # []: nothing can be both

Only how a condition is put together is read (`&&`, `||`, `!`, brackets); whatever else there is stays one part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Final, TypeAlias

Way: TypeAlias = Mapping[str, bool]
"""Parts of conditions, and whether each is to hold."""
Wanted: TypeAlias = tuple[str, bool]
"""A condition, and whether it is to hold."""

MOST_WAYS: Final = 32
_OPPOSITE: Final = ((" != ", " == "), (" >= ", " < "), (" > ", " <= "))


def ways(source: str, *, held: bool) -> list[Way]:
    """Every way for `source` to come to `held`, the shortest first."""
    text = bare(source)
    for joint, needs_all in (("||", not held), ("&&", held)):
        parts = _split(text, joint)
        if len(parts) > 1:
            each = [ways(part, held=held) for part in parts]
            return _joined(each) if needs_all else sorted((way for one in each for way in one), key=len)
    if text.startswith("!"):
        return ways(text[1:], held=not held)
    for sign, opposite in _OPPOSITE:
        if text.count(sign) == 1:
            return [{text.replace(sign, opposite): not held}]
    return [{text: held}]


def all_of(wanted: Iterable[Wanted]) -> list[Way]:
    """Every way in which all of `wanted` come out as they are to; empty where they contradict each other."""
    return _joined([ways(source, held=held) for source, held in wanted])


def _joined(each: Iterable[list[Way]]) -> list[Way]:
    out: list[Way] = [{}]
    for found in each:
        joined: list[Way] = [{**before, **way} for before, way in product(out, found) if _agree(before, way)]
        out = sorted(joined, key=len)[:MOST_WAYS]
    return out


def _agree(one: Way, other: Way) -> bool:
    return all(other.get(part, held) == held for part, held in one.items())


def bare(source: str) -> str:
    """Without spaces to spare and brackets around the whole."""
    text = " ".join(source.split())
    while text.startswith("(") and _closing(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closing(text: str) -> int:
    depth = 0
    for at, letter in enumerate(_masked(text)):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return at
    return -1


def _split(text: str, joint: str) -> list[str]:
    """At `joint` outside of brackets and quotes."""
    parts, depth, begin, masked = [], 0, 0, _masked(text)
    for at, letter in enumerate(masked):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and masked.startswith(joint, at):
            parts.append(text[begin:at])
            begin = at + len(joint)
    return [*parts, text[begin:]]


def _masked(text: str) -> str:
    """As long as `text`, with nothing but underscores in quotes."""
    return re.sub(r"'[^']*'|\"[^\"]*\"", lambda found: "_" * len(found[0]), text)
