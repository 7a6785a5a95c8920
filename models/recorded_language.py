"""A language model whose answers were written down: the same question gets the same answer, without the model.

    model = RecordedModel(Path("answers.jsonl"))                     # plays back; an unknown question is an error
    model = RecordedModel(Path("answers.jsonl"), asks=real_model)    # asks for what it doesn't know, and writes it down

One JSON object a line: `{"key", "answer"}`; the key is a digest of all that was asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

from voice_agent.errors import EngineUnavailable
from voice_agent.ports.language import LanguageModel, Prompt


class _Line(msgspec.Struct, frozen=True):
    key: str
    answer: str


def question_key(prompt: Prompt) -> str:
    """What makes two questions the same: every word of them, and the form of the answer."""
    return hashlib.sha256(msgspec.json.encode(prompt, order="sorted")).hexdigest()[:32]


class RecordedModel:
    """`voice_agent.ports.language.LanguageModel`."""

    def __init__(self, path: Path, *, asks: LanguageModel | None = None) -> None:
        """Raises OSError, msgspec.ValidationError for a file that can't be read."""
        self._path = path
        self._asks = asks
        lines = path.read_bytes().splitlines() if path.exists() else []
        self._answers = {line.key: line.answer for line in (msgspec.json.decode(raw, type=_Line) for raw in lines)}

    @property
    def name(self) -> str:
        return "recorded" if self._asks is None else self._asks.name

    async def answer(self, prompt: Prompt, *, deadline_us: int) -> AsyncGenerator[str, None]:
        key = question_key(prompt)
        known = self._answers.get(key)
        if known is None:
            if self._asks is None:
                raise EngineUnavailable(
                    f"{self._path} holds no answer to a question that ends {prompt.user[-80:]!r}",
                    hint="record it once with the real model",
                )
            known = "".join([piece async for piece in self._asks.answer(prompt, deadline_us=deadline_us)])
            self._answers[key] = known
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(_Line(key, known)) + b"\n")
        yield known
