"""What the product asks of speech engines, whatever they are and wherever they run.

All audio is `int16[samples]`, 8 kHz mono. Deadlines are absolute microseconds of the clock the session uses
(`voice_agent.clock`). Cancelling the awaiting task cancels the job; a result that comes later is never delivered.

Errors, for every call: `EngineOverloaded` (queue full, nothing was started), `EngineUnavailable` (no engine process
could finish it, after one retry on another process), `DeadlineExceeded`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Final, Literal, Protocol, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from voice_agent.audio import Pcm
from voice_agent.ports.likely import Likely
from voice_agent.ports.urgency import Urgency

PASSAGE: Final = "passage: "
"""What a text to be embedded begins with where it is something to be found."""
Languages: TypeAlias = tuple[str, ...]
"""ISO 639-1: the one that is spoken, and those that a caller may turn to."""
ENGLISH: Final[Languages] = ("en",)
QUERY: Final = "query: "
"""What it begins with where it is what one looks for. A text with neither is a sentence, compared with sentences."""


class Recognition(msgspec.Struct, frozen=True):
    """What a recogniser heard.

    `text` is the best hypothesis, empty where there were no words. `alternatives` are further hypotheses, best
    first, without `text`. `confidence` is 0..1, an average over tokens of what the engine believes. `effort` is less
    than `full` where engines were behind: `short` without a second look, `small` by a smaller model.
    `finished` is how finished the voice sounds, 0..1, None where nobody listens to that. `language` is the one that it
    was taken to be in, empty where the engine knows one only. `likely` are the expected answers that fit best, best
    first, where none of them was heard and the engine can tell.
    """

    text: str
    alternatives: tuple[str, ...] = ()
    confidence: float = 1.0
    engine: str = ""
    engine_us: int = 0
    effort: Literal["full", "short", "small"] = "full"
    finished: float | None = None
    language: str = ""
    likely: tuple[Likely, ...] = ()


class Recogniser(Protocol):
    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        """Words in one stretch of speech. An `early` one is refused (`EngineOverloaded`) unless it can begin at once,
        or as soon as what was cancelled is given up.

        `expects` is what the conversation waits for: "open", "yes_no", "digits", "digits:8" (so many of
        them), "choice", "choice:red|green|blue" (one of these), "value"; an engine may use it to choose a slower, safer
        decode, and may ignore it.

        Words in the first of `languages`; an engine that can tell may take it for one of the others.
        """
        ...


class Synthesiser(Protocol):
    def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        """Speech for one clause, as chunks in order, without the engine's leading silence.

        `deadline_us` bounds the first chunk; each further chunk must follow within a second. At `speed` 0.8 it takes a
        quarter more time, where the engine can.
        """
        ...


class Embedder(Protocol):
    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        """`float32[len(texts), dimensions]`, rows of unit length.

        Texts that begin with `PASSAGE` are compared with those that begin with `QUERY`, as answers with questions; all
        others among themselves.
        """
        ...


class VoiceActivity(Protocol):
    """One caller's voice-activity detector. Stateful; runs in the worker, so it must stay well under a millisecond."""

    def prepare(self, frame: Pcm) -> None:
        """Takes the next frame, so that the work for it may be done together with other callers'.

        `probability` is asked for the very same frame next; it is free to be asked without.
        """
        ...

    def probability(self, frame: Pcm) -> float:
        """Probability 0..1 that `frame` (`int16[160]`) holds speech, given all frames before it."""
        ...
