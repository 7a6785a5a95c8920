"""Who is served first where speech processes are behind, and with how much effort."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ladder import Effort, Ladder, left_out
from models.recent_load import BusyTime, RecentDelay
from models.scheduler import Scheduler
from models.scheduler_messages import (
    AnswerArrived,
    FailJob,
    Failure,
    JobKind,
    JobRequested,
    PoolOpened,
    ProcessReady,
    SchedulerAction,
    SchedulerLimits,
    SendJob,
)
from models.scheduler_queue import AHEAD_US, DUE_US, in_order
from models.scheduler_state import Job

MS = 1_000
SECOND = 1_000_000
ASR = JobKind.TRANSCRIBE
STEPS = list(Effort)


def serving(processes: int) -> Scheduler:
    scheduler = Scheduler(SchedulerLimits(processes=processes))
    scheduler.handle(PoolOpened(), 0)
    for process in range(processes):
        scheduler.handle(ProcessReady(process), 0)
    return scheduler


def asked(scheduler: Scheduler, job: int, now_us: int, *, early: bool = False) -> list[SchedulerAction]:
    return scheduler.handle(JobRequested(job, ASR, now_us + 5 * SECOND, "early" if early else "final"), now_us)


def efforts(actions: list[SchedulerAction]) -> list[tuple[int, Effort]]:
    return [(action.job, action.effort) for action in actions if isinstance(action, SendJob)]


def test_without_a_queue_everybody_gets_full_effort_however_slow_the_machine_is() -> None:
    ladder = Ladder(1)
    for _ in range(50):
        ladder.took(Effort.FULL, 4 * SECOND)
    assert ladder.effort(0, 0) is Effort.FULL


@given(st.integers(0, 5 * SECOND), st.integers(0, 5 * SECOND), st.integers(0, 40), st.integers(0, 40))
def test_a_longer_delay_never_gets_more_effort(wait_us: int, longer_us: int, behind: int, more: int) -> None:
    ladder = Ladder(2)
    worse = ladder.effort(wait_us + longer_us, behind + more)
    assert STEPS.index(worse) >= STEPS.index(ladder.effort(wait_us, behind))


def test_second_looks_go_before_the_model_gets_smaller() -> None:
    ladder = Ladder(2)
    assert [ladder.effort(wait_ms * MS, 0) for wait_ms in (150, 151, 450, 451)] == [
        Effort.FULL,
        Effort.SHORT,
        Effort.SHORT,
        Effort.SMALL,
    ]


def test_a_crowd_that_speaks_at_once_is_served_with_less_effort_until_the_queue_is_short() -> None:
    scheduler = serving(1)
    sent = [effort for job in range(1, 6) for effort in efforts(asked(scheduler, job, 0))]
    for job in range(1, 6):
        sent += efforts(scheduler.handle(AnswerArrived(0, job, 1), job * 60 * MS))
    assert [job for job, _ in sent] == [1, 2, 3, 4, 5], "in the order in which they came"
    assert [effort for _, effort in sent] == [
        Effort.FULL,
        *[Effort.SMALL] * 2,
        Effort.SHORT,
        Effort.SHORT,
    ]


def test_what_has_less_effort_is_counted_and_remembered() -> None:
    scheduler = serving(1)
    for job in (1, 2, 3):
        asked(scheduler, job, 0)
    for job, at_us in ((1, 300 * MS), (2, 350 * MS), (3, 380 * MS)):
        scheduler.handle(AnswerArrived(0, job, 1), at_us)
    statistics = scheduler.statistics(SECOND)
    assert statistics.efforts == {"full": 1, "short": 1, "small": 1}
    assert statistics.lessened_us == 380 * MS


def test_ahead_of_time_a_recognition_begins_only_where_a_process_is_to_spare() -> None:
    scheduler = serving(2)
    assert efforts(asked(scheduler, 1, 0, early=True)) == [(1, Effort.FULL)]
    refused = asked(scheduler, 2, 0, early=True)
    assert [action.failure for action in refused if isinstance(action, FailJob)] == [Failure.OVERLOADED]
    assert efforts(asked(scheduler, 3, 0)) == [(3, Effort.FULL)], "somebody waits for this one: it takes the spare"
    assert scheduler.statistics(0).left_out == 1


def test_a_lone_process_may_be_used_ahead_of_time_while_nobody_waits() -> None:
    scheduler = serving(1)
    assert efforts(asked(scheduler, 1, 0, early=True)) == [(1, Effort.FULL)]
    assert efforts(asked(scheduler, 2, 0)) == []
    assert any(isinstance(action, FailJob) for action in asked(scheduler, 3, 0, early=True))


def test_nothing_is_recognised_ahead_of_time_while_jobs_have_had_to_wait() -> None:
    scheduler = serving(1)
    asked(scheduler, 1, 0)
    asked(scheduler, 2, 0)
    scheduler.handle(AnswerArrived(0, 1, 1), 400 * MS)
    scheduler.handle(AnswerArrived(0, 2, 1), 600 * MS)
    assert any(isinstance(action, FailJob) for action in asked(scheduler, 3, 700 * MS, early=True))
    assert efforts(asked(scheduler, 4, 20 * SECOND, early=True)) == [(4, Effort.FULL)]
    assert (left_out(60_000), left_out(60_001)) == (False, True)


KINDS = st.sampled_from(list(JobKind))
JOBS = st.lists(st.tuples(KINDS, st.integers(0, SECOND), st.booleans()), max_size=20)


@given(JOBS, st.integers(0, SECOND))
def test_whoever_is_due_first_goes_first_and_nobody_is_passed_for_ever(
    wanted: list[tuple[JobKind, int, bool]], now_us: int
) -> None:
    jobs = [
        Job(number, kind, at_us, at_us + 5 * SECOND, due_us=at_us + DUE_US[kind], early=early)
        for number, (kind, at_us, early) in enumerate(wanted)
    ]
    ahead = {job.number: job.early and now_us < job.requested_us + AHEAD_US for job in jobs}
    order = in_order(jobs, now_us)
    assert sorted(job.number for job in order) == [job.number for job in jobs]
    for place, job in enumerate(order):
        for earlier in order[:place]:
            assert (ahead[earlier.number], earlier.due_us, earlier.number) < (ahead[job.number], job.due_us, job.number)
            if not ahead[job.number]:  # nobody is overtaken by what was asked for half a second later
                assert earlier.requested_us <= job.requested_us + max(DUE_US.values())


@given(st.lists(st.tuples(st.integers(0, SECOND), st.integers(0, SECOND)), max_size=40))
def test_a_recent_delay_lies_between_nothing_and_the_longest_wait(waits: list[tuple[int, int]]) -> None:
    delay, now_us = RecentDelay(), 0
    for after_us, waited_us in waits:
        now_us += after_us
        delay.started(waited_us, now_us)
        assert 0 <= delay.average_us(now_us) <= max(waited for _, waited in waits)
        assert delay.average_us(now_us + SECOND) <= delay.average_us(now_us)


@pytest.mark.parametrize(("at_us", "spent_us"), [(0, 0), (10, 0), (15, 10), (20, 20), (29, 29)])
def test_time_is_added_up_for_each_process_that_works(at_us: int, spent_us: int) -> None:
    busy = BusyTime()
    busy.change(2, 10)
    if at_us >= 20:
        busy.change(1, 20)
        busy.change(0, 20)
        busy.change(1, 20)
    assert busy.spent_us(max(10, at_us)) == spent_us
