"""outcomes.yaml to a rate card: what each outcome costs that a journey says is billed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from voice_agent.journeys.pack import Journey
from voice_agent.journeys.problems import Problems
from voice_agent.journeys.rate_card import RateCard
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Entry, Node, parse
from voice_agent.journeys.vocabulary import NEVER_BILLED, RATE_CARD

RATES_FILE: Final = "outcomes.yaml"
_HOURS: Final = re.compile(r"([1-9]\d{0,3})([hd])\Z")
_AMOUNT: Final = re.compile(r"\d{1,7}(?:\.\d{1,4})?\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")


def read_hours(node: Node, reading: Reading) -> int:
    """`72h` or `3d` as hours."""
    text = reading.text(node, "reopen")
    match = _HOURS.match(text)
    if match is None:
        if text != "":
            reading.problems.add(node.place, f"found '{text}' for reopen; allowed: hours or days such as 72h or 3d")
        return 0
    return int(match[1]) * (24 if match[2] == "d" else 1)


def read_rates(files: Mapping[str, str], journeys: Iterable[Journey], problems: Problems) -> RateCard:
    """An empty card where there is no file; then no journey may be billed."""
    text = files.get(RATES_FILE)
    root = None if text is None else parse(RATES_FILE, text, problems)
    card = RateCard() if root is None else _card(root, journeys, Reading(problems))
    for journey in journeys:
        for outcome in journey.outcomes:
            if not outcome.bill:
                continue
            key = f"{journey.name}.{outcome.name}"
            if outcome.name in NEVER_BILLED:
                problems.add(outcome.place, f"found 'bill: true' for {key}; allowed: bill: false, it is never billed")
            elif key not in card.rates:
                message = f"found 'bill: true' for {key}, which has no rate; allowed: with its rate in {RATES_FILE}"
                problems.add(outcome.place, message, f"Write into {RATES_FILE} under rates: {key}: 0.50")
    return card


def _card(root: Node, journeys: Iterable[Journey], reading: Reading) -> RateCard:
    keys = reading.keys(root, RATE_CARD)
    billed = [f"{one.name}.{done.name}" for one in journeys for done in one.outcomes if done.bill]
    rates = reading.mapping(keys["rates"], "rates") if "rates" in keys else {}
    return RateCard(
        currency=_currency(keys["currency"], reading) if "currency" in keys else "",
        rates={name: _amount(name, entry, billed, reading) for name, entry in rates.items()},
        reopen_hours=read_hours(keys["reopen"], reading) if "reopen" in keys else 0,
    )


def _currency(node: Node, reading: Reading) -> str:
    text = reading.text(node, "currency")
    if text != "" and _CURRENCY.match(text) is None:
        reading.problems.add(node.place, f"found '{text}' for currency; allowed: three letters such as EUR")
    return text


def _amount(name: str, entry: Entry, billed: list[str], reading: Reading) -> str:
    if name not in billed:
        reading.problems.unknown(entry.place, "a rate for", name, billed)
    text = reading.text(entry.node, f"the rate of {name}")
    if text != "" and _AMOUNT.match(text) is None:
        message = f"found '{text}' for the rate of {name}; allowed: an amount such as 0.50"
        reading.problems.add(entry.node.place, message)
    return text
