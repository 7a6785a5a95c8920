"""Answers `Judge` with a language model. What follows from its verdict, the journey's policy decides.

It shares its breaker with understanding and planning: a model that has just failed is not waited for again.
"""

from __future__ import annotations

import logging

from voice_agent.clock import Clock
from voice_agent.conversation.actions import Judge
from voice_agent.conversation.judging import Judged
from voice_agent.effects.breaker import Breaker
from voice_agent.effects.first_of import hedged_answer
from voice_agent.errors import DeadlineExceeded, EngineUnavailable, VoiceAgentError
from voice_agent.ports.language import LanguageModel
from voice_agent.understanding.judge_prompt import AnswerUnusable, judge_prompt, read_judgement

_log = logging.getLogger("voice_agent.judging")


class ModelJudge:
    """Of one agent; serves any number of conversations at once."""

    def __init__(self, model: LanguageModel, clock: Clock, breaker: Breaker) -> None:
        self._model = model
        self._clock = clock
        self._breaker = breaker

    async def judge(self, asked: Judge, /, *, deadline_us: int) -> Judged:
        """Raises EngineUnavailable, DeadlineExceeded."""
        started_us = self._clock.now_us()
        if self._breaker.failed_lately(started_us) or not self._breaker.acquire(started_us):
            raise EngineUnavailable(f"{self._model.name} has just failed and is left alone")
        left_s = max(0.0, (deadline_us - started_us) / 1_000_000)
        try:
            answer = await hedged_answer(
                self._model, judge_prompt(asked), deadline_us=deadline_us, hedge_s=None, first_s=left_s
            )
            written = read_judgement(answer)
        except TimeoutError as error:
            self._breaker.failed(self._clock.now_us())
            raise DeadlineExceeded(f"{self._model.name} judged nothing in time") from error
        except AnswerUnusable as error:
            raise EngineUnavailable(f"{self._model.name} gave no verdict that can be read: {error}") from error
        except VoiceAgentError:
            self._breaker.failed(self._clock.now_us())
            raise
        self._breaker.succeeded()
        took_us = self._clock.now_us() - started_us
        _log.info("%s: policy %s of %s is %s", self._model.name, asked.policy, asked.journey, written.degree)
        return Judged(asked.request, written.degree, written.reason, self._model.name, took_us)
