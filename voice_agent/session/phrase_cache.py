"""Keeps the sound of phrases that are said to many callers alike, so that they begin at once and cost nothing.

Only what the agent's folder itself says is kept, never what is said of a caller: `phrases` are known beforehand. By
content: another text, another speed, or another voice (which has a cache of its own), is another sound.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Set
from typing import Final

from voice_agent.audio import RATE_HZ, Pcm
from voice_agent.ports.speech import Synthesiser

LIMIT_SAMPLES: Final = 600 * RATE_HZ
"""Ten minutes of speech, 10 MB: what was used least recently goes first."""


class PhraseCache:
    """A `Synthesiser` in front of another; serves any number of calls on one event loop."""

    def __init__(self, voice: Synthesiser, phrases: Set[str], limit_samples: int = LIMIT_SAMPLES) -> None:
        self.hits = 0
        self.misses = 0
        self._voice = voice
        self._phrases = phrases
        self._left_samples = limit_samples
        self._kept: OrderedDict[tuple[str, float], tuple[Pcm, ...]] = OrderedDict()

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        """As the port says."""
        kept = self._kept.get((text, speed))
        if kept is not None:
            self.hits += 1
            self._kept.move_to_end((text, speed))
            for chunk in kept:
                yield chunk
            return
        self.misses += 1
        chunks: list[Pcm] = []
        async with contextlib.aclosing(self._voice.synthesize(text, deadline_us=deadline_us, speed=speed)) as made:
            async for chunk in made:
                chunks.append(chunk)
                yield chunk
        if text in self._phrases and (text, speed) not in self._kept:
            self._keep((text, speed), tuple(chunks))

    def _keep(self, phrase: tuple[str, float], chunks: tuple[Pcm, ...]) -> None:
        self._kept[phrase] = chunks
        self._left_samples -= _samples(chunks)
        while self._left_samples < 0:
            _, oldest = self._kept.popitem(last=False)
            self._left_samples += _samples(oldest)


def _samples(chunks: tuple[Pcm, ...]) -> int:
    return sum(chunk.size for chunk in chunks)
