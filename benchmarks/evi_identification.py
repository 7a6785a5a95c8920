"""How many EVI callers are found among ten thousand records, how many wrongly, and whom verification lets through."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.evi_calls import ITEMS, ROUNDS, Call
from benchmarks.statistics import share
from voice_agent.understanding.identification import PROOF, Register, Rules
from voice_agent.understanding.known_keys import Key, Scores

_CONTRADICTS: Final = (0.85, 0.5)
"""A call whose speaker says all items of another record so well, and those of its own so badly, is labelled wrongly."""
_IMPOSTORS: Final = 20


class Heard(msgspec.Struct, frozen=True):
    """A call after some rounds: what was heard, and how well each record fits it."""

    call: Call
    keys: Mapping[str, tuple[Key, ...]]
    scores: Scores


def listen(register: Register, found: Sequence[Call], rounds: int) -> list[Heard]:
    out: list[Heard] = []
    for call in found:
        keys = {item: call.keys(item, rounds) for item in ITEMS}
        out.append(Heard(call, keys, register.scores(keys)))
    return out


def labelled_wrongly(heard: Heard) -> bool:
    means = heard.scores.mean(axis=0)
    own = means[heard.call.record]
    return bool(means.max() > _CONTRADICTS[0] and own < _CONTRADICTS[1])


def identification(register: Register, heard: Sequence[Heard], rules: Rules) -> dict[str, Any]:
    """Shares of calls; `stranger` is the same caller whose record is not there: whoever is found then is wrong."""
    named = [register.identify(one.scores, one.keys, rules) for one in heard]
    right = sum(name == one.call.record for name, one in zip(named, heard, strict=True))
    wrong = [
        one.call.number for name, one in zip(named, heard, strict=True) if name is not None and name != one.call.record
    ]
    strangers = [one.call.number for one in heard if _as_stranger(register, one, rules) is not None]
    return {
        "calls": len(heard),
        "identified": share(right, len(heard)),
        "false_identification": share(len(wrong), len(heard)),
        "stranger_identified": share(len(strangers), len(heard)),
        "wrong": wrong,
        "strangers": strangers,
    }


def _as_stranger(register: Register, one: Heard, rules: Rules) -> int | None:
    scores = one.scores.copy()
    scores[:, one.call.record] = 0
    return register.identify(scores, one.keys, rules)


def chosen_rules(register: Register, by_round: Sequence[Sequence[Heard]]) -> Rules:
    """Of a small grid, what identifies most on these calls with few wrong ones, each of which weighs a hundredfold."""
    grid = itertools.product((0.13, 0.15, 0.17, 0.2), (0.8, 0.85, 0.9), (0.4, 0.5, 0.6, 0.7))
    ranked = []
    for margin, strong, minimum in grid:
        rules = Rules(margin=margin, strong=strong, minimum=minimum)
        worth = 0.0
        for heard in by_round:
            found = identification(register, heard, rules)
            bad = len(found["wrong"]) + len(found["strangers"])
            worth += found["identified"]["count"] - 100 * bad
        ranked.append((worth, margin, strong, minimum, rules))
    return max(ranked, key=lambda entry: entry[:4])[-1]


def verification(heard: Sequence[Heard], seed: int) -> dict[str, Any]:
    """Own records accepted; then other people's records, and one's own with one item said by somebody else."""
    proofs = np.array([PROOF[likeness] for likeness in ITEMS.values()], dtype=np.float32)[:, None]
    own = others = pairs = 0
    for one in heard:
        passed = np.asarray((one.scores >= proofs).all(axis=0))
        mine = bool(passed[one.call.record])
        own += mine
        others += int(passed.sum()) - mine
        pairs += len(passed) - 1
    return {
        "genuine_accepted": share(own, len(heard)),
        "others_accepted": share(others, pairs),
        **_impostors(heard, proofs[:, 0], seed),
    }


def _impostors(heard: Sequence[Heard], proofs: np.ndarray[Any, np.dtype[np.float32]], seed: int) -> dict[str, Any]:
    """Who knows two items and says another caller's third; one that is the same by chance is not missed."""
    random = np.random.default_rng(seed)
    tried = accepted = coincidences = 0
    for one in heard:
        mine = one.scores[:, one.call.record]
        for item in range(len(ITEMS)):
            for other in random.integers(0, len(heard), _IMPOSTORS):
                impostor = heard[int(other)]
                if impostor.call.record == one.call.record:
                    continue
                said = mine.copy()
                said[item] = impostor.scores[item, one.call.record]
                same = impostor.scores[item, one.call.record] >= 0.999 and (
                    impostor.scores[item, impostor.call.record] >= 0.999
                )
                coincidences += bool(same)
                tried += not same
                accepted += bool(not same and (said >= proofs).all())
    return {"missing_an_item_accepted": share(accepted, tried), "knew_by_chance": coincidences}


def rounds_of(register: Register, found: Sequence[Call]) -> list[list[Heard]]:
    """The same calls after one, two and three rounds."""
    return [listen(register, found, rounds) for rounds in range(1, ROUNDS + 1)]
