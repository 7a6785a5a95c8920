"""What keeps a server from starting is told in a line, with a remedy; nothing is left running or half made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.testkit.processes import PARCEL_DESK, SCRIPTED, run

ANY_PORTS = ("--sip-port", "0", "--http-port", "0")


def missing(folder: Path) -> None:
    shutil.rmtree(folder)


def a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder", encoding="utf-8")


def no_text(folder: Path) -> None:
    (folder / "agent.yaml").write_bytes(b"name: \xff\xfe\n")


def no_yaml(folder: Path) -> None:
    (folder / "agent.yaml").write_text("name: [\n", encoding="utf-8")


def unreadable(folder: Path) -> None:
    """Nobody can read a folder as a file, not even root."""
    (folder / "agent.yaml").unlink()
    (folder / "agent.yaml").mkdir()


def broken_tool(folder: Path) -> None:
    (folder / "tools" / "parcels.py").write_text("def book_parcel(:\n", encoding="utf-8")


def tool_that_raises(folder: Path) -> None:
    (folder / "tools" / "parcels.py").write_text("import nothing_of_the_sort\n", encoding="utf-8")


def broken_seed(folder: Path) -> None:
    (folder / "tools" / "seed.sql").write_text("CREATE TABLE parcel (number TEXT; -- cut short\n", encoding="utf-8")


def seed_that_is_no_text(folder: Path) -> None:
    (folder / "tools" / "seed.sql").write_bytes(b"\xff\xfe")


@pytest.mark.parametrize(
    ("breaks", "named"),
    [
        (missing, "agent"),
        (a_file, "agent"),
        (no_text, "agent.yaml"),
        (no_yaml, "agent.yaml:"),
        (unreadable, "agent.yaml"),
        (broken_tool, "tools/parcels.py:1:"),
        (tool_that_raises, "tools/parcels.py:1:"),
        (broken_seed, "tools/seed.sql:1:"),
        (seed_that_is_no_text, "tools/seed.sql:1:"),
    ],
)
def test_a_broken_agent_folder_is_refused_with_its_place(
    tmp_path: Path, breaks: Callable[[Path], None], named: str
) -> None:
    folder, data_dir = tmp_path / "agent", tmp_path / "data"
    shutil.copytree(PARCEL_DESK, folder)
    breaks(folder)
    ended = run("serve", folder, "--json", "--data-dir", data_dir, *ANY_PORTS, settings=SCRIPTED, seconds=60)
    error = json.loads(ended.stdout)["error"]
    assert (ended.returncode, error["code"]) == (1, "agent_folder"), ended.stderr
    assert named in error["message"]
    assert "\n" not in error["message"]
    assert f"voice-agent serve: {error['message']}" in ended.stderr.splitlines()
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.rglob("*.part")) == []
    assert list(data_dir.rglob("agent.db")) == []


def test_a_data_directory_that_cannot_be_made_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    data_dir = tmp_path / "file" / "data"
    ended = run("serve", PARCEL_DESK, "--json", "--data-dir", data_dir, *ANY_PORTS, settings=SCRIPTED, seconds=60)
    error = json.loads(ended.stdout)["error"]
    assert (ended.returncode, error["code"]) == (1, "store")
    assert str(data_dir) in error["message"]
    assert error["hint"] == "check that the directory is writable"
    assert "Traceback" not in ended.stderr
