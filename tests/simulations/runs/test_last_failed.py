"""Which runs `--last-failed` plays: what fell short and has not passed since."""

from __future__ import annotations

from pathlib import Path

from simulations.runs.last_failed import FILE, LastFailed
from tests.simulations.runs.suites import a_key, a_run

AGENT = Path("agent")


def short(marks: LastFailed, level: str = "audio") -> list[str]:
    return [key.scenario for key in marks.keys(level)]


def test_what_fell_short_is_kept_until_it_passes(tmp_path: Path) -> None:
    marks = LastFailed(tmp_path, AGENT)
    assert short(marks) == []
    marks.note([a_run(a_key("one"), "failed"), a_run(a_key("two"), "error"), a_run(a_key("three"))])
    assert short(LastFailed(tmp_path, AGENT)) == ["one", "two"]
    marks.note([a_run(a_key("one"))])
    assert short(marks) == ["two"]
    assert short(marks, "text") == []


def test_one_repetition_that_falls_short_is_enough(tmp_path: Path) -> None:
    marks = LastFailed(tmp_path, AGENT)
    marks.note([a_run(a_key(repetition=1), "failed"), a_run(a_key(repetition=2))])
    assert short(marks) == ["track_order"]


def test_agents_do_not_know_of_each_other(tmp_path: Path) -> None:
    LastFailed(tmp_path, AGENT).note([a_run(a_key(), "failed")])
    other = LastFailed(tmp_path, Path("other"))
    assert short(other) == []
    other.note([a_run(a_key())])
    assert short(LastFailed(tmp_path, AGENT)) == ["track_order"]


def test_a_file_that_can_not_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not JSON")
    marks = LastFailed(tmp_path, AGENT)
    assert short(marks) == []
    marks.note([a_run(a_key(), "failed")])
    assert short(marks) == ["track_order"]
