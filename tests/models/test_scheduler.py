from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.scheduler import Scheduler
from models.scheduler_messages import (
    AnswerArrived,
    AnswerFailed,
    ChunkArrived,
    ChunkTaken,
    Deliver,
    FailJob,
    Failure,
    JobCancelled,
    JobKind,
    JobRequested,
    KillProcess,
    PoolClosed,
    PoolOpened,
    ProcessEnded,
    ProcessReady,
    ReportDown,
    ReportUp,
    SchedulerAction,
    SchedulerEvent,
    SendCancel,
    SendJob,
    StartProcess,
)
from tests.models.scheduler_script import ASR, EMBED, LIMITS, SECOND, TTS, fails, one_process, sent, serving


def test_opening_starts_every_process_and_says_how_long_each_took() -> None:
    scheduler = Scheduler(LIMITS)
    assert scheduler.handle(PoolOpened(), 5) == [StartProcess(0), StartProcess(1)]
    assert scheduler.handle(ProcessReady(1), 905) == [ReportUp(1, 900)]
    assert scheduler.statistics(0).ready == 1


def test_a_job_goes_to_a_free_process_at_once() -> None:
    scheduler = serving()
    assert scheduler.handle(JobRequested(1, ASR, SECOND), 10) == [SendJob(0, 1, 1, SECOND, 0, 4)]
    assert sent(scheduler.handle(JobRequested(2, TTS, SECOND), 10)) == [(1, 2)]
    assert sent(scheduler.handle(JobRequested(3, EMBED, SECOND), 10)) == []


def test_jobs_requested_before_a_process_is_ready_wait_for_it() -> None:
    scheduler = Scheduler(LIMITS)
    scheduler.handle(PoolOpened(), 0)
    assert scheduler.handle(JobRequested(1, ASR, SECOND), 10) == []
    assert sent(scheduler.handle(ProcessReady(1), 20)) == [(1, 1)]


def test_it_says_how_long_the_oldest_job_has_waited_for_a_process() -> None:
    scheduler = one_process()
    for job in (1, 2, 3):
        scheduler.handle(JobRequested(job, ASR, SECOND), job * 10)
    assert scheduler.statistics(50).delay_us == 30
    scheduler.handle(JobCancelled(2), 50)
    scheduler.handle(JobCancelled(3), 60)
    assert scheduler.statistics(90).delay_us == 0


def test_a_delay_is_remembered_for_a_few_seconds_and_fades() -> None:
    scheduler = one_process()
    for job in (1, 2):
        scheduler.handle(JobRequested(job, ASR, 9 * SECOND), 0)
    scheduler.handle(AnswerArrived(0, 1, 1), SECOND)
    scheduler.handle(AnswerArrived(0, 2, 1), SECOND)
    delays = [scheduler.statistics(at_us).delay_us for at_us in (SECOND, 2 * SECOND, 30 * SECOND)]
    assert delays == sorted(delays, reverse=True)
    assert delays[0] > 200_000
    assert delays[-1] < 2_000


def test_it_says_how_long_processes_have_worked() -> None:
    scheduler = serving()
    for job in (1, 2):
        scheduler.handle(JobRequested(job, ASR, SECOND), 100)
    scheduler.handle(AnswerArrived(0, 1, 1), 300)
    assert scheduler.statistics(1_100).busy_us == 200 + 1_000


def test_the_earliest_deadline_goes_first() -> None:
    scheduler = one_process()
    scheduler.handle(JobRequested(1, ASR, SECOND), 0)
    scheduler.handle(JobRequested(2, ASR, 3 * SECOND), 0)
    scheduler.handle(JobRequested(3, TTS, 4 * SECOND), 0)  # a voice is due sooner than the words of a turn
    actions = scheduler.handle(AnswerArrived(0, 1, 1), 100)
    assert actions[0] == Deliver(1, last=True)
    assert sent(actions) == [(0, 3)]


def test_a_full_queue_refuses_and_starts_nothing() -> None:
    scheduler = one_process(queue=2)
    for job in (1, 2, 3):
        assert fails(scheduler.handle(JobRequested(job, ASR, SECOND), 0)) == []
    assert fails(scheduler.handle(JobRequested(4, ASR, SECOND), 0)) == [(4, Failure.OVERLOADED)]
    assert scheduler.statistics(0).refused == 1


def test_what_may_be_for_nothing_begins_at_once_or_not_at_all() -> None:
    scheduler = one_process()
    assert sent(scheduler.handle(JobRequested(1, ASR, SECOND, "early"), 0)) == [(0, 1)]
    assert fails(scheduler.handle(JobRequested(2, ASR, SECOND, "early"), 0)) == [(2, Failure.OVERLOADED)]
    assert fails(scheduler.handle(JobRequested(3, ASR, SECOND), 0)) == []


def test_the_next_dip_is_recognised_as_soon_as_what_it_overtook_is_given_up() -> None:
    scheduler = one_process()
    scheduler.handle(JobRequested(1, ASR, SECOND, "early"), 0)
    assert sent(scheduler.handle(JobCancelled(1), 50)) == []
    assert fails(scheduler.handle(JobRequested(2, ASR, SECOND, "early"), 50)) == []
    assert sent(scheduler.handle(AnswerArrived(0, 1, 1), 90)) == [(0, 2)]


def test_what_was_asked_for_ahead_of_time_gives_way_only_until_it_may_be_waited_for() -> None:
    for came_us, first in ((100_000, 3), (200_000, 2)):
        scheduler = one_process()
        scheduler.handle(JobRequested(1, ASR, SECOND, "early"), 0)
        scheduler.handle(JobCancelled(1), 0)
        scheduler.handle(JobRequested(2, ASR, SECOND, "early"), 0)
        scheduler.handle(JobRequested(3, ASR, SECOND), 90_000)
        assert sent(scheduler.handle(AnswerArrived(0, 1, 1), came_us)) == [(0, first)]


def test_a_deadline_that_has_passed_is_refused() -> None:
    assert fails(serving().handle(JobRequested(1, ASR, 10), 10)) == [(1, Failure.DEADLINE)]


def test_a_job_that_waits_too_long_fails_and_is_never_sent() -> None:
    scheduler = one_process()
    scheduler.handle(JobRequested(1, ASR, 9 * SECOND), 0)
    scheduler.handle(JobRequested(2, ASR, SECOND), 0)
    assert scheduler.next_wake() == SECOND
    assert fails(scheduler.wake(SECOND)) == [(2, Failure.DEADLINE)]
    assert sent(scheduler.handle(AnswerArrived(0, 1, 1), 2 * SECOND)) == []


def test_waiting_in_vain_for_any_process_is_unavailability_not_a_deadline() -> None:
    scheduler = Scheduler(LIMITS)
    scheduler.handle(PoolOpened(), 0)
    scheduler.handle(JobRequested(1, ASR, SECOND), 0)
    assert fails(scheduler.wake(SECOND)) == [(1, Failure.UNAVAILABLE)]


def test_a_late_answer_is_dropped_and_its_process_stays_busy_until_it_comes() -> None:
    scheduler = one_process()
    scheduler.handle(JobRequested(1, ASR, SECOND), 0)
    actions = scheduler.wake(SECOND)
    assert fails(actions) == [(1, Failure.DEADLINE)]
    assert SendCancel(0, 1, 1) in actions
    assert sent(scheduler.handle(JobRequested(2, ASR, 3 * SECOND), SECOND)) == []
    actions = scheduler.handle(AnswerArrived(0, 1, 1), SECOND + 5)
    assert sent(actions) == [(0, 2)]
    assert not any(isinstance(action, Deliver) for action in actions)


def test_a_process_that_owes_an_answer_for_too_long_is_killed_and_started_again() -> None:
    scheduler = one_process()
    scheduler.handle(JobRequested(1, ASR, SECOND), 0)
    scheduler.wake(SECOND)
    hung_us = LIMITS.patience_us + LIMITS.grace_us
    assert scheduler.next_wake() == hung_us
    assert scheduler.wake(hung_us) == [KillProcess(0)]
    actions = scheduler.handle(ProcessEnded(0, "exit code -9"), hung_us + 5)
    assert actions == [ReportDown(0, "transcribe got no answer"), StartProcess(0)]
    assert scheduler.next_wake() == hung_us + 5 + LIMITS.start_limit_us


def test_cancelling_a_waiting_job_forgets_it_and_a_running_one_frees_its_process_later() -> None:
    scheduler = one_process()
    scheduler.handle(JobRequested(1, ASR, SECOND), 0)
    scheduler.handle(JobRequested(2, ASR, SECOND), 0)
    assert scheduler.handle(JobCancelled(2), 1) == []
    assert scheduler.handle(JobCancelled(1), 1) == [SendCancel(0, 1, 1)]
    assert scheduler.handle(JobCancelled(1), 1) == []
    assert scheduler.handle(AnswerFailed(0, 1, 1, "cancelled"), 2) == []
    assert sent(scheduler.handle(JobRequested(3, ASR, SECOND), 3)) == [(0, 3)]


def test_the_jobs_of_a_dead_process_are_tried_once_more_elsewhere() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, ASR, 3 * SECOND), 0)
    actions = scheduler.handle(ProcessEnded(0, "exit code -9"), 100)
    assert actions == [ReportDown(0, "exit code -9"), StartProcess(0), SendJob(1, 1, 2, 3 * SECOND, 0, 4)]
    assert scheduler.handle(AnswerArrived(0, 1, 1), 150) == [], "the first attempt's answer is late"
    assert fails(scheduler.handle(ProcessEnded(1, "exit code -9"), 200)) == [(1, Failure.UNAVAILABLE)]


def test_an_engine_that_fails_is_not_asked_again_while_another_is_free() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, EMBED, SECOND), 0)
    assert sent(scheduler.handle(AnswerFailed(0, 1, 1, "ValueError"), 10)) == [(1, 1)]
    assert fails(scheduler.handle(AnswerFailed(1, 1, 2, "ValueError"), 20)) == [(1, Failure.UNAVAILABLE)]


def test_a_cancelled_job_is_not_tried_again() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, ASR, SECOND), 0)
    scheduler.handle(JobCancelled(1), 1)
    assert sent(scheduler.handle(ProcessEnded(0, "gone"), 2)) == []


def test_latencies_are_kept_by_kind_and_of_a_stream_to_its_first_chunk() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, ASR, SECOND), 0)
    scheduler.handle(JobRequested(2, TTS, SECOND), 0)
    scheduler.handle(ChunkArrived(1, 2, 1, 1_600), 40)
    scheduler.handle(AnswerArrived(0, 1, 1), 300)
    scheduler.handle(AnswerArrived(1, 2, 1), 500)
    statistics = scheduler.statistics(0)
    assert statistics.finished == 2
    assert {kind: latency.p50_us for kind, latency in statistics.latencies.items()} == {
        "transcribe": 300,
        "synthesize": 40,
    }


def possible(which: int, process: int, generation: int) -> list[SchedulerEvent]:
    """What may happen to job or process `which`; attempt `generation` of the job is with `process`."""
    return [
        ProcessReady(which % 2),
        ProcessEnded(which % 2, "gone"),
        ChunkArrived(process, which, generation, 160),
        AnswerArrived(process, which, generation),
        AnswerFailed(process, which, generation, "no"),
        ChunkTaken(which),
        JobCancelled(which),
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 400_000)), max_size=80))
@settings(max_examples=200, deadline=None)
def test_whatever_happens_every_job_ends_once_and_no_later_than_its_bound(
    steps: list[tuple[int, int, int]],
) -> None:
    scheduler, now_us, asked, ended = serving(), 0, 0, dict[int, int]()
    attempts: dict[int, tuple[int, int]] = {}
    unwanted: set[int] = set()

    def note(actions: list[SchedulerAction]) -> None:
        for action in actions:
            if isinstance(action, FailJob) or (isinstance(action, Deliver) and action.last):
                ended[action.job] = ended.get(action.job, 0) + 1
            elif isinstance(action, SendJob):
                attempts[action.job] = (action.process, action.generation)

    for what, which, delay_us in steps:
        now_us += delay_us
        events = possible(which, *attempts.get(which, (which % 2, 1)))
        if what < len(events):
            note(scheduler.handle(events[what], now_us))
            if events[what] == JobCancelled(which) and 0 < which <= asked and which not in ended:
                unwanted.add(which)
        else:
            asked += 1
            note(scheduler.handle(JobRequested(asked, (ASR, TTS, EMBED)[which % 3], now_us + SECOND), now_us))
        wake_us = scheduler.next_wake()
        if wake_us is not None and wake_us <= now_us:
            note(scheduler.wake(now_us))
    for _ in range(200):
        wake_us = scheduler.next_wake()
        if wake_us is None or wake_us > now_us + 20 * SECOND:
            break
        now_us = max(now_us, wake_us)
        note(scheduler.wake(now_us))
        assert scheduler.next_wake() is None or (scheduler.next_wake() or 0) > now_us, "a wake must make progress"
    note(scheduler.handle(PoolClosed(), now_us))
    assert ended == dict.fromkeys(set(range(1, asked + 1)) - unwanted, 1)


@pytest.mark.parametrize("kind", [ASR, EMBED])
def test_answers_of_an_unknown_job_are_ignored(kind: JobKind) -> None:
    scheduler = serving()
    assert scheduler.handle(AnswerArrived(0, 99, 1), 0) == []
    assert scheduler.handle(AnswerFailed(0, 99, 1, kind.value), 0) == []
    assert scheduler.handle(JobCancelled(99), 0) == []
