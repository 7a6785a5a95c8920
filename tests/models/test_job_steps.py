from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from models.delivery import NATURAL, Delivery
from models.engines import Steps
from models.job_steps import JobSteps, SpeechEngines
from models.ladder import Effort
from models.modem import modulated
from models.process_messages import (
    Answer,
    Cancel,
    Chunk,
    Credit,
    Done,
    Embed,
    Embedded,
    Failed,
    Synthesize,
    Transcribe,
    Transcribed,
)
from models.scripted_blocking import (
    ScriptedBlockingEmbedder,
    ScriptedBlockingRecogniser,
    ScriptedBlockingSynthesiser,
)
from voice_agent.audio import Pcm
from voice_agent.ports.speech import ENGLISH, Languages, Recognition


class BrokenSynthesiser:
    def synthesize(self, text: str, delivery: Delivery = NATURAL) -> Iterator[Pcm]:
        yield modulated("a")
        raise ValueError("no such sound")


def scripted() -> JobSteps:
    return JobSteps(
        SpeechEngines(ScriptedBlockingRecogniser(0), ScriptedBlockingSynthesiser(0), ScriptedBlockingEmbedder(0))
    )


def synthesis(job: int = 1, *, credit: int = 99, skip: int = 0, deadline_us: int = 100) -> Synthesize:
    return Synthesize(
        job=job, generation=1, deadline_us=deadline_us, text="hello there", skip_samples=skip, credit=credit
    )


def all_answers(steps: JobSteps) -> list[Answer]:
    answers: list[Answer] = []
    while steps.runnable():
        answers += steps.step(0)
    return answers


def samples(answers: Sequence[Answer]) -> npt.NDArray[np.int16]:
    chunks = [np.frombuffer(answer.pcm, "<i2") for answer in answers if isinstance(answer, Chunk)]
    return np.concatenate(chunks).astype(np.int16)


def test_a_transcript_takes_one_step() -> None:
    steps = scripted()
    pcm = modulated("yes").tobytes()
    assert steps.take(Transcribe(job=1, generation=2, deadline_us=10, pcm=pcm, expects="open"), 0) == []
    (answer,) = all_answers(steps)
    assert isinstance(answer, Transcribed)
    assert (answer.job, answer.generation, answer.text) == (1, 2, "yes")


class SlowRecogniser(ScriptedBlockingRecogniser):
    """Yes, after three steps; notes how many were done."""

    def __init__(self) -> None:
        super().__init__(0)
        self.done = 0

    def steps(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Steps[Recognition]:
        for _ in range(2):
            self.done += 1
            yield
        self.done += 1
        return Recognition("yes")


def test_a_recognition_in_steps_is_given_up_between_two_of_them() -> None:
    recogniser = SlowRecogniser()
    steps = JobSteps(SpeechEngines(recogniser, ScriptedBlockingSynthesiser(0), ScriptedBlockingEmbedder(0)))
    pcm = modulated("yes").tobytes()
    steps.take(Transcribe(job=1, generation=1, deadline_us=10, pcm=pcm, expects="open"), 0)
    assert steps.step(0) == []
    assert steps.take(Cancel(job=1, generation=1), 0) == [Done(job=1, generation=1)]
    assert (steps.runnable(), recogniser.done) == (False, 1)
    steps.take(Transcribe(job=2, generation=1, deadline_us=10, pcm=pcm, expects="open"), 0)
    (answer,) = all_answers(steps)
    assert isinstance(answer, Transcribed)
    assert (answer.job, answer.text) == (2, "yes")


def test_a_synthesis_gives_its_chunks_and_says_that_it_is_done() -> None:
    steps = scripted()
    steps.take(synthesis(), 0)
    answers = all_answers(steps)
    assert np.array_equal(samples(answers), modulated("hello there"))
    assert answers[-1] == Done(job=1, generation=1)


def test_a_resumed_synthesis_skips_what_was_heard() -> None:
    steps = scripted()
    steps.take(synthesis(skip=2_000), 0)
    assert np.array_equal(samples(all_answers(steps)), modulated("hello there")[2_000:])


def test_without_credit_a_synthesis_rests_and_others_go_on() -> None:
    steps = scripted()
    steps.take(synthesis(credit=1), 0)
    assert len(all_answers(steps)) == 1
    steps.take(Embed(job=2, generation=1, deadline_us=500, texts=("a",)), 0)
    assert isinstance(all_answers(steps)[-1], Embedded)
    steps.take(Credit(job=1, generation=1, chunks=1), 0)
    assert [type(answer) for answer in all_answers(steps)] == [Chunk]


def test_the_earliest_deadline_takes_the_next_step() -> None:
    steps = scripted()
    steps.take(synthesis(1, deadline_us=200), 0)
    steps.step(0)
    steps.take(synthesis(2, deadline_us=100), 0)
    (answer,) = steps.step(0)
    assert isinstance(answer, Chunk)
    assert answer.job == 2


def test_a_cancelled_job_is_acknowledged_and_takes_no_further_step() -> None:
    steps = scripted()
    steps.take(synthesis(), 0)
    steps.step(0)
    assert steps.take(Cancel(job=1, generation=1), 0) == [Done(job=1, generation=1)]
    assert not steps.runnable()
    assert steps.take(Cancel(job=1, generation=1), 0) == [Done(job=1, generation=1)]
    assert steps.take(Credit(job=1, generation=1, chunks=1), 0) == []


def test_a_job_whose_deadline_has_passed_is_not_begun() -> None:
    steps = scripted()
    (answer,) = steps.take(synthesis(deadline_us=100), 100)
    assert isinstance(answer, Failed)
    assert not steps.runnable()


def test_what_an_engine_raises_fails_its_job_and_no_other() -> None:
    steps = JobSteps(SpeechEngines(ScriptedBlockingRecogniser(0), BrokenSynthesiser(), ScriptedBlockingEmbedder(0)))
    steps.take(synthesis(1), 0)
    steps.take(Embed(job=2, generation=1, deadline_us=500, texts=()), 0)
    answers = all_answers(steps)
    assert Failed(job=1, generation=1, reason="ValueError: no such sound") in answers
    assert Embedded(job=2, generation=1, vectors=b"", rows=0) in answers


def test_many_texts_are_embedded_in_several_steps() -> None:
    steps = scripted()
    texts = tuple(f"text {number}" for number in range(20))
    steps.take(Embed(job=1, generation=1, deadline_us=10, texts=texts), 0)
    assert [steps.step(0) for _ in range(3)] == [[], [], []]
    (answer,) = steps.step(0)
    assert isinstance(answer, Embedded)
    assert (answer.rows, len(answer.vectors)) == (20, 20 * 384 * 4)


def test_what_is_late_is_recognised_by_the_smaller_model_and_says_so() -> None:
    small = ScriptedBlockingRecogniser(0, engine="small")
    engines = (
        ScriptedBlockingRecogniser(0, engine="usual"),
        ScriptedBlockingSynthesiser(0),
        ScriptedBlockingEmbedder(0),
    )
    done = {
        (effort, smaller is not None): recognised(JobSteps(SpeechEngines(*engines, smaller)), effort)
        for effort in Effort
        for smaller in (small, None)
    }
    assert done == {
        (Effort.FULL, True): ("usual", Effort.FULL),
        (Effort.FULL, False): ("usual", Effort.FULL),
        (Effort.SHORT, True): ("usual", Effort.SHORT),
        (Effort.SHORT, False): ("usual", Effort.SHORT),
        (Effort.SMALL, True): ("small", Effort.SMALL),
        (Effort.SMALL, False): ("usual", Effort.SHORT),
    }


def recognised(steps: JobSteps, effort: Effort) -> tuple[str, Effort]:
    """The engine that did it, and how well."""
    pcm = modulated("yes").tobytes()
    steps.take(Transcribe(job=1, generation=1, deadline_us=10, pcm=pcm, expects="open", effort=effort), 0)
    (answer,) = all_answers(steps)
    assert isinstance(answer, Transcribed)
    return answer.engine, answer.effort
