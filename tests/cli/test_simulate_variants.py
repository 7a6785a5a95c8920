"""`voice-agent simulate --from-journey` and `--mutate`: scenarios that are made, played, and told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simulations.scenario_file import parse_scenario
from tests.cli.conftest import Cli
from tests.cli.test_simulate import DESK, desk

__all__ = ["desk"]


def test_scenarios_of_a_journey_are_written_and_what_they_miss_is_listed(desk: Cli, tmp_path: Path) -> None:
    agent = tmp_path / DESK.name
    shutil.copytree(DESK, agent)
    into = ("--into", agent / "simulations")
    assert desk.stored("simulate", agent, "--from-journey", "send_parcel", *into, "--fact", "number=1234") == 0
    names = {path.stem for path in (agent / "simulations").glob("*.yaml")}
    assert {"send_parcel_asked_1", "send_parcel_book_parcel_down", "send_parcel_person"} <= names
    assert "8 scenarios reach 8 of 8 parts of send_parcel" in desk.err
    assert desk.stored("simulate", agent, "send_parcel_asked_*") == 0
    assert desk.stored("simulate", DESK, "--from-journey", "send_parcel", "--json") == 0
    assert "no value known for send_parcel.number (digits)" in desk.err
    assert "  not reached: send_parcel/outcome booked: what was tried did not come to it" in desk.err.splitlines()
    made = desk.printed("made_suite")
    asked = next(each for each in made["scenarios"] if each["name"] == "send_parcel_asked_1")
    assert (asked["status"], asked["outcome"]) == ("passed", "send_parcel.abandoned")
    assert asked["file"].startswith("# Made and played, it came to send_parcel.abandoned.\n")


def test_the_fewest_changes_that_make_a_scenario_fall_short_are_a_file_that_does_so_again(
    desk: Cli, tmp_path: Path
) -> None:
    agent = tmp_path / DESK.name
    shutil.copytree(DESK, agent)
    scenario = agent / "simulations" / "booked.yaml"
    scenario.write_text(
        scenario.read_text()
        .replace("outcome: booked}", 'outcome: booked, heard: ["^Yes[.]?$"]}')
        .replace("v: 1", "v: 2")
    )
    assert desk.stored("simulate", agent, "booked") == 0
    assert desk.stored("simulate", agent, "--mutate", "booked") == 1
    changed = parse_scenario(desk.out, name="changed.yaml")
    assert changed.scenario == "booked_changed"
    assert "booked falls short with" in desk.err
    (agent / "simulations" / "booked_changed.yaml").write_text(desk.out)
    assert desk.stored("simulate", agent, "booked_changed") == 1
    assert desk.stored("simulate", DESK, "--mutate", "booked", "--mutants", "3", "--json") == 0
    assert desk.printed("mutants_found") == {
        "scenario": "booked_changed",
        "tried": 3,
        "changes": [],
        "file": None,
        "run": None,
    }


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--from-journey", "send_parcels", "--json"), "no journey 'send_parcels'"),
        (("--from-journey", "send_parcel"), "where should the scenarios go?"),
        (("--from-journey", "send_parcel", "--json", "--coverage"), "--coverage says nothing of what --from-journey"),
        (("--mutate", "bookd"), "no scenario is called 'bookd'"),
        (("--mutate", "*"), "means 6 scenarios"),
        (("--mutate", "falls_short"), "falls short as it is: said: wanted /sent home/"),
        (("--mutate", "booked", "--runs", "2"), "plays each scenario once"),
        (("--mutate", "booked", "--fact", "number"), "'number' is no NAME=VALUE"),
    ],
)
def test_what_can_not_be_made_says_why(desk: Cli, options: tuple[str, ...], complaint: str) -> None:
    assert desk.stored("simulate", DESK, *options) == 2
    assert complaint in desk.err
