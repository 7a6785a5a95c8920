"""Waits, from packets whose times are made up."""

from __future__ import annotations

from benchmarks.answer_times import SentFrame, Wait, voiced_stretches, wait_for_answer

VOICE, QUIET, FIRST_HALF = bytes((1, 1)), bytes((0, 0)), bytes((1, 0))


def sent(*frames: bytes) -> list[SentFrame]:
    """One every 20 ms, the first at 20 ms."""
    return [SentFrame((number + 1) * 20_000, voiced) for number, voiced in enumerate(frames)]


def voice(from_us: int, packets: int) -> list[int]:
    return [from_us + number * 20_000 for number in range(packets)]


def test_a_wait_lasts_from_the_end_of_the_voice_to_the_first_voiced_packet() -> None:
    frames = sent(QUIET, VOICE, VOICE, QUIET, *[QUIET] * 60)
    wait = wait_for_answer(frames, voice(700_000, 5), 1, len(frames))
    assert wait == Wait(began_us=20_000, ended_us=60_000, answered_us=700_000)
    assert wait.wait_us == 640_000


def test_voice_in_the_first_half_of_a_packet_ended_ten_milliseconds_before_it_was_sent() -> None:
    frames = sent(VOICE, FIRST_HALF, QUIET)
    wait = wait_for_answer(frames, voice(100_000, 3), 0, 3)
    assert wait is not None
    assert wait.ended_us == 30_000


def test_what_the_agent_was_saying_before_is_no_answer() -> None:
    frames = sent(*[QUIET] * 10, VOICE, VOICE, *[QUIET] * 60)
    heard = [*voice(20_000, 9), *voice(900_000, 5)]
    wait = wait_for_answer(frames, heard, 10, len(frames))
    assert wait is not None
    assert wait.wait_us == 900_000 - 240_000
    assert not wait.spoken_over


def test_an_agent_that_begins_before_the_end_speaks_over_the_caller() -> None:
    frames = sent(*[VOICE] * 50)
    wait = wait_for_answer(frames, voice(500_000, 40), 0, 50)
    assert wait is not None
    assert wait.spoken_over
    assert wait.wait_us is None


def test_a_click_is_no_answer() -> None:
    frames = sent(VOICE, *[QUIET] * 100)
    wait = wait_for_answer(frames, [300_000, *voice(1_000_000, 4)], 0, len(frames))
    assert wait is not None
    assert wait.wait_us == 1_000_000 - 20_000


def test_what_comes_after_the_next_turn_began_answers_that_one() -> None:
    frames = sent(VOICE, *[QUIET] * 48, VOICE, *[QUIET] * 50)
    first = wait_for_answer(frames, voice(1_300_000, 4), 0, 49)
    second = wait_for_answer(frames, voice(1_300_000, 4), 49, len(frames))
    assert first is not None
    assert first.answered_us is None
    assert second is not None
    assert second.wait_us == 300_000


def test_a_turn_of_keys_has_no_voice_to_wait_after() -> None:
    assert wait_for_answer(sent(QUIET, QUIET), voice(500_000, 4), 0, 2) is None


def test_pauses_shorter_than_a_quarter_of_a_second_do_not_part_stretches() -> None:
    heard = [*voice(0, 3), *voice(290_000, 3), *voice(600_000, 3)]
    assert voiced_stretches(heard) == [(0, 330_000), (600_000, 640_000)]
    assert voiced_stretches([]) == []
