"""What the pool holds for one job: what was asked, and the answers that its asker has not taken yet."""

from __future__ import annotations

import asyncio
from typing import assert_never

import msgspec

from models.process_messages import Answer, Embed, Refused, Request, Synthesize, Transcribe, Transcribed
from models.scheduler_messages import Failure, JobKind, SendJob
from voice_agent.audio import Pcm
from voice_agent.errors import (
    ConfigurationError,
    DeadlineExceeded,
    EngineOverloaded,
    EngineUnavailable,
    ModelCorrupt,
    ModelMissing,
    VoiceAgentError,
)
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency


class TranscribeWanted(msgspec.Struct, frozen=True):
    pcm: Pcm
    expects: str
    urgency: Urgency = "final"
    languages: Languages = ENGLISH


class SynthesizeWanted(msgspec.Struct, frozen=True):
    text: str
    speed: float = 1.0


class EmbedWanted(msgspec.Struct, frozen=True):
    texts: tuple[str, ...]


Wanted = TranscribeWanted | SynthesizeWanted | EmbedWanted


class PooledJob:
    """Answers wait here; never more than the scheduler's window of chunks and the end."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._answers: asyncio.Queue[Answer | VoiceAgentError] = asyncio.Queue()

    def deliver(self, answer: Answer) -> None:
        self._answers.put_nowait(answer)

    def fail(self, error: VoiceAgentError) -> None:
        self._answers.put_nowait(error)

    async def next_answer(self) -> Answer:
        """Raises the error that ended the job, after the answers before it."""
        answer = await self._answers.get()
        if isinstance(answer, VoiceAgentError):
            raise answer
        return answer


def kind_of(wanted: Wanted) -> JobKind:
    match wanted:
        case TranscribeWanted():
            return JobKind.TRANSCRIBE
        case SynthesizeWanted():
            return JobKind.SYNTHESIZE
        case EmbedWanted():
            return JobKind.EMBED
        case _:
            assert_never(wanted)


def urgency_of(wanted: Wanted) -> Urgency:
    return wanted.urgency if isinstance(wanted, TranscribeWanted) else "final"


def request_for(wanted: Wanted, action: SendJob, deadline_us: int) -> Request:
    """The message that asks a process for it; `deadline_us` is CLOCK_MONOTONIC."""
    job, generation = action.job, action.generation
    match wanted:
        case TranscribeWanted():
            pcm = wanted.pcm.astype("<i2").tobytes()
            return Transcribe(
                job=job,
                generation=generation,
                deadline_us=deadline_us,
                pcm=pcm,
                expects=wanted.expects,
                languages=wanted.languages,
                effort=action.effort,
            )
        case SynthesizeWanted():
            return Synthesize(
                job=job,
                generation=generation,
                deadline_us=deadline_us,
                text=wanted.text,
                speed=wanted.speed,
                skip_samples=action.skip_samples,
                credit=action.credit,
            )
        case EmbedWanted():
            return Embed(job=job, generation=generation, deadline_us=deadline_us, texts=wanted.texts)
        case _:
            assert_never(wanted)


def recognition_of(answer: Transcribed) -> Recognition:
    found = (answer.text, answer.alternatives, answer.confidence, answer.engine, answer.engine_us)
    return Recognition(*found, answer.effort.value, answer.finished, answer.language, answer.likely)


def error_for(failure: Failure, reason: str) -> VoiceAgentError:
    match failure:
        case Failure.OVERLOADED:
            return EngineOverloaded(
                f"the speech processes have no room: {reason}", hint="start more of them, or take fewer calls"
            )
        case Failure.UNAVAILABLE:
            return EngineUnavailable(f"no speech process could do the job: {reason}")
        case Failure.DEADLINE:
            return DeadlineExceeded(f"no answer in time: {reason}")
        case _:
            assert_never(failure)


def refusal(message: Refused) -> VoiceAgentError:
    """The error that a process had while loading, as the same class again."""
    kinds = {kind.code: kind for kind in (ModelMissing, ModelCorrupt, ConfigurationError)}
    return kinds.get(message.code, EngineUnavailable)(message.message, hint=message.hint)
