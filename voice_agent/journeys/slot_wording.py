"""How a slot's value is said, by its type, on the phone and in text."""

from __future__ import annotations

from voice_agent.journeys.moments_wording import said_period, said_time
from voice_agent.journeys.wording import Channel, Numbers, spelled, spoken_date


def said_value(slot_type: str, value: str, channel: Channel, numbers: Numbers, today: str | None, language: str) -> str:
    """`today` is a date, ISO 8601; without it every date is said with its year."""
    match slot_type:
        case "digits":
            return spelled(value, channel, numbers)
        case "date":
            return spoken_date(value, channel, today, language)
        case "time":
            return said_time(value, channel, language)
        case "period":
            return said_period(value, channel, today, language)
        case _:
            return value
