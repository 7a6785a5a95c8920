"""What callers asked and no article answered, counted over conversations."""

from __future__ import annotations

import msgspec

from tests.conversation.test_records import HEADER
from voice_agent.conversation.actions import EndTurn, RecordGap
from voice_agent.conversation.records import Header, Record, record_of
from voice_agent.insights.gaps import gap_rows


def gap(name: str, question: str, *, day: int = 1, seq: int = 5, language: str = "en") -> tuple[Header, Record]:
    start = f"2026-03-{day:02}T10:00:00.000+00:00"
    header = msgspec.structs.replace(HEADER, conversation=name, civil_start=start)
    return header, record_of(seq, 61_000_000, RecordGap(question, language, "phone", "hours#opening", day / 10))


def test_the_same_question_in_other_letters_is_one_gap() -> None:
    (row,) = gap_rows([gap("a", "Do you sell tents?"), gap("b", "do  you sell TENTS", day=2)])
    assert (row.question, row.times, row.conversations) == ("do  you sell TENTS", 2, ("a", "b"))
    assert (row.last, row.nearest, row.score) == ("2026-03-02T10:01:01+00:00", "hours#opening", 0.2)


def test_what_is_asked_most_comes_first_then_what_was_asked_last() -> None:
    asked = [gap("a", "one"), gap("a", "two", seq=6), gap("b", "two", day=2), gap("c", "three", day=3)]
    assert [row.question for row in gap_rows(asked)] == ["two", "three", "one"]


def test_twice_in_a_call_is_one_conversation() -> None:
    (row,) = gap_rows([gap("a", "one"), gap("a", "one", seq=9)])
    assert (row.times, row.conversations) == (2, ("a",))


def test_languages_are_apart_and_other_records_are_nothing() -> None:
    other = (HEADER, record_of(1, 0, EndTurn(1, "x")))
    erased = (HEADER, Record(2, 0, "record_gap", "action", None))
    assert len(gap_rows([gap("a", "no"), gap("a", "no", language="es"), other, erased])) == 2
    assert gap_rows([]) == []
