"""The benchmark of values on data made up here: it counts what it says it counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.evi_calls import calls, halves, records
from benchmarks.report import Asked
from benchmarks.statistics import share
from benchmarks.values import measure
from benchmarks.written_forms import WRITERS, money, naively, time, written_forms
from benchmarks.written_numbers import cardinal, decimals, ordinal, telephone
from voice_agent.errors import UsageError

PEOPLE = [
    ("en.GB.0", "BN3 5ZL", "Katie Marshall", "1947-12-09"),
    ("en.GB.1", "M4 0QG", "Joe Berry", "1970-11-20"),
    ("en.GB.2", "W2 0AB", "Antony Shaw", "1939-06-03"),
    ("en.GB.3", "TW4R 1PG", "Pamela Moore", "2001-01-17"),
]
SAID = {
    "en.GB.0": (["b m 3 5 z l", "b n 3 5 z l"], ["Katy Marshall"], ["9th of December 1947"]),
    "en.GB.1": (["m 4 0 q g"], ["Joe Berry"], ["20 11 1970"]),
    "en.GB.2": (["see"], ["Antony Shaw"], ["3rd June 1939"]),
    "en.GB.3": (["m 4 0 q g"], ["Joe Berry"], ["20 11 1970"]),
    "1": (["m 4 0 q g"], ["Joe Berry"], ["20 11 1970"]),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    evi = tmp_path / "evi"
    evi.mkdir()
    people = ["scenario_id,postcode,name,dob", *(",".join(person) for person in PEOPLE)]
    (evi / "records.en.csv").write_text("\n".join(people), encoding="utf-8")
    rows = ["dialogue_id\tspeaker_id\tscenario_id\titem\tattempt_num\tnbest"]
    for number, (scenario, items) in enumerate(SAID.items()):
        for item, nbest in zip(("postcode", "name", "dob"), items, strict=True):
            quoted = json.dumps(nbest).replace('"', '""')
            rows += [f'D{number}\tS{number % 4}\t{scenario}\t{item}\t{at}\t"{quoted}"' for at in range(3)]
    (evi / "dialogues.en.tsv").write_text("\n".join(rows), encoding="utf-8")
    forms = tmp_path / "itn_nemo" / "en" / "data_inverse_text_normalization"
    forms.mkdir(parents=True)
    for name in WRITERS:
        (forms / f"test_cases_{name}.txt").write_text("two dollars~$2\nfive~5\n", encoding="utf-8")
    return tmp_path


def test_calls_without_a_record_are_counted_and_halves_share_no_speaker(data: Path) -> None:
    found, unknown = calls(data, records(data))
    training, held_out = halves(found)
    assert (len(found), unknown) == (4, 1)
    assert not {call.speaker for call in training} & {call.speaker for call in held_out}


def test_a_caller_who_says_another_record_is_named_as_mislabelled(data: Path) -> None:
    figures = measure(Asked(data)).figures
    assert figures["mislabelled"] == ["D3"]
    found = figures["identification"]["after_1_rounds"]
    assert (found["identified"]["count"], found["calls"]) == (1, 1)
    assert found["false_identification"]["count"] == 0


def test_a_goal_that_is_missed_is_told(data: Path) -> None:
    goals = {goal.name: goal.met for goal in measure(Asked(data)).goals}
    assert goals["identified after one round"]
    assert not goals["written forms"]


def test_it_needs_its_data(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        measure(Asked())
    with pytest.raises(UsageError):
        measure(Asked(tmp_path))
    with pytest.raises(UsageError):
        written_forms(tmp_path)


def test_shares_come_with_an_interval() -> None:
    assert share(0, 1000)["high"] == pytest.approx(0.00383, abs=1e-4)
    assert share(1, 0) == {"count": 1, "of": 0, "share": None}


def test_forms_are_written_as_the_cases_write_them() -> None:
    assert cardinal("minus sixty") == "-60"
    assert ordinal("twenty first") == "21st"
    assert decimals("five point two million") == "5.2 million"
    assert decimals("four hundred million") == "400 million"
    assert money("fifteen point two billion dollars") == "$15.2 billion"
    assert time("one min to one am") == "12:59 a.m."
    assert telephone("plus forty four one two three one two three five six seven eight") == "+44 123-123-5678"
    assert naively("one two") == "12"
    for write in WRITERS.values():
        assert write("hello there") == "hello there" or write is telephone
