"""Speech comes chunk by chunk: what a consumer that lags, a dead process and a cancellation mean for it."""

from __future__ import annotations

from models.scheduler_messages import (
    ChunkArrived,
    ChunkTaken,
    Deliver,
    Failure,
    JobCancelled,
    JobRequested,
    ProcessEnded,
    SendCredit,
    SendJob,
)
from tests.models.scheduler_script import ASR, SECOND, TTS, fails, one_process, sent, serving


def test_a_synthesis_continues_after_the_samples_that_were_delivered() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, TTS, SECOND), 0)
    assert scheduler.handle(ChunkArrived(0, 1, 1, 1_600), 10) == [Deliver(1, last=False)]
    actions = scheduler.handle(ProcessEnded(0, "gone"), 2 * SECOND)
    assert SendJob(1, 1, 2, 4 * SECOND, 1_600, 3) in actions


def test_each_further_chunk_must_follow_within_a_second() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, TTS, SECOND // 2), 0)
    scheduler.handle(ChunkArrived(0, 1, 1, 1_600), 10)
    assert scheduler.next_wake() == 10 + SECOND
    assert fails(scheduler.wake(10 + SECOND)) == [(1, Failure.DEADLINE)]


def test_a_consumer_that_lags_pauses_its_stream_and_leaves_the_process_to_others() -> None:
    scheduler = one_process()
    scheduler.handle(JobRequested(1, TTS, SECOND), 0)
    for _ in range(4):
        scheduler.handle(ChunkArrived(0, 1, 1, 1_600), 10)
    assert scheduler.next_wake() is None, "a consumer may take its time"
    assert sent(scheduler.handle(JobRequested(2, ASR, SECOND), 20)) == [(0, 2)]
    assert scheduler.handle(ChunkTaken(1), 30) == []
    assert scheduler.handle(ChunkTaken(1), 40) == [SendCredit(0, 1, 1, 2)]
    assert scheduler.statistics(0).running == 2


def test_a_paused_stream_survives_its_process() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, TTS, SECOND), 0)
    for _ in range(4):
        scheduler.handle(ChunkArrived(0, 1, 1, 1_600), 10)
    assert SendJob(1, 1, 2, 22 * SECOND, 6_400, 1) in scheduler.handle(ProcessEnded(0, "gone"), 20 * SECOND)


def test_chunks_after_a_cancellation_are_dropped() -> None:
    scheduler = serving()
    scheduler.handle(JobRequested(1, TTS, SECOND), 0)
    scheduler.handle(JobCancelled(1), 5)
    assert scheduler.handle(ChunkArrived(0, 1, 1, 1_600), 10) == []
    assert scheduler.handle(ChunkTaken(1), 10) == []
