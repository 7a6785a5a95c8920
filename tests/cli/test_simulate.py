"""`voice-agent simulate`: what held, told to people and to programs, and by the exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from simulations.runs.records import SuiteReport
from simulations.scenario_file import parse_scenario
from tests.agent.core_script import EXAMPLE
from tests.cli.conftest import CORRECTED, Cli, check
from voice_agent.cli.main import main

DESK = Path(__file__).parents[1] / "simulations" / "runs" / "fragile_desk"


@pytest.fixture
def desk(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """With the small agent whose tool breaks in every way, and an embedding engine that needs no model."""
    monkeypatch.setenv("VOICE_AGENT_SPEECH_EMBEDDER", "scripted")
    monkeypatch.setenv("FRAGILE_DESK_MARK", str(tmp_path / "mark"))
    cli.data_dir = tmp_path / "data"
    return cli


def lasting(report: Any) -> list[Any]:
    """The runs of a report without what depends on the machine."""
    return [{**run, "wall_ms": 0} for run in report["runs"]]


def test_everything_that_holds_is_0_and_told_in_all_forms(desk: Cli, tmp_path: Path) -> None:
    files = ("--junit", tmp_path / "report.xml", "--json", tmp_path / "report.json", "--html", tmp_path / "report.html")
    assert desk.stored("simulate", DESK, "booked", "--runs", "2", "-v", *files) == 0
    assert [line for line in desk.out.splitlines() if line.startswith("ok")] == [
        "ok     booked, 1 of 2",
        "ok     booked, 2 of 2",
    ]
    assert desk.out.splitlines()[-1].startswith("2 passed in ")
    report = json.loads((tmp_path / "report.json").read_text())
    check(report, "report")
    assert [run["status"] for run in report["runs"]] == ["passed", "passed"]
    assert "Fragile Desk" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert ElementTree.parse(tmp_path / "report.xml").getroot().get("tests") == "2"
    assert desk.stored("simulate", DESK, "booked", "--runs", "2", "--json") == 0
    assert lasting(desk.printed("report")) == lasting(report)


def test_what_falls_short_is_1_and_played_again_by_last_failed(desk: Cli) -> None:
    assert desk.stored("simulate", DESK, "booked", "falls_short") == 1
    assert "FAIL   falls_short" in desk.out
    assert "said: wanted /sent home/, found nothing the agent said matches" in desk.out
    assert "ok     booked" not in desk.out
    assert desk.stored("simulate", DESK, "--last-failed", "--json") == 1
    assert [run["key"]["scenario"] for run in desk.printed("report")["runs"]] == ["falls_short"]
    assert desk.stored("simulate", DESK, "booked", "--last-failed") == 0
    assert "nothing that was selected fell short" in desk.err


def test_suites_that_can_not_be_run_are_2_and_say_why(desk: Cli, broken_agent: Path, tmp_path: Path) -> None:
    assert desk.stored("simulate", DESK, "bookd") == 2
    assert desk.complaint() == ("voice-agent simulate: no scenario is called 'bookd'", "did you mean booked?")
    assert desk.stored("simulate", broken_agent) == 2
    assert "empty.yaml:1:" in desk.complaint()[0] or "identify_customer.yaml" in desk.complaint()[0]
    assert desk.stored("simulate", DESK, "--condition", "street_10db") == 2
    assert desk.stored("simulate", DESK, "--runs", "0") == 2
    assert desk.stored("simulate", DESK, "--junit", tmp_path / "nowhere" / "report.xml") == 2
    shutil.copytree(DESK, tmp_path / "agent", ignore=shutil.ignore_patterns("simulations"))
    assert desk.stored("simulate", tmp_path / "agent") == 2
    assert "has no scenarios" in desk.complaint()[0]


@pytest.mark.parametrize(
    ("options", "complaint", "remedy"),
    [
        (("--level", "phone"), "make no telephone calls", "or use --level audio"),
        (("--level", "audio", "--audio", "kept"), "recordings of --audio stay", "or --audio"),
        (("--minds", "minds"), "is kept on one machine", "set [language] for the workers"),
    ],
)
def test_what_workers_elsewhere_can_not_do_is_refused(
    desk: Cli, options: tuple[str, ...], complaint: str, remedy: str
) -> None:
    spread = ("--engine", "dbos", "--database", "postgresql://nobody@127.0.0.1:1/none")
    assert desk.stored("simulate", DESK, *spread, *options) == 2
    told, hint = desk.complaint()
    assert complaint in told
    assert hint.startswith("leave out --engine dbos")
    assert hint.endswith(remedy)


def test_levels_are_compared_in_one_report(desk: Cli, tmp_path: Path) -> None:
    files = ("--json", tmp_path / "report.json", "--html", tmp_path / "report.html", "--junit", tmp_path / "r.xml")
    assert desk.stored("simulate", DESK, "booked", "--level", "text,audio", *files) == 0
    assert "text -> audio" in desk.out
    assert "1 of 1 calls come to the same, 0 fall short only then" in desk.out
    report = json.loads((tmp_path / "report.json").read_text())
    check(report, "report")
    assert (report["levels"], [run["key"]["level"] for run in report["runs"]]) == (["text", "audio"],) * 2
    assert report["summary"]["level_costs"][0]["same"] == 1
    assert len(ElementTree.parse(tmp_path / "r.xml").getroot().findall("testsuite")) == 2
    assert "The cost of each layer" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert desk.stored("simulate", DESK, "--level", "text,telephone") == 2
    assert "'telephone' is no level" in desk.err


def test_recordings_that_were_only_for_the_page_are_named_nowhere_else(desk: Cli, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert desk.stored("simulate", DESK, "booked", "--level", "audio", "--html", page, "--json") == 0
    assert [run["audio"] for run in desk.printed("report")["runs"]] == [None]
    assert 'data-sound="booked.audio.1.wav"' in page.read_text(encoding="utf-8")


def test_an_interrupt_leaves_a_valid_report_of_what_was_played(desk: Cli, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    command = ["simulate", DESK, "booked", "hangs", "--jobs", "1", "-v", "--data-dir", desk.data_dir, "--json", report]
    root = str(EXAMPLE.parents[1])
    with subprocess.Popen(
        [sys.executable, "-m", "voice_agent", *map(str, command)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ok     booked")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted: 1 of 2 runs were played" in out
    read = msgspec.json.decode(report.read_bytes(), type=SuiteReport)
    check(json.loads(report.read_text()), "report")
    assert (read.complete, read.planned, [run.key.scenario for run in read.runs]) == (False, 2, ["booked"])


def test_a_baseline_tells_what_became_really_worse(desk: Cli, tmp_path: Path) -> None:
    baseline, worse = tmp_path / "main.json", tmp_path / "agent"
    assert desk.stored("simulate", DESK, "booked", "falls_short", "--runs", "6", "--json", baseline) == 1
    assert desk.stored("simulate", DESK, "booked", "falls_short", "--runs", "6", "--baseline", baseline) == 0
    assert "nothing differs" in desk.out
    shutil.copytree(DESK, worse)
    tool = worse / "tools" / "parcels.py"
    tool.write_text(tool.read_text().replace("    database.execute", "    raise OSError('full')\n    database.execute"))
    assert desk.stored("simulate", worse, "booked", "falls_short", "--runs", "6", "--baseline", baseline) == 1
    assert "really worse: booked passed: 100% -> 0% of 6 runs" in desk.out
    assert desk.stored("simulate", DESK, "booked", "--seed", "9", "--baseline", baseline) == 2
    assert "none of these runs" in desk.complaint()[0]
    (tmp_path / "other.json").write_text("{}")
    assert desk.stored("simulate", DESK, "--baseline", tmp_path / "other.json") == 2


def test_every_option_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    page = (EXAMPLE.parents[1] / "docs" / "simulations.md").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["simulate", "--help"])
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options
    assert {option for option in options if f"| `{option}` |" not in page} == set()


def test_what_no_run_reached_is_listed(desk: Cli, tmp_path: Path) -> None:
    agent = tmp_path / DESK.name
    shutil.copytree(DESK, agent)
    journey = next((agent / "journeys").glob("*.yaml"))
    journey.write_text(f"{journey.read_text().rstrip()}\n  lost: {{evidence: book_parcel.ok}}\n", encoding="utf-8")
    assert desk.stored("simulate", agent, "booked", "--coverage") == 0
    assert "  not reached: send_parcel/outcome lost" in desk.out.splitlines()
    assert any(re.match(r"reached 8 of 9 parts of the agent \(89%\)", line) for line in desk.out.splitlines())


def test_a_conversation_becomes_a_scenario(cli: Cli) -> None:
    assert cli.stored("simulate", EXAMPLE, "--from", CORRECTED) == 0
    made = parse_scenario(cli.out, name="made.yaml")
    assert made.expect.journey == "track_order"
    assert len(made.lines) >= 3
    assert cli.stored("simulate", EXAMPLE, "--from", "nobody") == 2
    assert cli.err.startswith("voice-agent simulate: ")
