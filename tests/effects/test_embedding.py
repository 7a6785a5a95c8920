"""Embeddings that don't come: whoever asked goes on without, and the log tells an engine's trouble from a defect."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from simulations import virtual_time
from voice_agent.clock import LoopClock
from voice_agent.effects.embedding import embedded
from voice_agent.errors import EngineUnavailable

Vectors = npt.NDArray[np.float32]


class Engine:
    """Gives `rows`, or raises what it is."""

    def __init__(self, rows: Vectors | Exception | None) -> None:
        self._rows = rows

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> Vectors:
        if self._rows is None:
            await asyncio.Event().wait()
        if isinstance(self._rows, np.ndarray):
            return self._rows
        raise self._rows or AssertionError("unreachable")


def asked(engine: Engine) -> list[Vectors] | None:
    async def ask() -> list[Vectors] | None:
        return await embedded(engine, LoopClock(), ["one", "two"], 1_000_000, otherwise="words decide")

    return virtual_time.run(ask())


def test_each_text_has_its_vector() -> None:
    rows = asked(Engine(np.eye(2, dtype=np.float32)))
    assert rows is not None
    assert [row.tolist() for row in rows] == [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (EngineUnavailable("no process"), "no embedding, words decide: EngineUnavailable: no process"),
        (None, "no embedding, words decide: TimeoutError"),
        (np.eye(3, dtype=np.float32), "3 embeddings of 2 texts, words decide"),
    ],
)
def test_without_vectors_it_says_why_and_what_follows(
    rows: Vectors | Exception | None, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert asked(Engine(rows)) is None
    (record,) = caplog.records
    assert said in record.getMessage()
    assert record.exc_info is None


def test_a_defect_is_told_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    assert asked(Engine(AttributeError("no such field"))) is None
    (record,) = caplog.records
    assert record.exc_info is not None
