"""A run's recording is kept beside it, however long the disk takes."""

from __future__ import annotations

import threading
from pathlib import Path

from simulations import virtual_time
from simulations.runs.levels import Played
from simulations.runs.players import kept_meanwhile
from simulations.tape import Tape
from tests.simulations.reports.suites import a_run

DISK_TAKES_S = 0.1


class SlowlySaved(Tape):
    """A tape on a slow disk."""

    def save(self, path: Path) -> None:
        threading.Event().wait(DISK_TAKES_S)
        super().save(path)


def test_virtual_time_stands_still_while_a_recording_is_written(tmp_path: Path) -> None:
    record = virtual_time.run(kept_meanwhile(Played(a_run("found"), tape=SlowlySaved()), str(tmp_path)))
    assert record.audio == "found.audio.1.wav"
    assert [path.name for path in tmp_path.iterdir()] == ["found.audio.1.wav"]


def test_a_run_without_a_recording_is_told_as_it_is(tmp_path: Path) -> None:
    typed = a_run("found", level="text")
    assert virtual_time.run(kept_meanwhile(Played(typed), str(tmp_path))) == typed
    assert list(tmp_path.iterdir()) == []
