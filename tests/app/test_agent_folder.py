"""Reading an agent folder from disk: what belongs to it, and what is wrong with it in a line that names the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.testkit.processes import PARCEL_DESK
from voice_agent.app.agent_folder import LIMIT_BYTES, read_folder
from voice_agent.app.office import load_agent
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.load import folder_digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a small agent."""
    shutil.copytree(PARCEL_DESK, tmp_path / "desk", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "desk"


def test_a_release_is_its_text_files_by_relative_path(folder: Path) -> None:
    before = read_folder(folder)
    assert set(before) == {"agent.yaml", "journeys/send_parcel.yaml", "tools/parcels.py", "tools/seed.sql"}
    (folder / "tools" / "__pycache__").mkdir()
    (folder / "tools" / "__pycache__" / "parcels.py").write_text("compiled", encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "notes.md").write_text("hidden", encoding="utf-8")
    (folder / ".draft.yaml").write_text("hidden", encoding="utf-8")
    (folder / "logo.png").write_bytes(b"\x89PNG")
    assert read_folder(folder) == before


def test_a_changed_letter_is_another_release(folder: Path) -> None:
    before = folder_digest(read_folder(folder))
    seed = folder / "tools" / "seed.sql"
    seed.write_text(seed.read_text(encoding="utf-8") + "-- \n", encoding="utf-8")
    assert folder_digest(read_folder(folder)) != before


def test_a_folder_without_agent_yaml_is_none(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(AgentFolderError, match=f"{path} is not an agent folder") as raised:
            read_folder(path)
        assert raised.value.hint is not None
        assert "examples/riverside_broadband" in raised.value.hint


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "journeys" / "odd.yaml").write_bytes(b"journey: \xff")
    with pytest.raises(AgentFolderError, match=r"^journeys/odd\.yaml:1: can't be read: ") as raised:
        read_folder(folder)
    assert raised.value.hint == "save it as UTF-8 text"


def test_a_file_too_large_to_be_a_journey_is_named(folder: Path) -> None:
    (folder / "journeys" / "big.yaml").write_text("#" * (LIMIT_BYTES + 1), encoding="utf-8")
    with pytest.raises(AgentFolderError, match=rf"^journeys/big\.yaml:1: {LIMIT_BYTES + 1} bytes"):
        read_folder(folder)


def test_a_mistake_is_named_with_its_line(folder: Path) -> None:
    path = folder / "journeys" / "send_parcel.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  - end: booked", "  - ende: booked"), encoding="utf-8")
    line = 1 + path.read_text(encoding="utf-8").split("- ende")[0].count("\n")
    with pytest.raises(AgentFolderError, match=rf"^journeys/send_parcel\.yaml:{line}: "):
        load_agent(folder)
