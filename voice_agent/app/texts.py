"""From the configuration to who sends text messages; nobody where none is configured."""

from __future__ import annotations

from voice_agent.clock import Clock
from voice_agent.config import Config
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.text_messages import Delivery, NoDelivery, TextMessages
from voice_agent.effects.text_webhook import TextWebhook

LEFT_US = 5_000_000
"""For what a process that died had not sent; what takes longer is left to the next start."""


async def open_texts(config: Config, database: AgentDatabase, clock: Clock) -> TextMessages | None:
    """With mock tools the twin, which sends nothing. What was left unsent is sent first. Raises ConfigurationError."""
    delivery = _delivery(config)
    if delivery is None:
        return None
    texts = TextMessages(database, delivery, clock)
    await texts.send_left(clock.now_us() + LEFT_US)
    return texts


def _delivery(config: Config) -> Delivery | None:
    if config.tools.mode == "mock":
        return NoDelivery()
    return TextWebhook(config.messages.url, config.messages.key) if config.messages.url else None
