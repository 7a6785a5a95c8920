"""`voice-agent check`: every mistake of an agent folder with its place, and nothing else on stdout."""

from __future__ import annotations

import re
from pathlib import Path

from tests.agent.core_script import EXAMPLE
from tests.cli.conftest import Cli
from tests.journeys.planted_folder import plant


def test_the_example_has_no_mistakes(cli: Cli) -> None:
    assert cli("check", EXAMPLE) == 0
    assert cli.out == f"{EXAMPLE}: ok\n"
    assert cli("check", EXAMPLE, "--json") == 0
    checked = cli.printed("checked")
    assert (checked["ok"], checked["problems"]) == (True, [])
    assert len(checked["digest"]) == 64
    assert (checked["errors"], checked["warnings"]) == (0, 0)


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


def alike(tmp_path: Path) -> Path:
    """A folder that works, with an example that is close to that of another journey in words and meaning."""
    first = "      - Why is my bill so high?\n"
    more = f"{first}      - Where is my order now?\n"
    return plant([{"file": "journeys/explain_bill.yaml", "replace": first, "by": more}], tmp_path / "alike")


def test_a_warning_fails_only_where_it_is_to(cli: Cli, tmp_path: Path) -> None:
    folder = alike(tmp_path)
    assert cli("check", folder, "--by-words") == 0
    first, hint, last = cli.out.splitlines()
    assert re.match(r"journeys/track_order.yaml:\d+: warning: found the example 'Where is my order\?', nearly", first)
    assert (hint[:2], last) == ("  ", f"{folder}: 1 warning")
    assert cli("check", folder, "--by-words", "--strict") == 1


def test_a_program_is_told_severity_place_what_was_found_and_what_is_allowed(cli: Cli, tmp_path: Path) -> None:
    assert cli("check", alike(tmp_path), "--by-words", "--json") == 0
    checked = cli.printed("checked")
    assert (checked["ok"], checked["errors"], checked["warnings"], checked["examples_by"]) == (True, 0, 1, "words")
    (problem,) = checked["problems"]
    assert (problem["severity"], problem["file"]) == ("warning", "journeys/track_order.yaml")
    assert problem["line"] > 1
    assert "(similarity 0.8" in problem["found"]
    assert problem["allowed"] == "below 0.65"


def test_examples_are_compared_by_meaning_and_what_was_measured_is_kept(cli: Cli, tmp_path: Path) -> None:
    folder, data_dir = alike(tmp_path), tmp_path / "data"
    data_dir.mkdir()
    for _ in range(2):
        assert cli("check", folder, "--json", "--data-dir", data_dir) == 0
        checked = cli.printed("checked")
        assert checked["examples_by"] == "meaning"
        assert ["(similarity 0.9" in problem["found"] for problem in checked["problems"]] == [True]
    assert len(list((data_dir / "cache").glob("examples-*.npy"))) == 1


def test_without_an_engine_examples_are_compared_by_words(cli: Cli, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[speech]\nweights_dir = "/nowhere"\n')
    assert cli("check", alike(tmp_path), "--json", "--config", settings) == 0
    assert cli.printed("checked")["examples_by"] == "words"
    assert "compared by their words" in cli.err


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


def test_a_scenario_that_expects_what_the_agent_lacks_is_named_by_file_and_line(cli: Cli, tmp_path: Path) -> None:
    file = "simulations/person_please.yaml"
    folder = plant(
        [{"file": file, "replace": "expect:\n", "by": "expect:\n  tools_in_order: [fly]\n"}], tmp_path / "lacks"
    )
    assert cli("check", folder, "--by-words") == 1
    first, hint, last = cli.out.splitlines()
    text = (folder / file).read_text().splitlines()
    line = 1 + next(at for at, written in enumerate(text) if "tools_in_order: [fly]" in written)
    assert first.startswith(f"{file}:{line}: the agent has no tool 'fly'. There is: accept_offer, ")
    assert (hint[:2], last) == ("  ", f"{folder}: 1 problem")


def test_a_scenario_that_cannot_be_read_is_named_by_file_and_line(cli: Cli, tmp_path: Path) -> None:
    file = "simulations/person_please.yaml"
    folder = plant([{"file": file, "replace": "expect:\n", "by": "expects:\n"}], tmp_path / "unread")
    assert cli("check", folder, "--by-words") == 1
    assert re.match(rf"{file}:\d+: unknown key 'expects'; allowed: v, scenario", cli.out)
