"""Tools as they are found in an agent folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice_agent.effects.tool_functions import load_tools
from voice_agent.errors import AgentFolderError, ToolError

ORDERS = '''
"""Orders."""
from __future__ import annotations
import sqlite3
from voice_agent.effects.tool_functions import tool

def find_customer(account: str, *, database: sqlite3.Connection) -> dict[str, object]:
    """The customer who holds an account."""
    return _private(account)

@tool(effect="write", idempotent=True)
def book(order: str, days: int = 3, express: bool = False) -> dict[str, object]:
    """Book a return."""
    return {"order": order, "days": days, "express": express}

def _private(account: str) -> dict[str, object]:
    return {"account": account}
'''


def folder_with(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "tools").mkdir()
    for name, text in files.items():
        (tmp_path / "tools" / f"{name}.py").write_text(text)
    return tmp_path


def test_public_functions_become_tools_with_a_schema(tmp_path: Path) -> None:
    tools = load_tools(folder_with(tmp_path, orders=ORDERS))
    assert sorted(tools) == ["book", "find_customer"]
    find, book = tools["find_customer"], tools["book"]
    assert (find.spec.description, find.spec.effect, find.wants_database) == (
        "The customer who holds an account.",
        "read",
        True,
    )
    assert find.spec.parameters == {
        "type": "object",
        "properties": {"account": {"type": "string"}},
        "required": ["account"],
        "additionalProperties": False,
    }
    assert (book.spec.effect, book.spec.idempotent, book.wants_database) == ("write", True, False)
    assert book.spec.parameters["properties"]["days"] == {"type": "integer", "default": 3}


def test_two_folders_with_files_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = load_tools(
        folder_with(tmp_path / "a", orders='def f() -> dict[str, int]:\n    "A."\n    return {"n": 1}\n')
    )
    second = load_tools(
        folder_with(tmp_path / "b", orders='def f() -> dict[str, int]:\n    "B."\n    return {"n": 2}\n')
    )
    assert (first["f"].function(), second["f"].function()) == ({"n": 1}, {"n": 2})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "missing required field `order`"),
        ({"order": 5}, "Expected `str`, got `int`"),
        ({"order": "5", "colour": "red"}, "unknown field `colour`"),
        ({"order": "5", "days": "many"}, "Expected `int`, got `str`"),
    ],
)
def test_arguments_are_held_to_the_signature(tmp_path: Path, arguments: dict[str, object], message: str) -> None:
    book = load_tools(folder_with(tmp_path, orders=ORDERS))["book"]
    with pytest.raises(ToolError, match="book: ") as caught:
        book.checked(arguments)
    assert message in caught.value.message
    assert caught.value.hint == "it takes: order, days, express"


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    book = load_tools(folder_with(tmp_path, orders=ORDERS))["book"]
    assert book.checked({"order": "5"}) == {"order": "5", "days": 3, "express": False}


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("def f() -> dict:\n    return {}\n", ":1:", "has no docstring"),
        ('\nasync def f() -> dict:\n    "F."\n', ":2:", "is async"),
        ('def f(a) -> dict:\n    "F."\n', ":1:", "parameter 'a' has no type"),
        ('def f(*a: int) -> dict:\n    "F."\n', ":1:", "can't be given by name"),
        ('def f(a: complex) -> dict:\n    "F."\n', ":1:", "has no JSON form"),
        ('def f(a: "Missing") -> dict:\n    "F."\n', ":1:", "Missing"),
        ("\n\nraise ValueError('no')\n", ":3:", "ValueError: no"),
        ("x = 1\ndef f(:\n", ":2:", "SyntaxError"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(tmp_path: Path, text: str, where: str, message: str) -> None:
    with pytest.raises(AgentFolderError) as caught:
        load_tools(folder_with(tmp_path, broken=text))
    assert where in caught.value.message
    assert message in caught.value.message


def test_a_name_is_used_once(tmp_path: Path) -> None:
    text = 'def f() -> dict[str, int]:\n    "F."\n    return {}\n'
    with pytest.raises(AgentFolderError, match=r"two\.py:1: another file has a tool 'f' too"):
        load_tools(folder_with(tmp_path, one=text, two=text))


def test_a_folder_without_tools_has_none(tmp_path: Path) -> None:
    assert load_tools(tmp_path) == {}
