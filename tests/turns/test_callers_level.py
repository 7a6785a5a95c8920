"""How loud a caller is taken to speak."""

from __future__ import annotations

from voice_agent.turns.callers_level import CallersLevel


def after(*levels_dbfs: int | None) -> CallersLevel:
    level = CallersLevel()
    for level_dbfs in levels_dbfs:
        level.learn(level_dbfs)
    return level


def test_it_is_not_known_before_a_turn_was_measured() -> None:
    assert after().known_dbfs is None
    assert after(None).known_dbfs is None


def test_it_is_what_turns_mostly_are() -> None:
    assert after(-20, -22, -21, -14, -23).known_dbfs == -21
    assert after(-20, -22, None).known_dbfs == -21


def test_a_turn_that_was_taken_though_far_softer_is_where_the_caller_is_now() -> None:
    assert after(-20, -21, -20, -35).known_dbfs == -35
    assert after(-20, -21, -20, -26).known_dbfs == -20


def test_the_caller_is_back_after_one_soft_turn_of_somebody_else() -> None:
    assert after(-20, -21, -36, -20).known_dbfs == -20


def test_one_shout_does_not_make_a_caller_loud() -> None:
    assert after(-20, -21, -5).known_dbfs == -20


def test_silence_where_voices_were_left_aside_makes_it_doubtful_and_the_next_turn_counts_alone() -> None:
    level = after(-20, -20, -20)
    level.doubt()
    assert level.known_dbfs == -26
    level.doubt()
    assert level.known_dbfs is None
    level.learn(-24)
    assert level.known_dbfs == -24
