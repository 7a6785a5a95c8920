"""From the configuration to the language model that helps to understand, where one is configured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from voice_agent.clock import Clock
from voice_agent.config import Config
from voice_agent.effects.model_understander import ModelUnderstander, Patience, Rules
from voice_agent.journeys.pack import Pack
from voice_agent.session.world import Understanding
from voice_agent.understanding.model_prompt import JourneyCard


@asynccontextmanager
async def open_understanding(rules: Rules, pack: Pack, config: Config, clock: Clock) -> AsyncIterator[Understanding]:
    """`rules` alone, or a language model that falls back to them."""
    language = config.language
    if not language.url:
        yield rules
        return
    from models.chat_completions import ChatCompletions, Endpoint

    model = ChatCompletions(Endpoint(language.url, language.model, language.key), clock)
    patience = Patience(language.first_ms * 1_000, language.whole_ms * 1_000, language.hedge_ms * 1_000)
    try:
        yield ModelUnderstander(rules, model, journey_cards(pack), clock, patience)
    finally:
        await model.close()


def journey_cards(pack: Pack) -> tuple[JourneyCard, ...]:
    """What a model may know of the journeys that a caller can ask for."""
    wanted = (journey for journey in pack.journeys if journey.examples or journey.observe)
    return tuple(JourneyCard(journey.name, journey.observe, journey.examples) for journey in wanted)
