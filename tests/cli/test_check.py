"""`voice-agent check`: every mistake of an agent folder with its place, and nothing else on stdout."""

from __future__ import annotations

from pathlib import Path

from tests.agent.core_script import EXAMPLE
from tests.cli.conftest import Cli


def test_the_example_has_no_mistakes(cli: Cli) -> None:
    assert cli("check", EXAMPLE) == 0
    assert cli.out == f"{EXAMPLE}: ok\n"
    assert cli("check", EXAMPLE, "--json") == 0
    checked = cli.printed("checked")
    assert (checked["ok"], checked["problems"]) == (True, [])
    assert len(checked["digest"]) == 64


def test_every_mistake_is_named_by_file_and_line(cli: Cli, broken_agent: Path) -> None:
    assert cli("check", broken_agent) == 1
    lines = cli.out.splitlines()
    places = [line.split(": ")[0] for line in lines if line.startswith("journeys/")]
    assert any(place.startswith("journeys/empty.yaml:") for place in places)
    assert len([place for place in places if place.startswith("journeys/identify_customer.yaml:")]) >= 2
    assert "retrys" in cli.out
    assert lines[-1] == f"{broken_agent}: {len(places)} problems"
    assert cli.err == ""


def test_mistakes_are_told_to_programs_too(cli: Cli, broken_agent: Path) -> None:
    assert cli("check", broken_agent, "--json") == 1
    checked = cli.printed("checked")
    assert not checked["ok"]
    assert all(problem["line"] >= 1 and problem["message"] for problem in checked["problems"])
    text = (broken_agent / "journeys" / "identify_customer.yaml").read_text().splitlines()
    (misspelt,) = [problem for problem in checked["problems"] if "retrys" in problem["message"]]
    assert "retrys" in text[misspelt["line"] - 1]


def test_a_folder_that_is_no_agent_is_an_error_with_a_hint(cli: Cli, tmp_path: Path) -> None:
    assert cli("check", tmp_path, "--json") == 1
    assert cli.printed("error")["error"]["code"] == "agent_folder"
    line, hint = cli.complaint()
    assert line == f"voice-agent check: {tmp_path} is not an agent folder: it has no agent.yaml"
    assert "examples/riverside_broadband" in hint


def test_a_file_that_is_no_text_is_an_error(cli: Cli, broken_agent: Path) -> None:
    (broken_agent / "journeys" / "empty.yaml").write_bytes(b"\xff\xfe")
    assert cli("check", broken_agent) == 1
    assert "journeys/empty.yaml:1: can't be read" in cli.complaint()[0]
