"""The top level of the repository holds what it should and nothing else."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FILES: Final = {
    ".gitignore", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "pyproject.toml",
    "requirements-dev.lock", "requirements-files.lock", "requirements.lock",
}  # fmt: skip
FOLDERS: Final = {
    ".ci", "benchmarks", "docs", "examples", "models", "simulations", "telephony", "tests", "tools", "voice_agent",
}  # fmt: skip


def test_the_top_level_holds_only_what_it_should() -> None:
    patterns = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [".git", *(pattern.strip("/") for pattern in patterns)]
    present = {
        path.name for path in ROOT.iterdir() if not any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored)
    }
    assert present == FILES | FOLDERS


def test_the_licence_is_the_one_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert re.search(r"Apache License\s+Version 2\.0, January 2004", text) is not None
    assert "END OF TERMS AND CONDITIONS" in text
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["project"]["license"] == "Apache-2.0"


def test_every_dependency_says_why_it_is_there_and_what_it_weighs() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = text.split("\ndependencies = [\n", 1)[1].split("\n]\n", 1)[0]
    entries = re.findall(r"((?:    # .+\n)*)    \"(.+)\",\n", listed + "\n")
    assert entries
    assert [name for reason, name in entries if re.search(r"\. \d+ MB\n$", reason) is None] == []
