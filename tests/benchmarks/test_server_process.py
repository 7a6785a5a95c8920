"""A server that can't start is one error, and nothing of it is left."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from benchmarks.server_process import cpu_seconds, running_server
from voice_agent.errors import CallFailed


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running_server(tmp_path, "[speech]\nrecogniser = 'nobody'\n"):
            pass

    with pytest.raises(CallFailed, match=r"the server did not get ready: .*nobody"):
        asyncio.run(scenario())


def test_processor_time_is_of_a_process_and_of_those_it_started() -> None:
    found = cpu_seconds(os.getpid())
    assert set(found) == {"worker", "speech"}
    assert found["worker"] > 0
    assert found["speech"] >= 0
