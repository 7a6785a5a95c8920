"""The example's callers speak to it with real engines, and over a telephone line, by `voice-agent simulate`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from simulations.runs.records import SuiteReport
from tests.agent.core_script import EXAMPLE

SPOKEN = (
    *("caller_interrupts", "card_keyed_twice", "coughs_and_goes_on", "listens_aloud", "number_in_pieces"),
    *("outage_known", "price_asked", "retention_wanted", "track_order_found", "wrong_digits_corrected"),
)
DIALLED = ("call_back", "outage_account_keyed", "price_asked")
"""Short ones: a telephone call takes as long as it takes."""


def simulated(tmp_path: Path, *arguments: str) -> SuiteReport:
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "voice_agent", "simulate", str(EXAMPLE), *arguments]
    command += ["--json", str(report), "--data-dir", str(tmp_path / "data")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return msgspec.json.decode(report.read_bytes(), type=SuiteReport)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_ten_callers_are_served_with_real_voices_and_ears(tmp_path: Path) -> None:
    report = simulated(tmp_path, *SPOKEN, "--level", "audio", "--engines", "real", "--jobs", "2")
    assert sorted(run.key.scenario for run in report.runs) == sorted(SPOKEN)
    assert {run.status for run in report.runs} == {"passed"}
    assert all(turn.agent_heard for run in report.runs for turn in run.turns if turn.kind == "line")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_three_callers_are_served_over_the_telephone(tmp_path: Path) -> None:
    report = simulated(tmp_path, *DIALLED, "--level", "phone", "--engines", "scripted", "--jobs", "3")
    assert sorted(run.key.scenario for run in report.runs) == sorted(DIALLED)
    assert {run.status for run in report.runs} == {"passed"}
