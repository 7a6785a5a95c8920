"""Mistakes planted in the example folder, one at a time: each is found where it was made, and nothing else beside it.

`planted/NAME.yaml` says what is replaced by what, and what is to be told: the file and the text of the line (the `nth`
that has it), what was found, and all that is `allowed` or, of a long list, something `among_allowed`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from tests.agent.core_script import EXAMPLE
from tests.journeys.planted_folder import plant
from voice_agent.app.agent_folder import read_folder
from voice_agent.app.folder_mistakes import mistakes

PLANTED: Final = sorted((Path(__file__).parent / "planted").glob("*.yaml"))


def measured(found: str) -> str:
    """How alike two examples are depends on all the others."""
    return re.sub(r"similarity 0\.\d\d", "similarity 0.xx", found)


def test_the_example_is_clean() -> None:
    assert mistakes(EXAMPLE, read_folder(EXAMPLE), None) == ([], "words")


def test_there_are_many() -> None:
    assert len(PLANTED) >= 40


@pytest.mark.parametrize("planted", PLANTED, ids=lambda path: str(path.stem))
def test_a_planted_mistake_is_found_and_nothing_else(planted: Path, tmp_path: Path) -> None:
    case: dict[str, Any] = YAML(typ="safe", pure=True).load(planted.read_text(encoding="utf-8"))
    folder = plant(case["patches"], tmp_path / "agent")
    problems, _ = mistakes(folder, read_folder(folder), None)
    expected = dict(case["expected"])
    (problem,) = problems
    lines = [line.strip() for line in (folder / problem.file).read_text(encoding="utf-8").splitlines()]
    assert (problem.file, problem.severity) == (expected["file"], expected["severity"])
    same = [number for number, line in enumerate(lines, 1) if line == expected["line"]]
    assert len(same) == 1 or "nth" in expected
    assert problem.line == same[expected.get("nth", 1) - 1]
    found, allowed = problem.halves()
    assert measured(found) == measured(expected["found"])
    assert allowed is not None
    if "among_allowed" in expected:
        assert expected["among_allowed"] in allowed.split(", ")
    else:
        assert allowed == expected["allowed"]
