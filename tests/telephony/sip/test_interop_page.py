"""The page of what was tried names tests that are there, and all that run another implementation here."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = Path(__file__).parents[3] / "docs" / "interop.md"


def named_in(name: str) -> set[str]:
    (path,) = HERE.parents[1].rglob(name)
    return set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_line_is_a_test_and_every_test_with_a_peer_a_line() -> None:
    named = set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    assert [each for each in sorted(named) if each[1] not in named_in(each[0])] == []
    peers = {path.name for path in HERE.glob("test_*.py") if "pytest.mark.peer(" in path.read_text(encoding="utf-8")}
    peers.discard(Path(__file__).name)
    assert {(name, test) for name in peers for test in named_in(name)} - named == set()
