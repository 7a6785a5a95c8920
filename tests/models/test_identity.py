"""Whatever gives other results has another identity, so that no cache answers for it."""

from __future__ import annotations

from pathlib import Path

from models.catalog import RECOGNISERS
from models.identity import code_digest, identity
from models.weights import WeightsStore


def test_the_code_that_works_on_results_is_part_of_what_an_engine_is(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, beams in ((before, 1), (after, 2)):
        folder.mkdir()
        (folder / "decoder.py").write_text(f"BEAMS = {beams}\n")
    assert code_digest(before) != code_digest(after)
    assert identity(RECOGNISERS, "whisper-base", WeightsStore(tmp_path)).endswith(code_digest())
