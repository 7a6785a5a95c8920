"""Whatever gives other results has another identity, so that no cache answers for it."""

from __future__ import annotations

from pathlib import Path

import models
from models.catalog import RECOGNISERS
from models.identity import code_digest, identity
from models.weights import WeightsStore


def test_the_code_that_works_on_results_is_part_of_what_an_engine_is(tmp_path: Path) -> None:
    package = Path(models.__file__).parent
    assert identity(RECOGNISERS, "whisper-base", WeightsStore(tmp_path)).endswith(f" {code_digest(package)[:12]}")


def test_code_has_another_digest_where_a_file_or_its_name_changed_or_moved(tmp_path: Path) -> None:
    digests = [
        code_digest(written(tmp_path / str(number) / "engines", files))
        for number, files in enumerate(
            (
                {"decoder.py": "BEAMS = 1"},
                {"decoder.py": "BEAMS = 2"},
                {"beams.py": "BEAMS = 1"},
                {"whisper/decoder.py": "BEAMS = 1"},
                {"decoder.py": "BEAMS = 1", "prompt.txt": "numbers"},
                {"decoder.py": "BEAMS = 1", "prompt.txt": "names"},
            )
        )
    ]
    assert len(set(digests)) == len(digests)


def test_code_has_the_digest_that_it_had_wherever_it_lies_and_once_it_was_compiled(tmp_path: Path) -> None:
    first = written(tmp_path / "here" / "engines", {"decoder.py": "BEAMS = 1"})
    second = written(
        tmp_path / "there" / "engines", {"decoder.py": "BEAMS = 1", "__pycache__/decoder.cpython-311.pyc": "compiled"}
    )
    assert code_digest(first) == code_digest(second)
    assert code_digest(first / "decoder.py") == code_digest(second / "decoder.py") != code_digest(first)


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
