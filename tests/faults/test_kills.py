"""The server is killed at eight moments drawn from a seed; `make drills` does it a hundred times."""

from __future__ import annotations

import pytest

from benchmarks.drills.kills import QUICK_POINTS, measure
from benchmarks.report import Asked


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_what_was_committed_is_there_once_whenever_the_server_is_killed() -> None:
    measured = measure(Asked(quick=True))
    assert measured.figures["problems"] == []
    assert [goal for goal in measured.goals if not goal.met] == []
    assert measured.figures["points"] == QUICK_POINTS
