"""How well spoken values are read: EVI callers found and verified, their values, digit strings, written forms.

Thresholds are chosen on the calls of every other speaker and measured on the others; each figure has naive matching of
the same run beside it. Known mistakes of the labels are counted and named, and left out of identification.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.evi_calls import ITEMS, Call, calls, halves, records
from benchmarks.evi_identification import (
    Heard,
    chosen_rules,
    identification,
    labelled_wrongly,
    rounds_of,
    verification,
)
from benchmarks.evi_values import by_grammar, digit_strings, naively, values
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.statistics import share
from benchmarks.written_forms import written_forms
from voice_agent.errors import UsageError
from voice_agent.understanding.identification import Register, Rules

_QUICK: Final = 60


def measure(asked: Asked) -> Measured:
    if asked.data is None:
        raise UsageError("values needs recorded calls", hint="--data DIR")
    people = records(asked.data)
    found, unknown = calls(asked.data, people)
    training, held_out = halves(found)
    if asked.quick:
        training, held_out = training[:_QUICK], held_out[:_QUICK]
    register = Register(ITEMS, people)
    say(f"{len(training)} calls to choose thresholds on, {len(held_out)} to measure, {len(people)} records")
    chosen = chosen_rules(register, _labelled_right(rounds_of(register, training)))
    heard = rounds_of(register, held_out)
    mislabelled = [one.call.number for one in heard[-1] if labelled_wrongly(one)]
    heard = _labelled_right(heard)
    say("identified; now the values one by one")
    figures: dict[str, Any] = {
        "calls_without_record": unknown,
        "mislabelled": mislabelled,
        "chosen_on_training_half": chosen,
        "in_use": Rules(),
        "identification": {
            f"after_{at}_rounds": {
                **identification(register, one, Rules()),
                "naive": _naive_identification([entry.call for entry in one], people, at),
            }
            for at, one in enumerate(heard, 1)
        },
        "verification": {f"after_{at}_rounds": verification(one, asked.seed) for at, one in enumerate(heard, 1)},
        "values": values(held_out, people, by_grammar),
        "values_naive": values(held_out, people, naively),
        "digit_strings": digit_strings(held_out, people),
        "written_forms": written_forms(asked.data),
    }
    return Measured(figures, _goals(figures))


def _labelled_right(heard: list[list[Heard]]) -> list[list[Heard]]:
    wrong = {one.call.number for one in heard[-1] if labelled_wrongly(one)}
    return [[one for one in entries if one.call.number not in wrong] for entries in heard]


def _naive_identification(found: list[Call], people: list[dict[str, str]], rounds: int) -> dict[str, Any]:
    """All items exactly those of one record, in the first hypothesis of some attempt."""
    numbers: dict[tuple[str, ...], int] = {}
    for at, person in enumerate(people):
        numbers[tuple(_plain(person[item]) for item in ITEMS)] = at
    right = wrong = 0
    for call in found:
        said = [
            {_plain(value) for attempt in call.heard[item][:rounds] if attempt if (value := naively(item, attempt))}
            for item in ITEMS
        ]
        named = {numbers[key] for key in _combinations(said) if key in numbers}
        right += named == {call.record}
        wrong += bool(named - {call.record})
    return {"identified": share(right, len(found)), "false_identification": share(wrong, len(found))}


def _combinations(said: list[set[str]]) -> list[tuple[str, ...]]:
    out: list[tuple[str, ...]] = [()]
    for one in said:
        out = [(*start, value) for start in out for value in one]
    return out


def _plain(value: str) -> str:
    return "".join(mark for mark in value.lower() if mark.isalnum())


def _goals(figures: dict[str, Any]) -> tuple[Goal, ...]:
    found, verified = figures["identification"], figures["verification"]["after_3_rounds"]
    return (
        goal("identified after one round", found["after_1_rounds"]["identified"]["share"], ">=", 0.85),
        goal("identified after three rounds", found["after_3_rounds"]["identified"]["share"], ">=", 0.98),
        goal("false identification", found["after_3_rounds"]["false_identification"]["share"], "<=", 0.001),
        goal("strangers identified", found["after_3_rounds"]["stranger_identified"]["share"], "<=", 0.001),
        goal("impostors missing an item", verified["missing_an_item_accepted"]["share"], "==", 0),
        goal("digit strings", figures["digit_strings"]["as_written"].get("share"), ">=", 0.98),
        goal("written forms", figures["written_forms"]["all"]["share"], ">=", 0.85),
    )
