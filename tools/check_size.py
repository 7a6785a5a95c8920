"""Says which files, functions and constructors have grown too long to be read at once. Exit 1 if there are any."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SOURCE_LINES: Final = 300
TEST_LINES: Final = 400
FUNCTION_LINES: Final = 40
CONSTRUCTOR_ARGUMENTS: Final = 7
FOLDERS: Final = ("voice_agent", "telephony", "models", "simulations", "examples", "benchmarks", "tests", "tools")


def oversized(path: Path, *, is_test: bool) -> Iterator[str]:
    """One line for each thing in `path` beyond its limit: `file:line: what, size, limit`."""
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    limit = TEST_LINES if is_test else SOURCE_LINES
    if lines > limit:
        yield f"{path}:1: file has {lines} lines, at most {limit}"
    for node in ast.walk(ast.parse(text, str(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _oversized_function(path, node)


def _oversized_function(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    end = node.lineno if node.end_lineno is None else node.end_lineno
    lines = end - node.lineno + 1
    if lines > FUNCTION_LINES:
        yield f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {FUNCTION_LINES}"
    arguments = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs) - 1
    if node.name == "__init__" and arguments > CONSTRUCTOR_ARGUMENTS:
        yield f"{path}:{node.lineno}: constructor takes {arguments} arguments, at most {CONSTRUCTOR_ARGUMENTS}"


def main() -> int:
    root = Path(__file__).parent.parent
    found = [
        line
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*.py"))
        for line in oversized(path.relative_to(root), is_test=folder == "tests")
    ]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
