"""docs/tools.md names every key of tools.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from voice_agent.journeys.vocabulary import AFTER_LOSS, MODES, OF_TOOLS, Keys

PAGE = (Path(__file__).parents[2] / "docs" / "tools.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("keys", OF_TOOLS, ids=lambda keys: str(keys.where))
def test_every_key_is_documented(keys: Keys) -> None:
    assert [key for key in keys.allowed() if re.search(rf"\b{key}\b", PAGE) is None] == []


def test_every_word_with_a_meaning_is_documented() -> None:
    assert [word for word in (*AFTER_LOSS, *MODES) if f"`{word}`" not in PAGE and f'"{word}"' not in PAGE] == []
