"""`voice-agent explain`: prose on stdout, drawings where they are asked for."""

from __future__ import annotations

from pathlib import Path

from tests.agent.core_script import EXAMPLE
from tests.cli.conftest import Cli


def test_a_journey_is_told(cli: Cli) -> None:
    assert cli("explain", EXAMPLE, "track_order") == 0
    assert cli.out.startswith("# Track order\n")


def test_all_journeys_are_drawn_into_a_folder(cli: Cli, tmp_path: Path) -> None:
    assert cli("explain", EXAMPLE, "--svg", tmp_path / "drawings", "--json") == 0
    explained = cli.printed("explained")
    drawn = {path.stem for path in (tmp_path / "drawings").glob("*.svg")}
    assert drawn == {one["journey"] for one in explained["journeys"]}
    assert "track_order" in drawn


def test_a_journey_that_is_not_there_is_named_with_the_nearest(cli: Cli) -> None:
    assert cli("explain", EXAMPLE, "track_ordre") == 2
    assert "track_ordre" in cli.err
    assert "did you mean track_order?" in cli.err


def test_a_place_that_cannot_be_written_is_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    assert cli("explain", EXAMPLE, "track_order", "--svg", tmp_path / "taken") == 2
    assert "taken" in cli.err
