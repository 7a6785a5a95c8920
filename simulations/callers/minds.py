"""The minds of callers that think: a language model, and what one said before, played back. A thin shell.

    mind = RecordedMind(path, seed, asks=ModelMind(scenario, opened))
    thought = await mind.think(1, said)

A mind is asked with a deadline and once more where it fails; then the run is an error, which says nothing of the agent.
Answers are written down by seed and number, with a digest of what had been said: the same call gets the same answers
without the model, and a call that goes another way is no longer answered from the file.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import msgspec

from models.chat_completions import ChatCompletions, Endpoint
from simulations.callers.mind import Said, Thought, prompt_of, thought_from
from simulations.held_engines import held
from simulations.mouth import PreparedLine, prepare_lines
from simulations.runs.records import RunKey
from simulations.scenario import Scenario
from voice_agent.clock import Clock, MonotonicClock
from voice_agent.errors import ConfigurationError, EngineUnavailable, VoiceAgentError
from voice_agent.ports.language import LanguageModel, Prompt
from voice_agent.ports.speech import Synthesiser

ANSWER_US: Final = 20_000_000
ATTEMPTS: Final = 2
NO_MIND: Final = "`mind: llm` needs a language model: set [language] url and model"


class Mind(Protocol):
    async def think(self, number: int, said: tuple[Said, ...], /) -> Thought:
        """The caller's next turn; `number` counts from 1. Raises VoiceAgentError where none comes."""
        ...


Minds: TypeAlias = Callable[[RunKey, Scenario], Mind]
"""Makes the mind of one run. Raises ConfigurationError where there is no model to think with."""
OpenModel: TypeAlias = Callable[[], AbstractAsyncContextManager[LanguageModel]]


class ModelMind:
    """A language model. It is asked in a thread and a loop of its own, where deadlines are real in virtual time too."""

    def __init__(self, scenario: Scenario, opened: OpenModel, *, answer_us: int = ANSWER_US) -> None:
        self._scenario = scenario
        self._open = opened
        self._answer_us = answer_us

    async def think(self, number: int, said: tuple[Said, ...], /) -> Thought:
        prompt = prompt_of(self._scenario, said)
        return await asyncio.to_thread(lambda: asyncio.run(self._answer(prompt)))

    async def _answer(self, prompt: Prompt) -> Thought:
        problem = ""
        for _ in range(ATTEMPTS):
            deadline_us = MonotonicClock().now_us() + self._answer_us
            try:
                async with self._open() as model:
                    pieces = [piece async for piece in model.answer(prompt, deadline_us=deadline_us)]
                return thought_from("".join(pieces))
            except (VoiceAgentError, ValueError) as error:
                problem = error.message if isinstance(error, VoiceAgentError) else str(error)
        raise EngineUnavailable(f"asked {ATTEMPTS} times: {problem}")


class _Line(msgspec.Struct, frozen=True):
    seed: int
    number: int
    said: str
    thought: Thought


class RecordedMind:
    """What was thought before, from the file at `path`; with `asks`, what isn't there is asked for and written down."""

    def __init__(self, path: Path, seed: int, *, asks: Mind | None = None) -> None:
        """Raises EngineUnavailable for a file that can't be read."""
        self._path = path
        self._seed = seed
        self._asks = asks
        try:
            lines = [msgspec.json.decode(line, type=_Line) for line in _lines(path)]
        except (OSError, msgspec.MsgspecError) as problem:
            raise EngineUnavailable(f"{path} holds no answers of a caller: {problem}") from problem
        self._known = {(line.seed, line.number, line.said): line.thought for line in lines}

    async def think(self, number: int, said: tuple[Said, ...], /) -> Thought:
        key = (self._seed, number, _digest(said))
        known = self._known.get(key)
        if known is not None:
            return known
        if self._asks is None:
            raise EngineUnavailable(
                f"{self._path} has no answer {number} of seed {self._seed} to what was said",
                hint="the call went another way than when it was recorded; record it again",
            )
        thought = await self._asks.think(number, said)
        self._known[key] = thought
        await asyncio.to_thread(self._keep, _Line(*key, thought))
        return thought

    def _keep(self, line: _Line) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")


class HeldMind:
    """A mind for which virtual time stands still; it answers after `latency_us`."""

    def __init__(self, mind: Mind, latency_us: int) -> None:
        self._mind = mind
        self._latency_us = latency_us

    async def think(self, number: int, said: tuple[Said, ...], /) -> Thought:
        return await held(lambda: self._mind.think(number, said), self._latency_us)


def minds_of(endpoint: Endpoint | None, folder: Path | None = None) -> Minds:
    """Minds that think with the model at `endpoint` (None: what was recorded is all there is), and keep their answers
    in `folder`, a file a run, where one is given. Raises ConfigurationError for neither."""
    if endpoint is None and folder is None:
        raise ConfigurationError("there is nothing that callers could think with", hint=NO_MIND)

    def mind(key: RunKey, scenario: Scenario) -> Mind:
        model = None if endpoint is None else ModelMind(scenario, partial(open_endpoint, endpoint))
        if folder is None:
            assert model is not None
            return model
        path = folder / f"{key.text.replace('/', '.')}.minds.jsonl"
        return RecordedMind(path, scenario.seed, asks=model)

    return mind


@asynccontextmanager
async def open_endpoint(endpoint: Endpoint) -> AsyncIterator[LanguageModel]:
    """The model there, for one question."""
    model = ChatCompletions(endpoint, MonotonicClock())
    try:
        yield model
    finally:
        await model.close()


class SpokenMind:
    """A mind with a voice: what it thinks of comes ready to be said."""

    def __init__(self, mind: Mind, voice: Synthesiser, clock: Clock, scenario: Scenario) -> None:
        self._mind = mind
        self._voice = voice
        self._clock = clock
        self._scenario = scenario

    async def think(self, number: int, said: tuple[Said, ...]) -> tuple[Thought, dict[str, PreparedLine]]:
        """Raises what minds and voices raise."""
        thought = await self._mind.think(number, said)
        who, seed = self._scenario.who, self._scenario.seed
        texts = [thought.say] if thought.say else []
        return thought, await prepare_lines(texts, self._voice, self._clock, loudness_db=who.loudness_db, seed=seed)


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def _digest(said: tuple[Said, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:16]
