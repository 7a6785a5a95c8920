"""Parts of a benchmark that were measured before, kept in a folder until what they measure or how is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.report import say
from models.identity import code_digest

ROOT = Path(__file__).parent.parent


class KeptParts:
    """`folder` None keeps nothing. `code` are folders and files of the checkout on which figures depend, `settings` all
    else that they depend on."""

    def __init__(self, folder: Path | None, code: Iterable[str], settings: object) -> None:
        self._folder = folder
        of_code = code_digest(*(ROOT / name for name in code))
        self._digest = hashlib.sha256(msgspec.json.encode((of_code, settings))).hexdigest()[:16]

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
