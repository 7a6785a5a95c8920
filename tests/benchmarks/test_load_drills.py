"""What is made of whole calls under load: which level is carried, what limits it, which promises are kept."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.drills.overload import CAPACITY, Phase
from benchmarks.drills.overload import goals as overload_goals
from benchmarks.drills.soak import slope
from benchmarks.invite_storm import StormCall
from benchmarks.local_calls import LINES, SECONDS, Level, carried, figures, found_limit, plot, told, waited_for_us
from benchmarks.report import Goal
from benchmarks.sipp_callers import SippCount
from voice_agent.insights.latency import TurnLatency

MS = 1_000


def level(calls: int, *, endpoint_ms: int = 400, synthesis_ms: int = 40, short: int = 0, late_ms: int = 0) -> Level:
    turn = TurnLatency(1, endpoint_ms * MS, 200 * MS, 10 * MS, 0, synthesis_ms * MS, late_ms * MS)
    efforts = {"full": 100 - short, "short": short}
    return Level(calls, SippCount(2 * calls, 2 * calls, 0), (turn,) * 20, efforts, {"worker": 0.1}, {})


def limiting_stage(levels: list[Level]) -> str | None:
    stage: str | None = figures(levels)["limiting_stage"]
    return stage


def broken(goals: tuple[Goal, ...]) -> set[str]:
    return {each.name for each in goals if not each.met}


def phase(
    *, served: float = 99.0, waits_ms: float = 500.0, crowd: tuple[StormCall, ...] = (), left: float = 0
) -> Phase:
    return Phase(served, [waits_ms] * 50, CAPACITY, (), crowd, left)


def refused(ms: float, *, retry_after: bool = True, code: int = 503) -> StormCall:
    return StormCall(0, code=code, answer_us=round(ms * MS), retry_after=retry_after)


def test_calls_are_carried_up_to_where_waits_or_efforts_give_way() -> None:
    assert carried([level(2), level(8), level(16, endpoint_ms=700)]) == 8
    assert carried([level(2), level(8, short=11), level(16)]) == 2
    assert carried([level(2, short=50)]) == 0


def test_what_the_slowest_turns_wait_longer_for_is_the_limit() -> None:
    limit = found_limit([level(2), level(8, endpoint_ms=450, synthesis_ms=300), level(16, endpoint_ms=9_000)])
    assert limit is not None
    assert (limit.calls, limit.stage) == (8, "synthesis")
    assert limit.grown_ms["pause"] == pytest.approx(50)
    assert "synthesis limits" in told([level(2), level(8, synthesis_ms=300)])


def test_words_that_the_end_of_a_turn_had_to_wait_for_are_recognition_s() -> None:
    assert limiting_stage([level(2), level(8, endpoint_ms=1_400, late_ms=1_000)]) == "recognition"
    assert limiting_stage([level(2), level(8, endpoint_ms=1_400)]) == "pause"


def test_effort_that_gives_way_is_recognition_s_limit_though_nobody_waits_longer() -> None:
    assert limiting_stage([level(2), level(8, short=30)]) == "recognition"


def test_levels_that_are_all_carried_show_no_limit() -> None:
    assert limiting_stage([level(2)]) is None
    assert limiting_stage([level(2), level(8, synthesis_ms=60)]) is None
    assert "not known" in told([level(2)])


def test_parts_of_a_wait_make_it_whole() -> None:
    turn = TurnLatency(1, 900, 200, 30, 70, 40, late_us=300, tools_us=50, playout_us=20)
    assert sum(waited_for_us(turn).values()) == turn.total_us


def test_a_level_s_waits_are_reported() -> None:
    assert figures([level(2), level(8)])["levels"][1]["waits_ms"]["p95"] == pytest.approx(450)


def test_the_curve_has_a_point_for_each_level() -> None:
    picture = ElementTree.fromstring(plot([level(4), level(8, endpoint_ms=900), level(16, endpoint_ms=2_400)]))
    found = [each for each in picture.iter() if each.tag.endswith("circle")]
    assert len(found) == 2 * 3


def test_everything_a_caller_says_is_said_within_the_call() -> None:
    assert all(0 < at_s < SECONDS for at_s, _ in LINES)


def test_callers_who_notice_the_crowd_are_a_broken_promise() -> None:
    crowd = (refused(3), refused(20))
    assert broken(overload_goals(phase(), phase(waits_ms=549, crowd=crowd))) == set()
    assert broken(overload_goals(phase(), phase(waits_ms=551, served=94.9, crowd=crowd))) == {
        "served at three times the capacity",
        "p95 of admitted callers' waits, rise",
    }


def test_refusals_that_are_late_lack_retry_after_or_never_come_are_broken_promises() -> None:
    crowd = (refused(51), refused(1, retry_after=False), refused(0, code=0))
    assert broken(overload_goals(phase(), phase(crowd=crowd, left=1))) == {
        "INVITE to 503, longest",
        "refusals without Retry-After",
        "calls without an answer",
        "places not given back",
    }
    assert broken(overload_goals(phase(), phase())) == {"INVITE to 503, longest"}, "nobody was refused: not measured"


def test_memory_that_grows_by_a_mebibyte_a_minute_grows_by_sixty_an_hour() -> None:
    samples = [{"rss_kib": 100_000 + 1_024 * minute} for minute in range(5)]
    assert slope(samples, 60.0) == pytest.approx(60.0)
    assert slope(samples[:2], 60.0) is None
