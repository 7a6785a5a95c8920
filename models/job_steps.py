"""The jobs inside a speech process, done step by step, so that a long one doesn't hold up an urgent or cancelled one.

It knows nothing of sockets, threads or clocks: `take` is told of a message, `step` does the most urgent piece of work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from models.delivery import Delivery
from models.engines import BlockingEmbedder, BlockingRecogniser, BlockingSynthesiser, recognising
from models.ladder import Effort
from models.process_messages import (
    Answer,
    Cancel,
    Chunk,
    Credit,
    Done,
    Embed,
    Embedded,
    Failed,
    Request,
    Synthesize,
    ToProcess,
    Transcribe,
    Transcribed,
)
from voice_agent.audio import Pcm

_TEXTS_PER_STEP = 8


@dataclass(frozen=True)
class SpeechEngines:
    """`smaller` recognises where there is no time for `recogniser`; None: it does that itself, as quickly as it can."""

    recogniser: BlockingRecogniser
    synthesiser: BlockingSynthesiser
    embedder: BlockingEmbedder
    smaller: BlockingRecogniser | None = None


@dataclass
class _Running:
    """`credit` is None where answers need none; `answers` yields None for a step that has nothing to send yet."""

    request: Request
    answers: Iterator[Answer | None]
    credit: int | None


class JobSteps:
    def __init__(self, engines: SpeechEngines) -> None:
        self._engines = engines
        self._running: dict[int, _Running] = {}

    def runnable(self) -> bool:
        return any(running.credit != 0 for running in self._running.values())

    def take(self, message: ToProcess, now_us: int) -> list[Answer]:
        match message:
            case Cancel():
                self._running.pop(message.job, None)
                return [Done(job=message.job, generation=message.generation)]
            case Credit():
                running = self._running.get(message.job)
                if running is not None and running.credit is not None:
                    running.credit += message.chunks
                return []
            case Transcribe() | Embed() | Synthesize():
                if message.deadline_us <= now_us:
                    return [Failed(job=message.job, generation=message.generation, reason="the deadline had passed")]
                credit = message.credit if isinstance(message, Synthesize) else None
                self._running[message.job] = _Running(message, self._answers(message, now_us), credit)
                return []
            case _:
                assert_never(message)

    def step(self, now_us: int) -> list[Answer]:
        """One step of the job with the earliest deadline among those that may go on; call only if `runnable`."""
        running = min(
            (running for running in self._running.values() if running.credit != 0),
            key=lambda running: running.request.deadline_us,
        )
        request = running.request
        try:
            answer = next(running.answers, Done(job=request.job, generation=request.generation))
        except Exception as error:  # noqa: BLE001  the boundary of a request: engines raise what they like
            answer = Failed(job=request.job, generation=request.generation, reason=f"{type(error).__name__}: {error}")
        if isinstance(answer, Chunk):
            running.credit = None if running.credit is None else running.credit - 1
        elif answer is not None:
            del self._running[request.job]
        return [] if answer is None else [answer]

    def _answers(self, request: Request, now_us: int) -> Iterator[Answer | None]:
        match request:
            case Transcribe():
                return self._transcribe(request, request.deadline_us - now_us)
            case Synthesize():
                return self._synthesize(request)
            case Embed():
                return self._embed(request)
            case _:
                assert_never(request)

    def _transcribe(self, request: Transcribe, budget_us: int) -> Iterator[Answer | None]:
        pcm = np.frombuffer(request.pcm, "<i2")
        effort, engine = request.effort, self._engines.recogniser
        if effort is Effort.SMALL and self._engines.smaller is not None:
            engine = self._engines.smaller
        elif effort is Effort.SMALL:
            effort = Effort.SHORT
        budget_us = budget_us if effort is Effort.FULL else 0
        languages = request.languages
        heard = yield from recognising(engine, pcm, expects=request.expects, budget_us=budget_us, languages=languages)
        yield Transcribed(
            job=request.job,
            generation=request.generation,
            text=heard.text,
            alternatives=heard.alternatives,
            confidence=heard.confidence,
            engine=heard.engine,
            engine_us=heard.engine_us,
            effort=effort,
            finished=heard.finished,
            language=heard.language,
            likely=heard.likely,
        )

    def _synthesize(self, request: Synthesize) -> Iterator[Answer | None]:
        skip = request.skip_samples
        for chunk in self._engines.synthesiser.synthesize(request.text, Delivery(request.speed)):
            fresh: Pcm = chunk[skip:]
            skip = max(0, skip - chunk.size)
            if fresh.size == 0:
                yield None
                continue
            yield Chunk(job=request.job, generation=request.generation, pcm=fresh.astype("<i2").tobytes())

    def _embed(self, request: Embed) -> Iterator[Answer | None]:
        rows: list[bytes] = []
        for start in range(0, len(request.texts), _TEXTS_PER_STEP):
            vectors = self._engines.embedder.embed(request.texts[start : start + _TEXTS_PER_STEP])
            rows.append(vectors.astype("<f4").tobytes())
            yield None
        yield Embedded(job=request.job, generation=request.generation, vectors=b"".join(rows), rows=len(request.texts))
