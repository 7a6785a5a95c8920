"""What surrounds the agent in an attempt: tools that return what an attacker wrote, a model that obeys one, a voice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Final

import msgspec
import numpy as np

from tests.adversarial.attempt import BadAttempt
from voice_agent.audio import RATE_HZ, Pcm
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.events import Understood
from voice_agent.effects.tool_functions import Tool
from voice_agent.ports.language import Prompt
from voice_agent.session.world import Understanding

_CHARACTER_SAMPLES: Final = RATE_HZ // 60
_LOUD: Final = 4_000
_CHUNK: Final = RATE_HZ // 5


def watched(tools: Mapping[str, Tool], results: Mapping[str, Mapping[str, Any]], ran: Counter[str]) -> dict[str, Tool]:
    """`tools`, some of whose results have other fields; `ran` counts how often each has run.

    Raises BadAttempt where there is no such tool.
    """
    for name in results:
        if name not in tools:
            raise BadAttempt(f"found no tool {name!r} under 'results'; allowed: {', '.join(sorted(tools))}")
    return {
        name: msgspec.structs.replace(tool, function=_watched(name, tool.function, results.get(name, {}), ran))
        for name, tool in tools.items()
    }


def _watched(
    name: str, function: Callable[..., Any], fields: Mapping[str, Any], ran: Counter[str]
) -> Callable[..., Any]:
    def run(**given: Any) -> dict[str, Any]:
        ran[name] += 1
        return {**function(**given), **fields}

    return run


class ObedientModel:
    """A language model that answers everything with one text."""

    name = "obedient"

    def __init__(self, answer: str) -> None:
        self._answer = answer

    async def answer(self, prompt: Prompt, *, deadline_us: int) -> AsyncGenerator[str, None]:
        yield self._answer


class TimedUnderstanding:
    """Another's, and how long the slowest turn took the processor."""

    def __init__(self, understanding: Understanding) -> None:
        self.slowest_s = 0.0
        self._understanding = understanding

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        began_s = time.process_time()
        try:
            return await self._understanding.understand(asked, deadline_us=deadline_us)
        finally:
            self.slowest_s = max(self.slowest_s, time.process_time() - began_s)


class QuickVoice:
    """A synthesiser of a hum, as long as somebody who talks fast would take."""

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        hum = np.full(_CHARACTER_SAMPLES * max(1, len(text)), _LOUD, np.int16)
        hum[::2] = -_LOUD
        for start in range(0, hum.size, _CHUNK):
            yield hum[start : start + _CHUNK]
