"""Answers `Understand` with a language model, held to the commands that rules give, and with the rules where it can't.

Rules read every turn first. What they account for entirely (yes, digits, keys, a person) is never sent to the model;
the rest is, and if no useful piece or no usable answer comes in time, the rules' reading stands. So a model that hangs,
fails or says nonsense costs a caller no more than `first_us`, and after three such turns in a row nothing for a while.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import msgspec

from voice_agent.clock import Clock
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import NotUnderstood
from voice_agent.conversation.events import Understood
from voice_agent.effects.breaker import Breaker
from voice_agent.effects.first_of import hedged_answer
from voice_agent.errors import VoiceAgentError
from voice_agent.ports.language import LanguageModel
from voice_agent.understanding.local import needs_judging
from voice_agent.understanding.model_commands import AnswerUnusable, doubted, merged, read_answer
from voice_agent.understanding.model_prompt import NO_TITLES, JourneyCard, understanding_prompt

FIRST_US: Final = 700_000
WHOLE_US: Final = 1_000_000
HEDGE_US: Final = 300_000

_log = logging.getLogger("voice_agent.understanding")


class Patience(msgspec.Struct, frozen=True):
    """How long a turn waits for the model: for the first piece, for the whole answer, and before a second question is
    sent (0: none is)."""

    first_us: int = FIRST_US
    whole_us: int = WHOLE_US
    hedge_us: int = HEDGE_US


class Rules(Protocol):
    """The understander that always answers."""

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood: ...


class ModelUnderstander:
    """Of one agent; serves any number of conversations at once. Never raises."""

    def __init__(
        self,
        rules: Rules,
        model: LanguageModel,
        journeys: Sequence[JourneyCard],
        clock: Clock,
        patience: Patience,
        breaker: Breaker | None = None,
        *,
        titles: Mapping[str, str] = NO_TITLES,
    ) -> None:
        """`titles` are those of articles, by name: a model is told them while a block discloses them."""
        self._rules = rules
        self._titles = dict(titles)
        self._model = model
        self._journeys = tuple(journeys)
        self._clock = clock
        self._patience = patience
        self._breaker = Breaker() if breaker is None else breaker

    @property
    def healthy(self) -> bool:
        """Whether the model is being asked."""
        return not self._breaker.is_open

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        started_us = self._clock.now_us()
        by_rules = asyncio.ensure_future(self._rules.understand(asked, deadline_us=deadline_us))
        try:
            if not self._is_for_model(asked) or not self._breaker.acquire(started_us):
                return await by_rules
            answer, problem = await self._ask(asked, min(deadline_us, started_us + self._patience.whole_us))
            rules = await by_rules
        finally:
            by_rules.cancel()
        engine_us = self._clock.now_us() - started_us
        if answer is None:
            engine = f"{rules.engine} ({self._model.name}: {problem})"
            return msgspec.structs.replace(rules, engine=engine, engine_us=engine_us)
        try:
            read = read_answer(answer, asked, [journey.name for journey in self._journeys])
        except AnswerUnusable as error:
            _log.warning("%s answered in no usable form: %s", self._model.name, error)
            return msgspec.structs.replace(rules, engine=f"{rules.engine} ({self._model.name}: unusable)")
        if isinstance(read[0], NotUnderstood):
            return msgspec.structs.replace(rules, engine=f"{rules.engine} ({self._model.name}: nothing)")
        by_router = rules.scores if rules.engine == "router" else ()
        commands = doubted(merged(read, rules.commands, asked), rules.commands, by_router, asked)
        return msgspec.structs.replace(rules, commands=commands, engine=self._model.name, engine_us=engine_us)

    def _is_for_model(self, asked: Understand) -> bool:
        """Whether the turn holds more than rules can account for."""
        return needs_judging(asked)

    async def _ask(self, asked: Understand, deadline_us: int) -> tuple[str | None, str]:
        prompt = understanding_prompt(self._journeys, asked, self._titles)
        hedge_us = self._patience.hedge_us
        try:
            answer = await hedged_answer(
                self._model,
                prompt,
                deadline_us=deadline_us,
                hedge_s=hedge_us / 1_000_000 if hedge_us > 0 else None,
                first_s=self._patience.first_us / 1_000_000,
            )
        except (VoiceAgentError, TimeoutError) as error:
            problem = error.code if isinstance(error, VoiceAgentError) else "silent"
            self._breaker.failed(self._clock.now_us())
            _log.warning("%s is not used for this turn: %s", self._model.name, error if str(error) else problem)
            return None, problem
        self._breaker.succeeded()
        return answer, ""
