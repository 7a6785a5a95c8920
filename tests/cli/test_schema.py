"""`voice-agent schema`: schemas of an agent folder's files, on stdout and in `docs/schemas`."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import SCHEMAS, Cli
from voice_agent.cli.arguments import FOLDER_FILES
from voice_agent.cli.schemas import FOLDER


def test_a_schema_is_printed_as_it_is_published(cli: Cli) -> None:
    for name in FOLDER_FILES:
        published = (SCHEMAS / f"{name}.json").read_text(encoding="utf-8")
        assert cli("schema", name) == 0
        assert cli.out == published
        assert cli("schema", name, "--json") == 0
        assert json.loads(cli.out) == json.loads(published)
        assert cli.out.count("\n") == 1


def test_without_a_name_it_says_which_there_are_and_for_what(cli: Cli) -> None:
    assert cli("schema", "--json") == 0
    rows = cli.printed("schema_list")["schemas"]
    assert tuple(row["name"] for row in rows) == tuple(FOLDER)
    assert {"name": "journey", "files": "journeys/*.yaml"} in rows
    assert cli("schema") == 0
    assert "scenario  simulations/*.yaml" in cli.out.splitlines()


def test_the_command_line_knows_the_same_names() -> None:
    assert set(FOLDER_FILES) == set(FOLDER)


@pytest.mark.parametrize("name", ["journeys", "outcome_list"])
def test_another_name_is_wrong_use(cli: Cli, name: str) -> None:
    assert cli("schema", name) == 2
