"""Answers `Plan` with a language model. What it chooses is held to what was offered by the journey itself.

It shares its breaker with understanding: a model that failed three times in a row is left alone by both for a while; a
turn in which it has just failed is planned without it, so that a caller never waits for it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from voice_agent.clock import Clock
from voice_agent.conversation.actions import Plan
from voice_agent.conversation.planning import Planned
from voice_agent.effects.breaker import Breaker
from voice_agent.effects.first_of import hedged_answer
from voice_agent.errors import DeadlineExceeded, EngineUnavailable, VoiceAgentError
from voice_agent.ports.language import LanguageModel
from voice_agent.understanding.plan_prompt import NOTHING, AnswerUnusable, plan_prompt, read_plan

_log = logging.getLogger("voice_agent.planning")


class ModelPlanner:
    """Of one agent; serves any number of conversations at once. `described` says what tools are for, `articles` what
    they say, both by name: of those it tells the model what a journey's blocks disclose, and nothing else."""

    def __init__(
        self,
        model: LanguageModel,
        described: Mapping[str, str],
        clock: Clock,
        breaker: Breaker,
        articles: Mapping[str, str] = NOTHING,
    ) -> None:
        self._model = model
        self._described = dict(described)
        self._articles = dict(articles)
        self._clock = clock
        self._breaker = breaker

    async def plan(self, asked: Plan, /, *, deadline_us: int) -> Planned:
        """Raises EngineUnavailable, DeadlineExceeded."""
        started_us = self._clock.now_us()
        if self._breaker.failed_lately(started_us) or not self._breaker.acquire(started_us):
            raise EngineUnavailable(f"{self._model.name} has just failed and is left alone")
        prompt = plan_prompt(asked, self._described, self._articles)
        try:
            left_s = (deadline_us - started_us) / 1_000_000
            answer = await hedged_answer(
                self._model, prompt, deadline_us=deadline_us, hedge_s=None, first_s=max(0.0, left_s)
            )
            move = read_plan(answer)
        except TimeoutError as error:
            self._breaker.failed(self._clock.now_us())
            raise DeadlineExceeded(f"{self._model.name} chose no step in time") from error
        except AnswerUnusable as error:
            raise EngineUnavailable(f"{self._model.name} chose no step that can be read: {error}") from error
        except VoiceAgentError:
            self._breaker.failed(self._clock.now_us())
            raise
        self._breaker.succeeded()
        return Planned(asked.request, move, self._model.name, self._clock.now_us() - started_us)
