"""Puts a spoken correction into a number, by position, without ever inventing digits.

The rules, for digits `said` before the correction and `given` after it:

1. As many digits as the number has: they are the number.
2. Otherwise `given` replaces a stretch of `said` that reaches its end and may run past it (people correct what they
have
   just said), never beyond the length. The stretch whose digits differ in the smallest share is meant ("5502, no, 01"
   replaces
   02); among equals one that makes the number complete, then one that ends where `said` ends.
3. A number that was already complete may be corrected anywhere: the one stretch that differs in one digit or has two
   neighbours exchanged; among equals the one at the end if it was said in the same breath.
4. Whatever is left open by these rules is ambiguous: no value.
"""

from __future__ import annotations


def merge(said: str, given: str, length: int | None, *, may_continue: bool = False) -> str | None:
    """The number meant by saying `said`, a correction cue, and `given`; None if ambiguous.

    `may_continue`: the cue was weak ("sorry"), so `given` may simply go on where `said` stopped.
    """
    if length is not None and len(given) >= length:
        return given if len(given) == length else None
    if may_continue and length is not None and len(said) + len(given) == length:
        return said + given
    if length is not None and len(said) == length:
        return _replace_anywhere(said, given, at_end_wins=True)
    return _replace_end(said, given, length)


def replace_part(value: str, given: str) -> str | None:
    """`value` with the one stretch that `given` corrects, heard in a later sentence; None if several would do."""
    return _replace_anywhere(value, given, at_end_wins=False)


def replace_denied(value: str, denied: str, given: str) -> str | None:
    """ "fifteen, not fifty": `denied` must occur exactly once in `value`."""
    if not denied or not given or len(denied) != len(given):
        return None
    places = [at for at in range(len(value) - len(denied) + 1) if value.startswith(denied, at)]
    if len(places) != 1:
        return None
    return value[: places[0]] + given + value[places[0] + len(denied) :]


def _replace_end(said: str, given: str, length: int | None) -> str | None:
    ranked = []
    for at in range(len(said)):
        total = at + len(given)
        if total < len(said) or (length is not None and total > length):
            continue
        overlap = min(len(given), len(said) - at)
        share = _differences(said[at : at + overlap], given[:overlap]) / overlap
        ranked.append((share, total != length, total != len(said), said[:at] + given))
    if not ranked:
        return None
    ranked.sort()
    share, incomplete, moved, best = ranked[0]
    if share == 1 and incomplete and moved:
        return given if len(given) > len(said) and length is None else None
    if len(ranked) > 1 and ranked[1][:3] == ranked[0][:3]:
        return None
    return best


def _replace_anywhere(value: str, given: str, *, at_end_wins: bool) -> str | None:
    last = len(value) - len(given)
    if last < 0 or not given:
        return None
    costs = [_cost(value[at : at + len(given)], given) for at in range(last + 1)]
    least = min(costs)
    places = [at for at, cost in enumerate(costs) if cost == least]
    if least > 1:
        return None
    if len(places) > 1:
        if not (at_end_wins and last in places):
            return None
        places = [last]
    return value[: places[0]] + given + value[places[0] + len(given) :]


def _cost(old: str, new: str) -> float:
    """0.5 for two neighbours exchanged, else the number of digits that differ; the same digits correct nothing."""
    differing = [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    if not differing:
        return 99
    swapped = len(differing) == 2 and differing[1] == differing[0] + 1 and sorted(old) == sorted(new)
    return 0.5 if swapped else len(differing)


def _differences(old: str, new: str) -> int:
    return sum(a != b for a, b in zip(old, new, strict=True))
