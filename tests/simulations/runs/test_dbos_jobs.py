"""Runs on several machines through PostgreSQL: the same records as on one, none lost and none twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
import pytest

from simulations.runs.dbos_jobs import DbosJobs
from simulations.runs.jobs import CannotPlay, Jobs
from simulations.runs.plan import Wanted, candidates, plan
from simulations.runs.records import RunKey, RunRecord
from simulations.runs.worker_messages import Setting
from simulations.scenario_file import read_scenario_files
from tests.testkit.postgres import PROGRAM, postgres
from voice_agent.app.office import load_agent
from voice_agent.config import Config, SpeechConfig

pytestmark = [pytest.mark.peer(PROGRAM), pytest.mark.slow]

DESK: Final = Path(__file__).parent / "fragile_desk"
ROOT: Final = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgres() as url:
        yield url


def keys_of(*select: str, repetitions: int = 1) -> tuple[RunKey, ...]:
    scenarios = candidates(read_scenario_files(DESK / "simulations"))
    return plan(scenarios, Wanted(select=select, repetitions=repetitions)).runs


def digest_of(folder: Path) -> str:
    return load_agent(folder)[0].digest


def lasting(records: Sequence[RunRecord | None]) -> list[RunRecord]:
    """In the order of their keys, without what depends on the machine."""
    kept = [msgspec.structs.replace(record, wall_ms=0) for record in records if record is not None]
    return sorted(kept, key=lambda record: record.key)


@contextmanager
def worker(database: str, folder: Path, data_dir: Path, mark: Path) -> Iterator[subprocess.Popen[str]]:
    """A `simulate-worker` that is ready."""
    environment = {**os.environ, "FRAGILE_DESK_MARK": str(mark), "VOICE_AGENT_SPEECH_EMBEDDER": "scripted"}
    command = ["simulate-worker", folder, "--database", database, "--data-dir", data_dir]
    with subprocess.Popen(
        [sys.executable, "-m", "voice_agent", *map(str, command)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def wait_for(mark: Path) -> int:
    """The number that is written into `mark` by and by."""
    deadline = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return int(mark.read_text())


def test_a_killed_worker_costs_no_run_and_doubles_none(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, mark = keys_of("booked", "falls_short", "outlives", repetitions=3), tmp_path / "mark"
    with ExitStack() as stack:
        workers = [stack.enter_context(worker(database, DESK, tmp_path / f"data{at}", mark)) for at in range(2)]
        records: list[RunRecord | None] = []
        with DbosJobs(database, digest_of(DESK), "scripted") as jobs:
            played = jobs.played(keys, every_s=0.1)
            while not mark.exists():
                records.append(next(played))
            killed = next(each for each in workers if each.pid == wait_for(mark))
            killed.send_signal(signal.SIGKILL)
            assert killed.wait(10) == -signal.SIGKILL
            records += played
    assert sorted(record.key for record in records if record is not None) == sorted(keys)
    config = Config(speech=SpeechConfig(embedder="scripted")).with_data_dir(str(tmp_path / "local"))
    monkeypatch.setenv("FRAGILE_DESK_MARK", str(mark))
    with Jobs(Setting(str(DESK), digest_of(DESK), "text", "scripted", config), 1, tmp_path / "logs") as local:
        assert lasting(records) == lasting(list(local.played(keys)))


def test_a_worker_with_another_agent_plays_nothing_and_the_suite_says_so(database: str, tmp_path: Path) -> None:
    other = tmp_path / "desk"
    shutil.copytree(DESK, other)
    (other / "agent.yaml").write_text((DESK / "agent.yaml").read_text().replace("Hi.", "Hello."))
    with (
        worker(database, other, tmp_path / "data", tmp_path / "mark"),
        DbosJobs(database, digest_of(DESK), "scripted", alone_s=2.0) as jobs,
        pytest.raises(CannotPlay, match="1 workers are there, all of other versions") as raised,
    ):
        list(jobs.played(keys_of("booked")))
    assert "simulate-worker" in str(raised.value.hint)
