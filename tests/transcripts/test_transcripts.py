"""Each transcript comes out as it is written. After a change on purpose: `python -m tests.transcripts.record`."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from tests.transcripts.player import FOLDER, Embeddings, played

SCRIPTS = sorted(FOLDER.glob("*/*.txt"))


@pytest.fixture(scope="module")
def embeddings(tmp_path_factory: pytest.TempPathFactory) -> Embeddings:
    return Embeddings(tmp_path_factory.mktemp("weights"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_conversation_goes_as_written(path: Path, embeddings: Embeddings, tmp_path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    now = played(written, tmp_path, embeddings)
    difference = "\n".join(difflib.unified_diff(written.splitlines(), now.splitlines(), "written", "now", lineterm=""))
    assert now == written, difference


def test_there_are_transcripts() -> None:
    assert len(SCRIPTS) >= 20
