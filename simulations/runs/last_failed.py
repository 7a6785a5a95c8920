"""Remembers which runs fell short, so that `--last-failed` plays those again. One small file for all agents. A shell.

A run that is not played keeps its mark; one that passes loses it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from simulations.runs.records import RunKey, RunRecord
from voice_agent.errors import StoreError

FILE: Final = "last-failed.json"

_Marks = dict[str, list[RunKey]]


class LastFailed:
    """The file in `folder`, for the agent in `agent`."""

    def __init__(self, folder: Path, agent: Path) -> None:
        self._path = folder / FILE
        self._agent = str(agent.resolve())

    def keys(self, level: str) -> list[RunKey]:
        """What fell short at `level` and has not passed since. A file that can't be read says nothing."""
        return [key for key in self._read().get(self._agent, []) if key.level == level]

    def note(self, runs: Iterable[RunRecord]) -> None:
        """Of several repetitions one that falls short is enough. Raises StoreError where it can't be kept."""
        played: dict[tuple[str, ...], RunKey] = {}
        short: dict[tuple[str, ...], RunKey] = {}
        for run in runs:
            played.setdefault(_identity(run.key), run.key)
            if run.status != "passed":
                short.setdefault(_identity(run.key), run.key)
        marks = self._read()
        kept = [key for key in marks.get(self._agent, []) if _identity(key) not in played]
        marks[self._agent] = sorted([*kept, *short.values()])
        self._write({agent: keys for agent, keys in marks.items() if keys})

    def _read(self) -> _Marks:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_Marks)
        except (OSError, msgspec.DecodeError):
            return {}

    def _write(self, marks: _Marks) -> None:
        """Whole or not at all."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=FILE)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(marks))
            os.replace(name, self._path)
        except OSError as problem:
            raise StoreError(f"{self._path} can't be written: {problem}", hint="name another --data-dir") from problem


def _identity(key: RunKey) -> tuple[str, ...]:
    return key.scenario, key.variant, key.condition, key.level
