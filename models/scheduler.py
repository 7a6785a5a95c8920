"""Decides which speech process does which job, and what happens when one is slow, hung or dead. Pure.

A job and a process go through the phases of `scheduler_phases`. A process runs one job at a time, besides paused ones;
the waiting job whose answer is due first goes first, and a recognition gets the less effort the longer the queue is
(`scheduler_queue`, `ladder`). When a process ends, its jobs are tried once more elsewhere; a synthesis continues after
the samples that were delivered. No deadline is ever lifted, except while a consumer doesn't take what it has got.
"""

from __future__ import annotations

from typing import assert_never

from models.ladder import Effort, Ladder, left_out
from models.recent_load import BusyTime, RecentDelay
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
from models.scheduler_phases import JobHappening, JobPhase, ProcessHappening, ProcessPhase
from models.scheduler_queue import assigned, due_us, free, soon_free, working
from models.scheduler_state import Job, Process
from models.statistics import Load, PoolStatistics, Tally


class Scheduler:
    """`voice_agent.machine.Machine` over jobs and processes, both known by number."""

    def __init__(self, limits: SchedulerLimits) -> None:
        self._limits = limits
        self._jobs: dict[int, Job] = {}
        self._processes = [Process(number) for number in range(limits.processes)]
        self._tally = Tally()
        self._ladder = Ladder(limits.processes)
        self._delay = RecentDelay()
        self._busy = BusyTime()
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

    def statistics(self, now_us: int) -> PoolStatistics:
        load = Load(self._delay.average_us(now_us), self._busy.spent_us(now_us))
        return self._tally.snapshot(self._processes, self._jobs.values(), load, now_us)

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
        waiting = len(self._waiting())
        if event.urgency == "early" and not self._may_be_early(now_us):
            self._tally.left_out += 1
            return [FailJob(event.job, Failure.OVERLOADED, "no process is to spare for a recognition ahead of time")]
        if waiting >= self._limits.queue:
            self._tally.refused += 1
            return [FailJob(event.job, Failure.OVERLOADED, f"{waiting} jobs are waiting")]
        job = self._jobs[event.job] = Job(event.job, event.kind, requested_us=now_us, answer_by_us=event.deadline_us)
        job.early = event.urgency == "early"
        job.due_us = due_us(event.kind, now_us, event.deadline_us)
        return []

    def _may_be_early(self, now_us: int) -> bool:
        """Whether a job that nobody waits for yet can begin as good as now, without making others wait."""
        spared = 1 if len(self._processes) > 1 else 0
        may = len(soon_free(self._processes, self._jobs.values())) > spared and not self._waiting()
        return may and not left_out(self._delay.average_us(now_us))

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
        job.go(JobHappening.GIVEN_UP)
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
        was_paused = job.phase is JobPhase.PAUSED
        job.go(JobHappening.GRANTED)
        if was_paused:
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
        job.go(JobHappening.CHUNK if job.granted > 0 else JobHappening.LAST_CHUNK)
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
        if job.kind is JobKind.TRANSCRIBE:
            self._ladder.took(job.effort, now_us - job.sent_us)
            self._tally.recognised(job.effort, now_us)
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
        job.go(JobHappening.FAILED)
        if job.delivered_samples > 0:
            job.answer_by_us = now_us + self._limits.next_chunk_us * 2
        return []

    def _on_ready(self, process: Process, now_us: int) -> list[SchedulerAction]:
        if process.phase is not ProcessPhase.STARTING:
            return []
        process.go(ProcessHappening.LOADED)
        process.ready_us = now_us
        return [ReportUp(process.number, now_us - process.down_us)]

    def _on_ended(self, process: Process, reason: str, now_us: int) -> list[SchedulerAction]:
        reason = process.ends(reason, now_us, self._limits)
        actions: list[SchedulerAction] = [] if self._closed else [ReportDown(process.number, reason)]
        for job in [job for job in self._jobs.values() if job.process == process.number]:
            actions += self._tried_again(job, reason, now_us)
        if self._closed:
            return actions
        self._tally.restarts += 1
        return [*actions, self._start(process, now_us)] if process.wake_us <= now_us else actions

    def _start(self, process: Process, now_us: int) -> SchedulerAction:
        process.starts(now_us, self._limits)
        return StartProcess(process.number)

    def _kill(self, process: Process, reason: str) -> SchedulerAction:
        process.go(ProcessHappening.KILLED)
        process.kill_reason = reason
        for job in self._jobs.values():
            if job.process == process.number:
                job.kill_us = None
        return KillProcess(process.number)

    def _current(self, process: int, number: int, generation: int) -> Job | None:
        """The job that an answer is for, None where the answer is late: cancelled, or tried again elsewhere."""
        job = self._jobs.get(number)
        return job if job is not None and job.process == process and job.generation == generation else None

    def _dispatched(self, now_us: int) -> list[SchedulerAction]:
        plan = list(assigned(self._waiting(), free(self._processes, self._jobs.values()), self._ladder, now_us))
        actions = [self._sent(job, process, effort, now_us) for job, process, effort in plan]
        self._busy.change(len(working(self._jobs.values())), now_us)
        return actions

    def _waiting(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.phase is JobPhase.QUEUED]

    def _sent(self, job: Job, process: int, effort: Effort, now_us: int) -> SchedulerAction:
        if job.generation == 0:
            self._delay.started(now_us - job.requested_us, now_us)
        job.process = process
        job.go(JobHappening.SENT)
        job.generation += 1
        job.effort = effort
        job.sent_us = now_us
        # Chunks of an earlier attempt may still wait for the consumer; at least one more must be able to come.
        job.granted = max(1, self._limits.window_chunks - job.untaken)
        skip, credit = job.delivered_samples, job.granted
        return SendJob(process, job.number, job.generation, job.answer_by_us, skip, credit, effort)
