"""Parts of a benchmark that were measured before, kept in a folder until what they measure or how is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.report import say

ROOT = Path(__file__).parent.parent


class KeptParts:
    """`folder` None keeps nothing. `code` are folders and files of the checkout on which figures depend, `settings` all
    else that they depend on."""

    def __init__(self, folder: Path | None, code: Iterable[str], settings: object) -> None:
        self._folder = folder
        self._digest = digest_of(code, settings)[:16]

    def of(self, name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The figures of part `name`: as kept, or measured now and kept."""
        if self._folder is None:
            return measure()
        path = self._folder / f"{name}-{self._digest}.json"
        if path.exists():
            say(f"{name}: as measured before, in {path}")
            kept: dict[str, Any] = msgspec.json.decode(path.read_bytes())
            return kept
        figures = measure()
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(msgspec.json.encode(figures))
        unfinished.rename(path)
        return figures


def digest_of(code: Iterable[str], settings: object) -> str:
    """Another one where `code` (folders and files of the checkout) or `settings` changed."""
    digest = hashlib.sha256(msgspec.json.encode(settings))
    for path in sorted(file for name in code for file in _files(ROOT / name)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]
