"""Plays the example's typed transcripts with a language model that helps to understand, and compares how they end:

    python -m tests.extra.transcripts_with_model --url http://127.0.0.1:8091/v1 --answers answers.jsonl [NAME ...]

An extra that nobody runs unasked: it needs an endpoint (`tests/extra/loopback_model.py` serves one) and many minutes.
What is asked here is whether the model understands, not how fast: a conversation never waits for it. A question that
has no answer yet is asked between two plays and written to `--answers`; each play goes as far as answers are known,
until no question is open or `--minutes` are over. Prints a line a transcript: whether what it came to (outcomes,
hand-overs, the end) is what it comes to without a model, as it is kept. Exits with 1 where one differs or is
not finished.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

from models.chat_completions import ChatCompletions, Endpoint
from models.recorded_language import RecordedModel, question_key
from tests.transcripts.player import EXAMPLE, FOLDER, STANDARD, played
from voice_agent.app.language import journey_cards
from voice_agent.app.office import load_agent
from voice_agent.clock import MonotonicClock
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.events import Understood
from voice_agent.effects.breaker import Breaker
from voice_agent.effects.model_understander import ModelUnderstander, Patience
from voice_agent.errors import EngineUnavailable
from voice_agent.ports.language import Prompt
from voice_agent.session.world import Understanding, World

LONGEST_US: Final = 600_000_000
"""For one answer of a model on a busy machine."""
_NEVER: Final = 1_000_000
_ENDS: Final = ("outcome: ", "person: ", "end: ")


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
    """Knows which conversation is on: requests count from 1 in each. Counts who understood."""

    def __init__(self, inner: Understanding, asked: Asked) -> None:
        self.engines: dict[int, Counter[str]] = {}
        self._inner = inner
        self._asked = asked

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        self._asked.conversation += asked.request == 1
        answer = await self._inner.understand(asked, deadline_us=deadline_us)
        self.engines.setdefault(self._asked.conversation, Counter())[answer.engine.partition(" (")[0]] += 1
        return answer


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="transcripts_with_model")
    parser.add_argument("--url", required=True)
    parser.add_argument("--model", default="model")
    parser.add_argument("--answers", type=Path, required=True, help="a file of answers, made or gone on with")
    parser.add_argument("--minutes", type=float, default=60.0, help="after that no more questions are asked")
    parser.add_argument("--show", action="store_true", help="print conversations that end otherwise")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    paths = [path for path in sorted(FOLDER.glob("*/*.txt")) if not options.names or path.stem in options.names]
    scripts = [path.read_text(encoding="utf-8") for path in paths]
    until_s = time.monotonic() + options.minutes * 60
    texts, open_ones, engines = _play(scripts, options.answers)
    while open_ones and time.monotonic() < until_s:
        asyncio.run(_ask(list(open_ones.values()), options, until_s))
        texts, open_ones, engines = _play(scripts, options.answers)
    same = 0
    for at, (path, script, text) in enumerate(zip(paths, scripts, texts, strict=True)):
        verdict = "open" if at in open_ones else "same" if _ends(text) == _ends(script) else "OTHER"
        same += verdict == "same"
        understood = ", ".join(f"{count} by {name}" for name, count in engines.get(at, Counter()).most_common())
        print(f"{verdict:5}  {path.stem:44} turns understood: {understood}", flush=True)  # noqa: T201
        if verdict == "OTHER" and options.show:
            print(text, flush=True)  # noqa: T201
    print(f"{same} of {len(paths)} end as without a model, {len(open_ones)} were not finished")  # noqa: T201
    return 0 if same == len(paths) else 1


async def _ask(prompts: list[Prompt], options: argparse.Namespace, until_s: float) -> None:
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


def _play(scripts: list[str], answers: Path) -> tuple[list[str], dict[int, Prompt], dict[int, Counter[str]]]:
    asked = Asked(answers)
    pack, _ = load_agent(EXAMPLE)
    heard: list[Listening] = []

    def with_model(world: World) -> World:
        patience = Patience(LONGEST_US, LONGEST_US, 0)
        breaker = Breaker(failures=_NEVER)
        subject = ModelUnderstander(world.understanding, asked, journey_cards(pack), world.clock, patience, breaker)
        heard.append(Listening(subject, asked))
        return dataclasses.replace(world, understanding=heard[0])

    with tempfile.TemporaryDirectory() as folder:
        texts = played(scripts, Path(folder), STANDARD, with_model)
    return texts, asked.open, heard[0].engines


def _ends(text: str) -> list[str]:
    """What the conversation came to; the ways there may differ."""
    return [line for line in text.splitlines() if line.startswith(_ENDS)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
