"""What plays with a language model share: answers out of a file, and the questions that are still open.

What is asked is whether the model understands, not how fast: a conversation never waits for it. A question that has no
answer yet is asked between two plays; each play goes as far as answers are known.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

from models.chat_completions import ChatCompletions, Endpoint
from models.recorded_language import RecordedModel, question_key
from tests.transcripts.player import EXAMPLE
from voice_agent.app.language import journey_cards
from voice_agent.app.office import load_agent
from voice_agent.clock import Clock, MonotonicClock
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.events import Understood
from voice_agent.effects.breaker import Breaker
from voice_agent.effects.model_understander import ModelUnderstander, Patience
from voice_agent.errors import EngineUnavailable
from voice_agent.ports.language import Prompt
from voice_agent.session.world import Understanding

LONGEST_US: Final = 600_000_000
"""For one answer of a model on a busy machine."""
_NEVER: Final = 1_000_000


class Asked:
    """Answers from the file; of each conversation it remembers the first question that is not there yet."""

    name = "model"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.open: dict[int, Prompt] = {}
        self.conversation = -1

    async def answer(self, prompt: Prompt, *, deadline_us: int) -> AsyncGenerator[str, None]:
        try:
            async for piece in RecordedModel(self.path).answer(prompt, deadline_us=deadline_us):
                yield piece
        except EngineUnavailable:
            self.open.setdefault(self.conversation, prompt)
            raise


class Listening:
    """Understands with the model's answers. Knows which conversation is on, for requests count from 1 in each, and
    counts who understood."""

    def __init__(self, rules: Understanding, asked: Asked, clock: Clock) -> None:
        self.engines: dict[int, Counter[str]] = {}
        self._asked = asked
        pack, _ = load_agent(EXAMPLE)
        patience = Patience(LONGEST_US, LONGEST_US, 0)
        breaker = Breaker(failures=_NEVER)
        self._inner = ModelUnderstander(rules, asked, journey_cards(pack), clock, patience, breaker)

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        self._asked.conversation += asked.request == 1
        answer = await self._inner.understand(asked, deadline_us=deadline_us)
        self.engines.setdefault(self._asked.conversation, Counter())[answer.engine.partition(" (")[0]] += 1
        return answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", required=True)
    parser.add_argument("--model", default="model")
    parser.add_argument("--answers", type=Path, required=True, help="a file of answers, made or gone on with")
    parser.add_argument("--minutes", type=float, default=60.0, help="after that no more questions are asked")
    parser.add_argument("--show", action="store_true", help="print conversations that end otherwise")
    parser.add_argument("names", nargs="*")


async def ask(prompts: list[Prompt], options: argparse.Namespace, until_s: float) -> None:
    """Asks the model and writes its answers down; the same question once."""
    model = ChatCompletions(Endpoint(options.url, options.model), MonotonicClock())
    recorded = RecordedModel(options.answers, asks=model)
    try:
        for prompt in {question_key(prompt): prompt for prompt in prompts}.values():
            if time.monotonic() > until_s:
                return
            began_s = time.monotonic()
            deadline_us = MonotonicClock().now_us() + LONGEST_US
            answer = "".join([piece async for piece in recorded.answer(prompt, deadline_us=deadline_us)])
            said = prompt.user.rpartition("<<<")[2].replace(">>>", "").strip()
            took_s = time.monotonic() - began_s
            print(f"{took_s:6.1f} s  {said!r}: {' '.join(answer.split())}", file=sys.stderr, flush=True)  # noqa: T201
    finally:
        await model.close()


def tell(verdict: str, name: str, understood: Counter[str]) -> None:
    who = ", ".join(f"{count} by {engine}" for engine, count in understood.most_common())
    print(f"{verdict:6}  {name:44} turns understood: {who}", flush=True)  # noqa: T201
