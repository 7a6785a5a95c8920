"""From the configuration to the language model that helps to understand and plans, where one is wanted."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from voice_agent.clock import Clock
from voice_agent.config import Config
from voice_agent.effects.breaker import Breaker
from voice_agent.effects.model_judge import ModelJudge
from voice_agent.effects.model_planner import ModelPlanner
from voice_agent.effects.model_understander import ModelUnderstander, Patience, Rules
from voice_agent.journeys.pack import Pack
from voice_agent.session.world import Judges, Plans, Understanding
from voice_agent.understanding.model_prompt import JourneyCard

_log = logging.getLogger("voice_agent.language")


@dataclass(frozen=True)
class Language:
    """`planning` None: journeys without steps go by rule. `judging` None: nobody judges policies with `observe`."""

    understanding: Understanding
    planning: Plans | None = None
    judging: Judges | None = None


@asynccontextmanager
async def open_language(
    rules: Rules, pack: Pack, tools: Mapping[str, str], config: Config, clock: Clock
) -> AsyncIterator[Language]:
    """`rules` alone, or a language model that falls back to them. `tools` says what each tool is for."""
    language = config.language
    if not language.url or pack.agent.understander == "local":
        if language.url:
            _log.info("agent.yaml says 'understander: local': the language model is not asked")
        yield Language(rules)
        return
    from models.chat_completions import ChatCompletions, Endpoint

    model = ChatCompletions(Endpoint(language.url, language.model, language.key), clock)
    patience = Patience(language.first_ms * 1_000, language.whole_ms * 1_000, language.hedge_ms * 1_000)
    breaker = Breaker()
    titles = {article.article: article.title for article in pack.articles}
    texts = {article.article: article.words() for article in pack.articles}
    understander = ModelUnderstander(rules, model, journey_cards(pack), clock, patience, breaker, titles=titles)
    try:
        planner, judge = ModelPlanner(model, tools, clock, breaker, texts), ModelJudge(model, clock, breaker)
        yield Language(understander, planner, judge)
    finally:
        await model.close()


def journey_cards(pack: Pack) -> tuple[JourneyCard, ...]:
    """What a model may know of the journeys that a caller can ask for."""
    wanted = (journey for journey in pack.journeys if journey.examples or journey.observe)
    return tuple(JourneyCard(journey.name, journey.observe, journey.examples) for journey in wanted)
