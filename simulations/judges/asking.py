"""Asks a language model for its votes on a call, item by item. A thin shell: deadline, one more try, and a breaker.

    judge = CallJudge(model, clock)
    judgements = await judge.judge(lines_of(run), rubric.items, votes=3)

It never raises: a question that has no answer is a void vote that says why. A model that fails three times in a row is
left alone for a while, and then every vote is void.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from simulations.judges.question import question, quotable, read_vote
from simulations.judges.rubric import Item
from simulations.judges.spoken_lines import SpokenLine
from simulations.judges.verdicts import Judgement, Vote, judgement
from voice_agent.clock import Clock
from voice_agent.effects.breaker import Breaker
from voice_agent.effects.first_of import hedged_answer
from voice_agent.errors import EngineUnavailable, VoiceAgentError
from voice_agent.ports.language import LanguageModel, Prompt

VOTES: Final = 3
DEADLINE_US: Final = 60_000_000
"""Of one try. Nobody waits on the line: a small model on a busy machine takes many seconds to read a call."""


class CallJudge:
    """Of one model; calls are judged one after another."""

    def __init__(
        self, model: LanguageModel, clock: Clock, *, deadline_us: int = DEADLINE_US, breaker: Breaker | None = None
    ) -> None:
        self._model = model
        self._clock = clock
        self._deadline_us = deadline_us
        self._breaker = Breaker() if breaker is None else breaker

    async def judge(
        self, lines: Sequence[SpokenLine], items: Iterable[Item], votes: int = VOTES
    ) -> tuple[Judgement, ...]:
        """One judgement an item, in order. `votes` is at most `question.MOST_VOTES`."""
        found: list[Judgement] = []
        for item in items:
            found.append(judgement(item.name, [await self._vote(item, lines, number) for number in range(votes)]))
        return tuple(found)

    async def _vote(self, item: Item, lines: Sequence[SpokenLine], number: int) -> Vote:
        if not quotable(item, lines):
            return Vote(None, problem=f"there is no line by {' or '.join(item.evidence)}")
        try:
            answer = await self._ask(question(item, lines, number))
        except (VoiceAgentError, TimeoutError) as error:
            return Vote(None, problem=str(error) if str(error) else "no answer came in time", answered=False)
        return read_vote(answer, item, lines)

    async def _ask(self, prompt: Prompt) -> str:
        """Asked once more where the model fails or is late."""
        try:
            return await self._try(prompt)
        except (VoiceAgentError, TimeoutError):
            return await self._try(prompt)

    async def _try(self, prompt: Prompt) -> str:
        now_us = self._clock.now_us()
        if not self._breaker.acquire(now_us):
            raise EngineUnavailable(f"{self._model.name} has failed several times and is left alone")
        deadline_us, first_s = now_us + self._deadline_us, self._deadline_us / 1_000_000
        try:
            answer = await hedged_answer(self._model, prompt, deadline_us=deadline_us, hedge_s=None, first_s=first_s)
        except (VoiceAgentError, TimeoutError):
            self._breaker.failed(self._clock.now_us())
            raise
        self._breaker.succeeded()
        return answer
