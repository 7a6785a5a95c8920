"""A tool of the agent folder that is given a number in confidence: what it may take, and what is left of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.packs import AGENT
from tests.journeys.test_check_secure import JOURNEY
from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import CallTool
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_check import check_tools
from voice_agent.effects.tool_functions import load_tools
from voice_agent.effects.tools import ToolRunner
from voice_agent.errors import ToolError
from voice_agent.journeys.load import load
from voice_agent.secure_digits import SecureDigits

CARD = "4000056655665556"
CLOCK = MonotonicClock()
PAYS = '''
import logging, sqlite3
from voice_agent.effects.tool_functions import tool

@tool(effect="write")
def charge(amount: int, number: {kind}{database}) -> dict:
    """Charges a card."""
    {body}

def look() -> dict:
    """Looks."""
    return {{}}
'''


def folder(path: Path, body: str, *, kind: str = "str", database: bool = False) -> Path:
    (path / "tools").mkdir(parents=True)
    parameter = ", *, database: sqlite3.Connection" if database else ""
    (path / "tools" / "pay.py").write_text(PAYS.format(kind=kind, database=parameter, body=body))
    return path


def charged(path: Path, digits: SecureDigits) -> Callable[[], Any]:
    database = AgentDatabase(path / "data", "pay", seed=None)
    runner = ToolRunner(load_tools(path), database, CLOCK)
    asked = CallTool(1, "charge", {"amount": 4, "number": digits}, "write", "c-1:charge")

    def run() -> Any:
        try:
            return asyncio.run(runner.run(asked, CLOCK.now_us() + 5_000_000))
        finally:
            runner.close()

    return run


def on_disk(path: Path) -> bytes:
    """All that was written while the tool ran."""
    return b"".join(file.read_bytes() for file in (path / "data").rglob("*") if file.is_file())


@pytest.mark.parametrize("database", [True, False])
def test_the_function_gets_the_digits_and_the_stored_result_has_none(tmp_path: Path, database: bool) -> None:
    body = f"return {{'right': number == {CARD!r}, 'echo': number, 'as_number': int(number)}}"
    path = folder(tmp_path / "agent", body, database=database)
    run = charged(path, SecureDigits(bytearray(CARD, "ascii")))
    assert run() == {"right": True, "echo": "****", "as_number": "****"}
    assert CARD.encode() not in on_disk(path)
    assert b"****" in on_disk(path)


@pytest.mark.parametrize(
    "body", ["raise ValueError(number)", "raise KeyError((number, amount))", "return {1: object(), 2: number}"]
)
def test_what_it_raises_is_told_without_its_words(tmp_path: Path, body: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path = folder(tmp_path / "agent", body)
    with pytest.raises(ToolError) as raised:
        charged(path, SecureDigits(bytearray(CARD, "ascii")))()
    assert "its words are withheld" in raised.value.message
    assert CARD not in f"{raised.getrepr(style='short')}" + caplog.text
    assert raised.value.__context__ is None
    assert CARD.encode() not in on_disk(path)


def test_an_error_of_ours_keeps_its_kind_and_loses_the_digits(tmp_path: Path) -> None:
    body = "from voice_agent.errors import ToolUncertain; raise ToolUncertain(f'{number} may be charged')"
    path = folder(tmp_path / "agent", body)
    with pytest.raises(ToolError, match=r"^\*\*\*\* may be charged$") as raised:
        charged(path, SecureDigits(bytearray(CARD, "ascii")))()
    assert raised.value.code == "tool_uncertain"
    assert b'"amount":4' in on_disk(path)  # the note of it is there
    assert CARD.encode() not in on_disk(path)


def test_a_number_that_is_gone_calls_nothing(tmp_path: Path) -> None:
    digits = SecureDigits(bytearray(CARD, "ascii"))
    run = charged(folder(tmp_path / "agent", "raise AssertionError"), digits)
    digits.wipe()
    with pytest.raises(ToolError, match="not kept any more"):
        run()


@pytest.mark.parametrize(
    ("old", "new", "kind", "found"),
    [
        ("", "", "str", []),
        ("", "", "int", ["found the secure slot 'card' for 'number', which is string; allowed: integer"]),
        ("{number: card}", "{card: card}", "str", ["for charge the argument 'card'", "without 'number'"]),
    ],
)
def test_journeys_are_held_against_what_the_tool_takes(
    tmp_path: Path, old: str, new: str, kind: str, found: list[str]
) -> None:
    tools = load_tools(folder(tmp_path / "agent", "return {}", kind=kind))
    text = JOURNEY.replace(old, new, 1)
    pack = load({"agent.yaml": AGENT.partition("identification:")[0], "journeys/pay.yaml": text})
    told = [str(problem) for problem in check_tools(pack, tools)]
    assert len(told) == len(found)
    for part in found:
        assert any(part in problem for problem in told), told
