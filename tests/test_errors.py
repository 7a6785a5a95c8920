"""The error tree: stable codes, documented, and JSON that says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from voice_agent import errors
from voice_agent.errors import ConfigurationError, VoiceAgentError


def tree(root: type[VoiceAgentError]) -> Iterator[type[VoiceAgentError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


def test_every_error_is_drawn_in_the_tree_with_its_code() -> None:
    drawing = errors.__doc__
    assert drawing is not None
    for error in tree(VoiceAgentError):
        assert re.search(rf"\b{error.__name__}\s+{error.code}\b", drawing) or error is VoiceAgentError, error


def test_codes_are_unique_and_documented() -> None:
    codes = [error.code for error in tree(VoiceAgentError)]
    assert len(set(codes)) == len(codes)
    page = (Path(__file__).parents[1] / "docs" / "contracts.md").read_text()
    assert [code for code in codes if f"| `{code}` |" not in page] == []


def test_json_names_code_message_and_remedy() -> None:
    assert ConfigurationError("no", hint="do this").as_json() == {
        "code": "configuration",
        "message": "no",
        "hint": "do this",
    }
    assert VoiceAgentError("no").as_json() == {"code": "error", "message": "no"}
