"""Processes that play runs: each run in one, none lost, whatever a process does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from simulations.runs.jobs import CannotPlay, Jobs
from simulations.runs.plan import Wanted, candidates, plan
from simulations.runs.records import RunKey, RunRecord
from simulations.runs.worker_messages import Setting
from simulations.scenario_file import read_scenario_files
from voice_agent.app.office import load_agent
from voice_agent.config import Config, SpeechConfig

DESK = Path(__file__).parent / "fragile_desk"


def keys_of(*select: str, repetitions: int = 1) -> tuple[RunKey, ...]:
    scenarios = candidates(read_scenario_files(DESK / "simulations"))
    return plan(scenarios, Wanted(select=select, repetitions=repetitions)).runs


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setting:
    monkeypatch.setenv("FRAGILE_DESK_MARK", str(tmp_path / "mark"))
    config = Config(speech=SpeechConfig(embedder="scripted")).with_data_dir(str(tmp_path / "data"))
    return Setting(str(DESK), load_agent(DESK)[0].digest, "text", "scripted", config)


def records(played: Iterator[RunRecord | None]) -> dict[str, RunRecord]:
    found = [record for record in played if record is not None]
    by_scenario = {record.key.scenario: record for record in found}
    assert len(by_scenario) == len(found)
    return by_scenario


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_a_process_that_dies_takes_only_its_own_run_along(setting: Setting, tmp_path: Path) -> None:
    keys = keys_of("booked", "dies", "dies_once", "falls_short")
    with Jobs(setting, 2, tmp_path / "logs") as jobs:
        found = records(jobs.played(keys))
    assert {name: record.status for name, record in found.items()} == {
        "booked": "passed",
        "dies": "error",
        "dies_once": "passed",
        "falls_short": "failed",
    }
    assert "died 2 times, at last by signal 9" in found["dies"].reason


def test_a_run_without_an_end_is_given_up_and_the_others_go_on(setting: Setting, tmp_path: Path) -> None:
    with Jobs(setting, 1, tmp_path / "logs", limit_s=5.0) as jobs:
        told = list(jobs.played(keys_of("hangs", "booked"), every_s=0.1))
    found = records(iter(told))
    assert told.count(None) >= 10  # progress is told while nothing ends
    assert found["hangs"].status == "error"
    assert "given up after 5 s" in found["hangs"].reason
    assert found["booked"].status == "passed"


def test_no_run_finds_what_another_wrote(setting: Setting, tmp_path: Path) -> None:
    """The parcel's number is the table's key: a second one with it would fail."""
    with Jobs(setting, 1, tmp_path / "logs") as jobs:
        found = [record for record in jobs.played(keys_of("booked", repetitions=3)) if record is not None]
    assert [record.status for record in found] == ["passed"] * 3


def test_who_stops_looking_leaves_no_process_behind(setting: Setting, tmp_path: Path) -> None:
    with Jobs(setting, 1, tmp_path / "logs") as jobs:
        next(jobs.played(keys_of("booked", "hangs")))
        pids = jobs.pids
    assert len(pids) == 1
    deadline = time.monotonic() + 10
    while not all(map(gone, pids)):
        assert time.monotonic() < deadline


def test_an_agent_that_is_not_the_planned_one_is_refused(setting: Setting, tmp_path: Path) -> None:
    other = msgspec.structs.replace(setting, digest="0" * 64)
    with Jobs(other, 2, tmp_path / "logs") as jobs, pytest.raises(CannotPlay) as raised:
        list(jobs.played(keys_of("booked")))
    assert "digest" in raised.value.message
    assert raised.value.hint is not None


def test_processes_that_can_not_even_start_are_no_endless_loop(setting: Setting, tmp_path: Path) -> None:
    with Jobs(setting, 1, tmp_path / "logs", opening_s=0.0) as jobs, pytest.raises(CannotPlay, match="not open after"):
        list(jobs.played(keys_of("booked")))
