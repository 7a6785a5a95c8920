"""What the product asks of a language model, whichever it is and wherever it runs.

It is asked to understand or to plan, never to decide: its answers are constrained by a JSON schema, read by pure code,
and held to the same gates as everything else.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Protocol

import msgspec


class Prompt(msgspec.Struct, frozen=True):
    """One question. `system` says what the model is to do, `user` holds what it is about; `schema` is the JSON schema
    of the answer, `name` a word for it. `longest_tokens` bounds the answer."""

    system: str
    user: str
    schema: dict[str, Any]
    name: str = "answer"
    longest_tokens: int = 300


class LanguageModel(Protocol):
    @property
    def name(self) -> str:
        """What logs call it."""
        ...

    def answer(self, prompt: Prompt, *, deadline_us: int) -> AsyncGenerator[str, None]:
        """The answer's text as it comes, in pieces that aren't empty; together one JSON value.

        `deadline_us` (of the clock that it was made with) bounds the whole. Raises EngineUnavailable where the model
        can't be reached, refuses or breaks off, DeadlineExceeded. Closing the generator gives the question up.
        """
        ...
