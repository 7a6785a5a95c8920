"""Asks a language model, and a second time where the first piece is late: the first answer to begin is taken.

A question that hangs in one connection or on one machine of a provider is answered by another; the loser is given up.
Each answer is read by one task from its beginning to its end, because the model's deadline belongs to the task.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from typing import Any

from voice_agent.errors import VoiceAgentError
from voice_agent.ports.language import LanguageModel, Prompt


async def hedged_answer(
    model: LanguageModel, prompt: Prompt, *, deadline_us: int, hedge_s: float | None, first_s: float
) -> str:
    """The whole answer.

    `hedge_s` after the start a second question is sent where no piece has come (None: never); TimeoutError where none
    has come after `first_s`. Raises what the model raises once all questions have failed.
    """
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def ask(number: int) -> asyncio.Task[str]:
        return asyncio.ensure_future(_read(model, prompt, deadline_us, number, begun))

    questions = [ask(0)]
    try:
        async with asyncio.timeout(first_s):
            if hedge_s is not None:
                await asyncio.wait(_all(begun, questions), timeout=hedge_s, return_when=asyncio.FIRST_COMPLETED)
                if not begun.done() and not questions[0].done():
                    questions.append(ask(1))
            await _begun_or_failed(begun, questions)
        return await questions[begun.result()]
    finally:
        begun.cancel()
        for question in questions:
            question.cancel()
        await asyncio.gather(*questions, return_exceptions=True)


def _all(begun: asyncio.Future[int], questions: Iterable[asyncio.Task[str]]) -> set[asyncio.Future[Any]]:
    return {begun, *questions}


async def _read(model: LanguageModel, prompt: Prompt, deadline_us: int, number: int, begun: asyncio.Future[int]) -> str:
    pieces: list[str] = []
    async with aclosing(model.answer(prompt, deadline_us=deadline_us)) as answer:
        async for piece in answer:
            pieces.append(piece)
            if not begun.done():
                begun.set_result(number)
    return "".join(pieces)


async def _begun_or_failed(begun: asyncio.Future[int], questions: list[asyncio.Task[str]]) -> None:
    """Returns once an answer has begun. Raises the last failure where no question can be answered any more."""
    waiting = set(questions)
    while not begun.done():
        if not waiting:
            failure = questions[-1].exception()
            if failure is not None:
                raise failure
            raise VoiceAgentError("the model answered nothing")
        await asyncio.wait(_all(begun, waiting), return_when=asyncio.FIRST_COMPLETED)
        waiting = {question for question in waiting if not question.done()}
