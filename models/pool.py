"""Speech engines as the product sees them: a pool of child processes behind the ports. A shell around `Scheduler`.

    async with SpeechPool.open(PoolSettings()) as pool:
        heard = await pool.transcribe(pcm, expects="open", deadline_us=clock.now_us() + 2_000_000)

A pool is `Recogniser`, `Synthesiser` and `Embedder` at once. It restarts what dies and tells an observer; its users
see answers, or the errors that `voice_agent.ports.speech` names.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import assert_never

import numpy as np
import numpy.typing as npt

from models.pool_events import EngineDown, EngineUp, Observer
from models.pool_jobs import (
    EmbedWanted,
    PooledJob,
    SynthesizeWanted,
    TranscribeWanted,
    Wanted,
    error_for,
    kind_of,
    recognition_of,
    request_for,
    urgency_of,
)
from models.process_lives import ProcessLives
from models.process_messages import (
    Answer,
    Cancel,
    Chunk,
    Credit,
    Done,
    Embedded,
    Failed,
    ProtocolBroken,
    Ready,
    ToProcess,
    Transcribed,
)
from models.process_settings import PoolSettings
from models.scheduler import Scheduler
from models.scheduler_messages import (
    AnswerArrived,
    AnswerFailed,
    ChunkArrived,
    ChunkTaken,
    Deliver,
    FailJob,
    JobCancelled,
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
    SendCredit,
    SendJob,
    StartProcess,
)
from models.statistics import PoolStatistics
from voice_agent.audio import Pcm
from voice_agent.clock import Clock, MonotonicClock
from voice_agent.errors import VoiceAgentError
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency


class SpeechPool:
    """Made by `SpeechPool.open`. `clock` is the one that deadlines are in."""

    def __init__(
        self, settings: PoolSettings, tasks: asyncio.TaskGroup, observer: Observer | None, clock: Clock
    ) -> None:
        self._tasks = tasks
        self._observer = observer
        self._clock = clock
        self._scheduler = Scheduler(settings.limits)
        self._processes = ProcessLives(settings.engines, self._on_message, self._ended)
        self._jobs: dict[int, PooledJob] = {}
        self._last_job = 0
        self._changed = asyncio.Event()
        self._complete = asyncio.Event()
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.versions: dict[str, str] = {}
        """Engine name to the version that runs, as said by the processes."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: PoolSettings, *, observer: Observer | None = None, clock: Clock | None = None
    ) -> AsyncIterator[SpeechPool]:
        """Starts all processes and waits for the first. Raises `ModelMissing`, `ModelCorrupt`, `EngineUnavailable`.

        What the body raises is raised as it is, not inside an `ExceptionGroup`.
        """
        raised: BaseException | None = None
        async with asyncio.TaskGroup() as tasks:
            pool = cls(settings, tasks, observer, MonotonicClock() if clock is None else clock)
            timekeeper = tasks.create_task(pool._keep_time(), name="speech-pool-timer")
            try:
                pool._feed(PoolOpened())
                await pool._first
                yield pool
            except BaseException as error:  # noqa: BLE001  raised again below, without the group's wrapping
                raised = error
            finally:
                timekeeper.cancel()
                pool._feed(PoolClosed())
        if raised is not None:
            raise raised

    @property
    def pids(self) -> dict[int, int]:
        """Process number to process id."""
        return self._processes.pids

    async def all_ready(self) -> None:
        """Waits until every process serves; `open` waits for the first only."""
        await self._complete.wait()

    def statistics(self) -> PoolStatistics:
        return self._scheduler.statistics(self._clock.now_us())

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        """See `voice_agent.ports.speech.Recogniser`."""
        answer = await self._answer(TranscribeWanted(pcm, expects, urgency, languages), deadline_us)
        if not isinstance(answer, Transcribed):
            raise ProtocolBroken(f"a transcript was asked for, {type(answer).__name__} came")
        return recognition_of(answer)

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        """See `voice_agent.ports.speech.Embedder`."""
        answer = await self._answer(EmbedWanted(tuple(texts)), deadline_us)
        if not isinstance(answer, Embedded):
            raise ProtocolBroken(f"embeddings were asked for, {type(answer).__name__} came")
        vectors = np.frombuffer(answer.vectors, "<f4")
        return vectors.reshape(answer.rows, vectors.size // max(1, answer.rows)).astype(np.float32)

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        """See `voice_agent.ports.speech.Synthesiser`."""
        number, job = self._requested(SynthesizeWanted(text, speed), deadline_us)
        try:
            while not isinstance(answer := await job.next_answer(), Done):
                if not isinstance(answer, Chunk):
                    raise ProtocolBroken(f"speech was asked for, {type(answer).__name__} came")
                self._feed(ChunkTaken(number))
                yield np.frombuffer(answer.pcm, "<i2").astype(np.int16)
        finally:
            self._forget(number)

    async def _answer(self, wanted: Wanted, deadline_us: int) -> Answer:
        number, job = self._requested(wanted, deadline_us)
        try:
            return await job.next_answer()
        finally:
            self._forget(number)

    def _requested(self, wanted: Wanted, deadline_us: int) -> tuple[int, PooledJob]:
        self._last_job += 1
        job = self._jobs[self._last_job] = PooledJob(wanted)
        self._feed(JobRequested(self._last_job, kind_of(wanted), deadline_us, urgency_of(wanted)))
        return self._last_job, job

    def _forget(self, number: int) -> None:
        """Whoever asked is done with the job; where it isn't over, that cancels it."""
        del self._jobs[number]
        self._feed(JobCancelled(number))

    def _feed(self, event: SchedulerEvent, answer: Answer | None = None) -> None:
        self._perform(self._scheduler.handle(event, self._clock.now_us()), answer)
        self._changed.set()

    def _perform(self, actions: Iterable[SchedulerAction], answer: Answer | None = None) -> None:
        for action in actions:
            match action:
                case StartProcess():
                    life = self._processes.live(action.process)
                    self._tasks.create_task(life, name=f"speech-process-{action.process}")
                case KillProcess():
                    self._processes.kill(action.process)
                case SendJob() | SendCancel() | SendCredit():
                    self._processes.send(action.process, self._message(action))
                case Deliver():
                    if answer is not None and action.job in self._jobs:
                        self._jobs[action.job].deliver(answer)
                case FailJob():
                    if action.job in self._jobs:
                        self._jobs[action.job].fail(error_for(action.failure, action.reason))
                case ReportDown():
                    self._report(EngineDown(action.process, action.reason))
                case ReportUp():
                    self._report(EngineUp(action.process, action.restart_us))
                case _:
                    assert_never(action)

    def _message(self, action: SendJob | SendCancel | SendCredit) -> ToProcess:
        match action:
            case SendCancel():
                return Cancel(job=action.job, generation=action.generation)
            case SendCredit():
                return Credit(job=action.job, generation=action.generation, chunks=action.chunks)
            case SendJob():
                # Processes read CLOCK_MONOTONIC, whatever clock the pool's users have.
                deadline_us = MonotonicClock().now_us() + action.deadline_us - self._clock.now_us()
                return request_for(self._jobs[action.job].wanted, action, deadline_us)

    def _report(self, event: EngineDown | EngineUp) -> None:
        statistics = self.statistics()
        (self._complete.set if statistics.ready == statistics.processes else self._complete.clear)()
        if self._observer is not None:
            self._observer(event)

    def _ended(self, number: int, failure: VoiceAgentError) -> None:
        if not self._first.done():
            self._first.set_exception(failure)
        self._feed(ProcessEnded(number, failure.message))

    def _on_message(self, number: int, message: Ready | Answer) -> None:
        match message:
            case Ready():
                self.versions = message.versions
                self._feed(ProcessReady(number))
                if not self._first.done():
                    self._first.set_result(None)
            case Chunk():
                self._feed(ChunkArrived(number, message.job, message.generation, len(message.pcm) // 2), message)
            case Transcribed() | Embedded() | Done():
                self._feed(AnswerArrived(number, message.job, message.generation), message)
            case Failed():
                self._feed(AnswerFailed(number, message.job, message.generation, message.reason))
            case _:
                assert_never(message)

    async def _keep_time(self) -> None:
        while True:
            self._changed.clear()
            wake_us = self._scheduler.next_wake()
            delay_us = None if wake_us is None else wake_us - self._clock.now_us()
            if delay_us is not None and delay_us <= 0:
                self._perform(self._scheduler.wake(self._clock.now_us()))
                continue
            try:
                async with asyncio.timeout(None if delay_us is None else delay_us / 1_000_000):
                    await self._changed.wait()
            except TimeoutError:
                continue
