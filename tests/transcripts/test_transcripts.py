"""Each transcript comes out as it is written. After a change on purpose: `python -m tests.transcripts.record`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import pytest

from tests.transcripts.player import FOLDER, played

SCRIPTS = {
    f"{path.parent.name}-{path.stem}": path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*/*.txt"))
}


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """All of them as they go now."""
    now = played(list(SCRIPTS.values()), tmp_path_factory.mktemp("transcripts"))
    return dict(zip(SCRIPTS, now, strict=True))


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_conversation_goes_as_written(name: str, conversations: Mapping[str, str]) -> None:
    written, now = SCRIPTS[name], conversations[name]
    difference = difflib.unified_diff(written.splitlines(), now.splitlines(), "written", "now", lineterm="")
    assert now == written, "\n".join(difference)


def test_there_are_transcripts_of_journeys_behaviours_articles_and_spanish() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/*.txt")} == {"behaviours", "journeys", "knowledge", "spanish"}
    assert len(SCRIPTS) >= 30
