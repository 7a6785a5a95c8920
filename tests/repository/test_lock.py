"""What is installed is exactly what the lock files say, wherever it is installed from."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
LOCKS: Final = ("requirements.lock", "requirements-dev.lock")
PINNED: Final = re.compile(
    r"^([a-z0-9-]+)==(\S+)( ; [^\\]+)? \\((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)$", re.MULTILINE
)


def locked(name: str) -> dict[str, str]:
    """Distribution name to version, for entries that carry at least one hash."""
    return {match[1]: match[2] for match in PINNED.finditer((ROOT / name).read_text(encoding="utf-8"))}


def declared(group: str | None = None) -> set[str]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    requirements = pyproject["project"]["dependencies"] if group is None else pyproject["dependency-groups"][group]
    return {re.split(r"[<>=!~; \[]", text)[0].lower().replace("_", "-").replace(".", "-") for text in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_a_pinned_version_with_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    rest = [line for line in PINNED.sub("", text).splitlines() if line != "" and not line.startswith("#")]
    assert rest == []
    assert locked(name)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index_and_no_folder(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.search(r"index-url|find-links|trusted-host|://|(?<![\w.])/\w", text) is None


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_no_torch(name: str) -> None:
    assert [package for package in locked(name) if re.match(r"torch|nvidia-|triton|transformers", package)] == []


def test_torch_is_not_installed() -> None:
    installed = {distribution.metadata["Name"].lower() for distribution in importlib.metadata.distributions()}
    assert installed.isdisjoint({"torch", "transformers", "triton"})


def test_declared_dependencies_are_locked() -> None:
    assert declared() <= locked("requirements.lock").keys()
    assert declared("dev") <= locked("requirements-dev.lock").keys()


def test_the_development_lock_extends_the_other() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_what_runs_here_is_what_is_locked() -> None:
    for name, version in locked("requirements.lock").items():
        assert importlib.metadata.version(name) == version, f"{name}: run `make setup`"
