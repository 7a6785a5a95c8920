"""Speech processes that die, never become ready, or are told to end."""

from __future__ import annotations

from models.scheduler import Scheduler
from models.scheduler_messages import (
    Failure,
    JobRequested,
    KillProcess,
    PoolClosed,
    PoolOpened,
    ProcessEnded,
    ProcessReady,
    ReportDown,
    SchedulerLimits,
    StartProcess,
)
from tests.models.scheduler_script import ASR, LIMITS, SECOND, fails, serving


def test_a_process_that_keeps_dying_is_started_ever_more_slowly() -> None:
    scheduler = Scheduler(SchedulerLimits(processes=1))
    scheduler.handle(PoolOpened(), 0)
    now_us, waits = 0, []
    for _ in range(9):
        actions = scheduler.handle(ProcessEnded(0, "exit code 1"), now_us)
        if StartProcess(0) in actions:
            waits.append(0)
            continue
        wake_us = scheduler.next_wake()
        assert wake_us is not None
        assert scheduler.wake(wake_us) == [StartProcess(0)]
        waits.append(wake_us - now_us)
        now_us = wake_us
    assert waits[:4] == [0, 250_000, 500_000, SECOND]
    assert waits[-1] == 10 * SECOND


def test_a_process_that_served_for_long_is_restarted_at_once_again() -> None:
    scheduler = serving(SchedulerLimits(processes=1))
    for now_us in (10, 20):
        scheduler.handle(ProcessEnded(0, "gone"), now_us)
    scheduler.wake(SECOND)
    scheduler.handle(ProcessReady(0), 2 * SECOND)
    assert StartProcess(0) in scheduler.handle(ProcessEnded(0, "gone"), 60 * SECOND)


def test_a_process_that_never_becomes_ready_is_killed() -> None:
    scheduler = Scheduler(SchedulerLimits(processes=1))
    scheduler.handle(PoolOpened(), 0)
    assert scheduler.wake(LIMITS.start_limit_us) == [KillProcess(0)]
    assert scheduler.handle(ProcessReady(0), LIMITS.start_limit_us + 1) == [], "it was killed a moment before"
    assert ReportDown(0, "it did not become ready in time") in scheduler.handle(
        ProcessEnded(0, "exit code -9"), LIMITS.start_limit_us + 2
    )


def test_closing_fails_every_job_kills_every_process_and_restarts_none() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, ASR, SECOND), 0)
    actions = scheduler.handle(PoolClosed(), 5)
    assert fails(actions) == [(1, Failure.UNAVAILABLE)]
    assert actions[1:] == [KillProcess(0), KillProcess(1)]
    assert scheduler.handle(ProcessEnded(0, "exit code -9"), 6) == []
    assert scheduler.next_wake() is None
    assert fails(scheduler.handle(JobRequested(2, ASR, SECOND), 7)) == [(2, Failure.UNAVAILABLE)]
