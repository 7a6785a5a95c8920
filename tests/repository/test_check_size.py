"""`make check` stops code from growing beyond what can be read at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_size import FUNCTION_LINES, SOURCE_LINES, TEST_LINES, oversized


def found(tmp_path: Path, text: str, *, is_test: bool = False) -> list[str]:
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8")
    return [line.removeprefix(f"{path}:") for line in oversized(path, is_test=is_test)]


@pytest.mark.parametrize(("limit", "is_test"), [(SOURCE_LINES, False), (TEST_LINES, True)])
def test_a_file_may_reach_its_limit_and_not_pass_it(tmp_path: Path, limit: int, is_test: bool) -> None:
    assert found(tmp_path, "\n" * limit, is_test=is_test) == []
    assert found(tmp_path, "\n" * (limit + 1), is_test=is_test) == [f"1: file has {limit + 1} lines, at most {limit}"]


def test_a_function_may_reach_its_limit_and_not_pass_it(tmp_path: Path) -> None:
    longest = "async def f() -> None:\n" + "    pass\n" * (FUNCTION_LINES - 1)
    assert found(tmp_path, longest) == []
    assert found(tmp_path, longest + "    pass\n") == [f"1: f has {FUNCTION_LINES + 1} lines, at most {FUNCTION_LINES}"]


def test_a_constructor_takes_seven_arguments_besides_self(tmp_path: Path) -> None:
    text = "class A:\n    def __init__(self, a, b, c, /, d, e, *, f, g{}): ...\n"
    assert found(tmp_path, text.format("")) == []
    assert found(tmp_path, text.format(", h")) == ["2: constructor takes 8 arguments, at most 7"]
