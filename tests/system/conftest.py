"""Servers as processes, shared by the tests that don't break them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.testkit.processes import PARCEL_DESK, RIVERSIDE, SCRIPTED, ServerProcess


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where weights are assembled, once for all."""
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="session")
def scripted_riverside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The example agent with scripted engines."""
    with ServerProcess.start(RIVERSIDE, tmp_path_factory.mktemp("scripted"), SCRIPTED) as server:
        yield server


@pytest.fixture
def parcel_desk(tmp_path: Path) -> Iterator[ServerProcess]:
    """The agent of few words, in a server of the test's own."""
    with ServerProcess.start(PARCEL_DESK, tmp_path / "data", SCRIPTED) as server:
        yield server
