"""Decides which speech process does which job, and what happens when one is slow, hung or dead. Pure.

    a job:     queued -> running <-> paused (its consumer is behind) -> over
                                 \\-> abandoned (nobody wants it, the process still owes the end of it) -> over
    a process: starting -> ready -> ending (killed) -> waiting (back-off) -> starting

A process runs one job at a time, besides paused ones; the waiting job with the earliest deadline goes first. When a
process ends, its jobs are tried once more elsewhere; a synthesis continues after the samples that were delivered. No
deadline is ever lifted, except while a consumer itself doesn't take what it has got.
"""

from __future__ import annotations

from typing import assert_never

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
    SchedulerLimits,
    SendCancel,
    SendCredit,
    SendJob,
    StartProcess,
)
from models.scheduler_state import Job, JobPhase, Process, ProcessPhase
from models.statistics import PoolStatistics, Tally


class Scheduler:
    """`voice_agent.machine.Machine` over jobs and processes, both known by number."""

    def __init__(self, limits: SchedulerLimits) -> None:
        self._limits = limits
        self._jobs: dict[int, Job] = {}
        self._processes = [Process(number) for number in range(limits.processes)]
        self._tally = Tally()
        self._closed = False

    def handle(self, event: SchedulerEvent, now_us: int) -> list[SchedulerAction]:
        match event:
            case PoolOpened():
                actions = [self._start(process, now_us) for process in self._processes]
            case PoolClosed():
                actions = self._on_closed()
            case JobRequested():
                actions = self._on_requested(event, now_us)
            case JobCancelled():
                actions = self._on_cancelled(event)
            case ChunkTaken():
                actions = self._on_taken(event, now_us)
            case ProcessReady():
                actions = self._on_ready(self._processes[event.process], now_us)
            case ProcessEnded():
                actions = self._on_ended(self._processes[event.process], event.reason, now_us)
            case ChunkArrived():
                actions = self._on_chunk(event, now_us)
            case AnswerArrived():
                actions = self._on_answer(event, now_us)
            case AnswerFailed():
                actions = self._on_failed(event, now_us)
            case _:
                assert_never(event)
        return [*actions, *self._dispatched(now_us)]

    def wake(self, now_us: int) -> list[SchedulerAction]:
        actions: list[SchedulerAction] = []
        for process in self._processes:
            if process.phase is ProcessPhase.WAITING and now_us >= process.wake_us:
                actions.append(self._start(process, now_us))
            elif process.phase is ProcessPhase.STARTING and now_us >= process.wake_us:
                actions.append(self._kill(process, "it did not become ready in time"))
        for job in list(self._jobs.values()):
            if job.wake_us is not None and now_us >= job.wake_us:
                actions += self._on_late(job, now_us)
        return [*actions, *self._dispatched(now_us)]

    def next_wake(self) -> int | None:
        times = [job.wake_us for job in self._jobs.values() if job.wake_us is not None]
        if not self._closed:
            times += [
                process.wake_us
                for process in self._processes
                if process.phase in (ProcessPhase.WAITING, ProcessPhase.STARTING)
            ]
        return min(times, default=None)

    def statistics(self) -> PoolStatistics:
        phases = [job.phase for job in self._jobs.values()]
        waiting = [job for job in self._jobs.values() if job.phase is JobPhase.QUEUED]
        return self._tally.snapshot(
            processes=len(self._processes),
            ready=sum(process.phase is ProcessPhase.READY for process in self._processes),
            queued=len(waiting),
            waits_since_us=min((job.requested_us for job in waiting), default=None),
            running=phases.count(JobPhase.RUNNING) + phases.count(JobPhase.PAUSED),
        )

    def _on_closed(self) -> list[SchedulerAction]:
        self._closed = True
        actions: list[SchedulerAction] = [
            FailJob(job.number, Failure.UNAVAILABLE, "the pool was closed")
            for job in self._jobs.values()
            if job.phase is not JobPhase.ABANDONED
        ]
        self._jobs.clear()
        running = (ProcessPhase.STARTING, ProcessPhase.READY)
        return [*actions, *(self._kill(process, "closed") for process in self._processes if process.phase in running)]

    def _on_requested(self, event: JobRequested, now_us: int) -> list[SchedulerAction]:
        if self._closed:
            return [FailJob(event.job, Failure.UNAVAILABLE, "the pool was closed")]
        if event.deadline_us <= now_us:
            return [FailJob(event.job, Failure.DEADLINE, "the deadline had passed when the job was requested")]
        if event.urgency == "early" and not self._free():
            return [FailJob(event.job, Failure.OVERLOADED, "no process is free to begin ahead of time")]
        waiting = sum(job.phase is JobPhase.QUEUED for job in self._jobs.values())
        if waiting >= self._limits.queue:
            self._tally.refused += 1
            return [FailJob(event.job, Failure.OVERLOADED, f"{waiting} jobs are waiting")]
        self._jobs[event.job] = Job(event.job, event.kind, requested_us=now_us, answer_by_us=event.deadline_us)
        return []

    def _on_cancelled(self, event: JobCancelled) -> list[SchedulerAction]:
        job = self._jobs.get(event.job)
        if job is None or job.phase is JobPhase.ABANDONED:
            return []
        self._tally.cancelled += 1
        return self._abandoned(job)

    def _abandoned(self, job: Job) -> list[SchedulerAction]:
        """Nobody waits for `job` any more. Its process stays busy until it says that it is free of it."""
        if job.process is None:
            del self._jobs[job.number]
            return []
        job.phase = JobPhase.ABANDONED
        job.kill_us = max(job.answer_by_us, job.sent_us + self._limits.patience_us) + self._limits.grace_us
        return [SendCancel(job.process, job.number, job.generation)]

    def _on_late(self, job: Job, now_us: int) -> list[SchedulerAction]:
        if job.phase is JobPhase.ABANDONED:
            process = None if job.process is None else self._processes[job.process]
            return [] if process is None else [self._kill(process, f"{job.kind.value} got no answer")]
        self._tally.failed += 1
        served = any(process.phase is ProcessPhase.READY for process in self._processes)
        if job.phase is JobPhase.QUEUED and not served:
            del self._jobs[job.number]
            return [FailJob(job.number, Failure.UNAVAILABLE, "no speech process is running")]
        waited_ms = (now_us - job.requested_us) // 1_000
        doing = "waiting" if job.phase is JobPhase.QUEUED else "running"
        reason = f"{job.kind.value} was still {doing} after {waited_ms} ms"
        return [FailJob(job.number, Failure.DEADLINE, reason), *self._abandoned(job)]

    def _on_taken(self, event: ChunkTaken, now_us: int) -> list[SchedulerAction]:
        job = self._jobs.get(event.job)
        if job is None or job.phase is JobPhase.ABANDONED:
            return []
        job.untaken -= 1
        if job.process is None or job.granted + job.untaken > self._limits.window_chunks // 2:
            return []
        chunks = self._limits.window_chunks - job.granted - job.untaken
        job.granted += chunks
        if job.phase is JobPhase.PAUSED:
            job.phase = JobPhase.RUNNING
            job.answer_by_us = now_us + self._limits.next_chunk_us
        return [SendCredit(job.process, job.number, job.generation, chunks)]

    def _on_chunk(self, event: ChunkArrived, now_us: int) -> list[SchedulerAction]:
        job = self._current(event.process, event.job, event.generation)
        if job is None or job.phase is JobPhase.ABANDONED:
            return []
        if job.delivered_samples == 0:
            self._tally.answered(job.kind, now_us - job.requested_us)
        job.delivered_samples += event.samples
        job.untaken += 1
        job.granted -= 1
        job.answer_by_us = now_us + self._limits.next_chunk_us
        job.phase = JobPhase.PAUSED if job.granted == 0 else JobPhase.RUNNING
        return [Deliver(job.number, last=False)]

    def _on_answer(self, event: AnswerArrived, now_us: int) -> list[SchedulerAction]:
        job = self._current(event.process, event.job, event.generation)
        if job is None:
            return []
        del self._jobs[job.number]
        if job.phase is JobPhase.ABANDONED:
            return []
        self._tally.finished += 1
        if job.kind is not JobKind.SYNTHESIZE:
            self._tally.answered(job.kind, now_us - job.requested_us)
        return [Deliver(job.number, last=True)]

    def _on_failed(self, event: AnswerFailed, now_us: int) -> list[SchedulerAction]:
        job = self._current(event.process, event.job, event.generation)
        if job is None:
            return []
        return self._tried_again(job, event.reason, now_us)

    def _tried_again(self, job: Job, reason: str, now_us: int) -> list[SchedulerAction]:
        if job.phase is JobPhase.ABANDONED:
            del self._jobs[job.number]
            return []
        if job.generation > 1:
            del self._jobs[job.number]
            self._tally.failed += 1
            return [FailJob(job.number, Failure.UNAVAILABLE, f"it failed twice, at last: {reason}")]
        self._tally.retried += 1
        job.avoid, job.process = job.process, None
        job.phase = JobPhase.QUEUED
        if job.delivered_samples > 0:
            job.answer_by_us = now_us + self._limits.next_chunk_us * 2
        return []

    def _on_ready(self, process: Process, now_us: int) -> list[SchedulerAction]:
        if process.phase is not ProcessPhase.STARTING:
            return []
        process.phase = ProcessPhase.READY
        process.ready_us = now_us
        return [ReportUp(process.number, now_us - process.down_us)]

    def _on_ended(self, process: Process, reason: str, now_us: int) -> list[SchedulerAction]:
        reason = reason if process.kill_reason is None else process.kill_reason
        stable = process.phase is ProcessPhase.READY and now_us - process.ready_us >= self._limits.stable_us
        process.failures = 0 if stable else process.failures + 1
        process.phase = ProcessPhase.WAITING
        process.down_us = now_us
        process.kill_reason = None
        actions: list[SchedulerAction] = [] if self._closed else [ReportDown(process.number, reason)]
        for job in [job for job in self._jobs.values() if job.process == process.number]:
            actions += self._tried_again(job, reason, now_us)
        if self._closed:
            return actions
        self._tally.restarts += 1
        doubled = self._limits.first_backoff_us << min(max(0, process.failures - 2), 16)
        process.wake_us = now_us + (min(doubled, self._limits.longest_backoff_us) if process.failures > 1 else 0)
        return [*actions, self._start(process, now_us)] if process.wake_us <= now_us else actions

    def _start(self, process: Process, now_us: int) -> SchedulerAction:
        process.phase = ProcessPhase.STARTING
        process.wake_us = now_us + self._limits.start_limit_us
        if process.down_us < 0:
            process.down_us = now_us
        return StartProcess(process.number)

    def _kill(self, process: Process, reason: str) -> SchedulerAction:
        process.phase = ProcessPhase.ENDING
        process.kill_reason = reason
        for job in self._jobs.values():
            if job.process == process.number:
                job.kill_us = None
        return KillProcess(process.number)

    def _current(self, process: int, number: int, generation: int) -> Job | None:
        """The job that an answer is for, None where the answer is late: cancelled, or tried again elsewhere."""
        job = self._jobs.get(number)
        return job if job is not None and job.process == process and job.generation == generation else None

    def _free(self) -> list[int]:
        busy = {job.process for job in self._jobs.values() if job.phase in (JobPhase.RUNNING, JobPhase.ABANDONED)}
        return [p.number for p in self._processes if p.phase is ProcessPhase.READY and p.number not in busy]

    def _dispatched(self, now_us: int) -> list[SchedulerAction]:
        free = self._free()
        waiting = sorted(
            (job for job in self._jobs.values() if job.phase is JobPhase.QUEUED and job.answer_by_us > now_us),
            key=lambda job: (job.answer_by_us, job.number),
        )
        actions: list[SchedulerAction] = []
        for job in waiting:
            if not free:
                break
            number = next((number for number in free if number != job.avoid), free[0])
            free.remove(number)
            actions.append(self._sent(job, number, now_us))
        return actions

    def _sent(self, job: Job, process: int, now_us: int) -> SchedulerAction:
        job.process = process
        job.phase = JobPhase.RUNNING
        job.generation += 1
        job.sent_us = now_us
        # Chunks of an earlier attempt may still wait for the consumer; at least one more must be able to come.
        job.granted = max(1, self._limits.window_chunks - job.untaken)
        return SendJob(process, job.number, job.generation, job.answer_by_us, job.delivered_samples, job.granted)
