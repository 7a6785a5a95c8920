"""Servers are killed at moments drawn from a seed: eight in calls, ten while tools write; `make drills` does it a
hundred and two hundred times."""

from __future__ import annotations

import pytest

from benchmarks.drills import writes
from benchmarks.drills.kills import QUICK_POINTS, measure
from benchmarks.report import Asked


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_what_was_committed_is_there_once_whenever_the_server_is_killed() -> None:
    measured = measure(Asked(quick=True))
    assert measured.figures["problems"] == []
    assert [goal for goal in measured.goals if not goal.met] == []
    assert measured.figures["points"] == QUICK_POINTS


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_no_write_happens_twice_and_none_is_lost_whenever_the_server_is_killed() -> None:
    measured = writes.measure(Asked(quick=True))
    assert measured.figures["problems"] == []
    assert [goal for goal in measured.goals if not goal.met] == []
