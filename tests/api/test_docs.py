"""`docs/api.md` is true: its examples are what is answered, its tables are complete."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Client
from voice_agent.api.openapi import document
from voice_agent.api.tokens import Role

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```http\nGET (\S+)\nRole: (\w+)\n```\n\n```json\n(.+?)```", PAGE, re.DOTALL)
SOURCE = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "voice_agent" / "api").glob("*.py"))


def is_part(shown: Any, real: Any) -> bool:
    """An object may leave out fields, a list what comes after."""
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(key in real and is_part(part, real[key]) for key, part in shown.items())
    if isinstance(shown, list):
        return len(shown) <= len(real) and all(map(is_part, shown, real))
    return bool(shown == real)


@pytest.mark.parametrize(("target", "role", "shown"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_an_example_is_what_is_answered(client: Client, target: str, role: str, shown: str) -> None:
    real = client.get(target, Role(role)).json
    assert is_part(json.loads(shown), real), json.dumps(real, ensure_ascii=False, indent=2)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3


def test_every_path_parameter_and_role_is_described() -> None:
    for path, operations in document()["paths"].items():
        assert f"| `{path}` |" in PAGE
        for parameter in operations["get"]["parameters"]:
            assert parameter["in"] == "path" or f"`{parameter['name']}`" in PAGE
    for role in Role:
        assert f"`{role.value}`" in PAGE


def test_every_code_is_listed_and_none_else() -> None:
    listed = set(re.findall(r"^\| \d{3} \| `(\w+)` \|", PAGE, re.MULTILINE))
    in_source = set(re.findall(r'HTTPStatus\.\w+,\s+"(\w+)",', SOURCE)) | set(
        re.findall(r'ApiProblem\(\s*status, "(\w+)"', SOURCE)
    )
    from_errors = {"unknown_conversation", "log_corrupt", "store", "configuration"}
    assert listed == in_source | from_errors
