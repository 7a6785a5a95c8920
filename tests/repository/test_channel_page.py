"""The walk through a channel leads to files and tests that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "adding-a-channel.md").read_text(encoding="utf-8")


def test_every_module_and_page_that_is_named_is_there() -> None:
    named = set(re.findall(r"`([\w/.-]+\.(?:py|md))`", PAGE))
    assert len(named) > 20
    assert {
        name for name in named if not any((folder / name).exists() for folder in (ROOT, ROOT / "voice_agent"))
    } == set()


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    written = (ROOT / "tests" / "app" / "test_whatsapp.py").read_text(encoding="utf-8")
    assert len(named) > 8
    assert {name for name in named if f"def {name}(" not in written} == set()
