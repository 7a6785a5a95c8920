"""What an engine looks like inside a speech process: blocking calls, one at a time, no asyncio.

The ports in `voice_agent.ports.speech` are what the rest of the product sees; `models.pool` implements them with these.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

from models.delivery import NATURAL, Delivery
from voice_agent.audio import Pcm
from voice_agent.ports.speech import ENGLISH, Languages, Recognition

T = TypeVar("T")

Steps: TypeAlias = Generator[None, None, T]
"""Work that may be given up wherever it yields, and returns what comes of it."""


def finished(steps: Steps[T]) -> T:
    """What comes of it, all steps done at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


class BlockingRecogniser(Protocol):
    def transcribe(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Recognition:
        """`budget_us` is what is left until the deadline; a slower, safer decode is tried only where it fits."""
        ...


@runtime_checkable
class SteppedRecogniser(BlockingRecogniser, Protocol):
    """One whose recognition can be given up half way, for the next one not to wait for what nobody wants any more."""

    def steps(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Steps[Recognition]:
        """As `transcribe`."""
        ...


def recognising(
    engine: BlockingRecogniser, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH
) -> Steps[Recognition]:
    """With `engine`, in steps where it has some."""
    if isinstance(engine, SteppedRecogniser):
        return (yield from engine.steps(pcm, expects=expects, budget_us=budget_us, languages=languages))
    return engine.transcribe(pcm, expects=expects, budget_us=budget_us, languages=languages)


class BlockingSynthesiser(Protocol):
    def synthesize(self, text: str, delivery: Delivery = NATURAL) -> Iterator[Pcm]:
        """The same text and delivery always give the same samples: another process can resume where one died."""
        ...


class BlockingEmbedder(Protocol):
    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...
