"""The command line: one JSON object on stdout, one line for an error, and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.command import BENCHMARKS, main
from benchmarks.report import Asked, Measured, goal
from voice_agent.errors import CallFailed


class Fixed:
    """Measures what it is told to, and remembers how it was asked."""

    def __init__(self, got: float) -> None:
        self.got = got
        self.asked: Asked | None = None

    def measure(self, asked: Asked) -> Measured:
        self.asked = asked
        return Measured({"seconds": self.got}, (goal("fast enough", self.got, "<=", 1, "s"),))


class Broken:
    def measure(self, asked: Asked) -> Measured:
        raise CallFailed("nobody answered", hint="start a server")


def test_one_json_object_with_machine_versions_figures_and_goals(capsys: pytest.CaptureFixture[str]) -> None:
    benchmark = Fixed(0.5)
    assert main(["fixed", "--quick", "--seed", "11", "--data", "somewhere"], {"fixed": benchmark}) == 0
    assert benchmark.asked == Asked(Path("somewhere"), quick=True, seed=11)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    report = json.loads(lines[0])
    assert list(report) == ["name", "machine", "versions", "seed", "figures", "goals"]
    assert report["name"] == "fixed"
    assert list(report["machine"]) == ["cpu", "cores", "memory_mib", "load_average"]
    assert report["machine"]["cores"] >= 1
    assert len(report["machine"]["load_average"]) == 3
    assert {"python", "voice-agent", "numpy"} <= set(report["versions"])
    assert report["seed"] == 11
    assert report["figures"] == {"seconds": 0.5}
    assert report["goals"] == [{"name": "fast enough", "goal": "<= 1 s", "got": 0.5, "met": True}]


@pytest.mark.parametrize(("got", "options", "code"), [(2.0, [], 0), (2.0, ["--goals"], 1), (1.0, ["--goals"], 0)])
def test_a_missed_goal_fails_only_where_asked(
    got: float, options: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fixed", *options], {"fixed": Fixed(got)}) == code
    assert json.loads(capsys.readouterr().out)["goals"][0]["met"] is (got <= 1)


def test_a_goal_that_could_not_be_measured_is_missed() -> None:
    assert not goal("fast enough", None, "<=", 1).met


def test_all_benchmarks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(BENCHMARKS)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "there is no benchmark 'nonsense'"),
        ([], "which benchmark?"),
        (["recognition", "--wrong"], "unrecognized arguments: --wrong"),
        (["recognition", "--seed", "x"], "invalid int value"),
        (["call_load", "--calls", "0"], "must be 1 to 500"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert says in shown.err
    assert len(shown.err.splitlines()) == 1


def test_what_can_not_be_measured_is_one_line_and_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["broken"], {"broken": Broken()}) == 1
    assert capsys.readouterr().err == "benchmarks: nobody answered (start a server)\n"


def test_every_benchmark_is_described_in_the_manual() -> None:
    text = (Path(__file__).parents[2] / "docs" / "measurements.md").read_text(encoding="utf-8")
    assert [name for name in BENCHMARKS if f"\n### {name}\n" not in text or f"\n| `{name}` |" not in text] == []
