"""The conversations that the core is timed with get through the journey, and every turn is timed."""

from __future__ import annotations

from benchmarks.core_conversations import CONVERSATIONS
from benchmarks.core_speed import measure
from benchmarks.report import Asked


def test_every_turn_is_timed_and_its_reading_is_part_of_it() -> None:
    measured = measure(Asked(quick=True))
    figures = measured.figures
    assert figures["turns"] == 20 * sum(len(lines) for lines in CONVERSATIONS)
    assert figures["turns_a_second_a_core"] > 0
    assert 0 < figures["of_which_reading_words_ms"]["p50"] < figures["turn_ms"]["p50"]
    assert [one.name for one in measured.goals] == ["p99 of a turn"]
