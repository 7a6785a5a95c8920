"""What voice_to_voice measures and reports, from calls that are made up."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.answer_times import Wait
from benchmarks.desk_callers import TURNS, caller, spoken, texts_in_order
from benchmarks.matched_turns import MatchedTurn
from benchmarks.measured_turns import MeasuredTurn, expecting, figures, measured, overheads
from benchmarks.report import Asked
from benchmarks.turn_player import GREETING_MS, PATIENCE_MS, TurnPlayer
from benchmarks.voice_to_voice import goals, measure
from simulations.mouth import prepared
from voice_agent.audio import FRAME_SAMPLES, silence
from voice_agent.errors import UsageError
from voice_agent.insights.shown import LatencyLine

LOUD = np.full(FRAME_SAMPLES, 8_000, np.int16)
STAGES = {
    "endpoint": 260.0,
    "recognition": 200.0,
    "understanding": 0.0,
    "deciding": 0.0,
    "synthesis": 5.0,
    "playout": 9.0,
}


def turn(
    expected: str, wait_ms: float | None, *, voice_ms: float = 800, decided_ms: float | None = None
) -> MeasuredTurn:
    return MeasuredTurn(
        expected, "reply", voice_ms, wait_ms, wait_ms, False, {**STAGES, "total": 265.0}, decided_ms, 60
    )


def test_waits_are_reported_by_what_was_expected_by_length_and_by_stage() -> None:
    turns = [turn("yes_no", 402), turn("digits", 502, voice_ms=2_500), turn("open", 702), turn("open", None)]
    found = figures(turns, calibration_ms=2)
    assert found["first_audio_ms"] == {"count": 3, "p50": 500.0, "p95": 680.0, "max": 700.0}
    assert found["by_expected_ms"]["yes_no"]["p50"] == 400.0
    assert found["by_length_ms"]["2000_to_4000"]["p50"] == 500.0
    assert found["by_stage_ms"]["endpoint"]["p50"] == 260.0
    assert found["by_stage_ms"]["playout"]["p50"] == 9.0
    assert (found["turns"], found["unanswered"], found["spoken_over"]) == (4, 1, 0)


def test_overhead_is_what_is_left_without_endpoint_buffer_and_packet() -> None:
    turns = [turn("yes_no", 365, decided_ms=260), turn("open", 600), turn("open", None, decided_ms=300)]
    assert overheads(turns, 1) == [365 - 1 - 260 - 60 - 20]


def test_a_filler_is_first_audio_but_not_relevant() -> None:
    stages = LatencyLine(1, 260_000, 200_000, 0, 0, 5_000, 265_000)
    wait = Wait(0, 1_000_000, 1_400_000)
    found = measured(MatchedTurn(wait, "open", "filler", stages, 260_000, relevant_us=2_500_000), 60.0)
    assert (found.wait_ms, found.relevant_ms, found.decided_ms) == (400, 1_500, 260)
    assert measured(MatchedTurn(wait, "open", "filler", stages), 60.0).relevant_ms is None
    assert measured(MatchedTurn(wait, "open", "reply", stages), 60.0).relevant_ms == 400


def test_goals_are_held_against_what_was_expected_and_against_the_peer() -> None:
    ours = [turn("yes_no", 440), turn("open", 620)]
    met = {goal.name: goal.met for goal in goals(ours, [], [turn("open", 2_000)], 0.0)}
    assert met["something expected, p50"]
    assert not met["open speech, p50"]
    assert met["share of the peer's wait, p50"]
    assert "overhead of the server, p50" not in met
    assert goals([], [], [], 0.0) == ()
    assert [each.expected for each in expecting(ours, something=True)] == ["yes_no"]


def test_a_part_that_there_is_not_is_an_error() -> None:
    with pytest.raises(UsageError, match="no part 'all'"):
        measure(Asked(part="all"))


def test_callers_of_the_desk_answer_all_it_asks_in_other_words_each() -> None:
    said = [texts_in_order(caller(number, 7)) for number in range(3)]
    assert [len(texts) for texts in said] == [TURNS] * 3
    assert said[0] != said[1] != said[2]
    assert spoken("123456") == "one two three, four five six."


def test_a_player_waits_for_the_answer_and_its_end() -> None:
    player = TurnPlayer([prepared(np.tile(LOUD, 5)), prepared(np.tile(LOUD, 5))], finished_ms=100)
    heard = [LOUD] * 10 + [silence(FRAME_SAMPLES)] * 20 + [LOUD] * 10 + [silence(FRAME_SAMPLES)] * 40
    sent = [bool(player.tick(frame)[0].any()) for frame in heard]
    begin = player.begins_ms[0] // 20
    assert player.begins_ms[0] == 280  # the greeting, and 100 ms of silence
    assert sent[begin : begin + 6] == [True] * 5 + [False]
    assert player.begins_ms[1] == 880  # the answer begins its last frame at 780
    assert player.hung_up is False


def test_a_player_that_hears_nothing_loses_patience() -> None:
    player = TurnPlayer([prepared(LOUD), prepared(LOUD)])
    while not player.hung_up:
        player.tick(silence(FRAME_SAMPLES))
    assert player.begins_ms == [GREETING_MS, GREETING_MS + 20 + PATIENCE_MS]
