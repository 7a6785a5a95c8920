"""Servers that tests may break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess


@pytest.fixture
def parcel_desk(tmp_path: Path) -> Iterator[ServerProcess]:
    """The agent of few words, in a server of the test's own."""
    with ServerProcess.start(PARCEL_DESK, tmp_path / "data", SCRIPTED) as server:
        yield server
