"""What an agent folder says of outcomes, out of its compiled pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from voice_agent.app.kept_inputs import KeptInputs
from voice_agent.conversation.records import Header
from voice_agent.errors import AgentFolderError, StoreError
from voice_agent.insights.outcomes import Rules, Terms
from voice_agent.journeys.pack import Pack, Provision


def rules_of(pack: Pack) -> Rules:
    """Terms of every declared outcome, and how the agent knows its customers."""
    card = pack.rate_card
    terms = {}
    for journey in pack.journeys:
        for outcome in journey.outcomes:
            key = f"{journey.name}.{outcome.name}"
            hours = card.reopen_hours if outcome.reopen_hours is None else outcome.reopen_hours
            price = Decimal(card.rates[key]) if outcome.bill and key in card.rates else None
            terms[key] = Terms(hours, price)
    name = pack.agent.identification
    identification = None if name is None else pack.journey(name)
    provision = None if identification is None else identification.provides
    if provision is None or provision.customer is None:
        return Rules(card.currency, terms)
    return Rules(card.currency, terms, provision.customer, partial(_identifies, provision))


def kept_rules(inputs: KeptInputs) -> Callable[[Header], Rules]:
    """The rules of the folder that a conversation was held with; none where it is not kept any more."""
    known: dict[str, Rules] = {}

    def rules(header: Header) -> Rules:
        digest = header.folder_digest
        if digest not in known:
            try:
                known[digest] = rules_of(inputs.pack(header))
            except (StoreError, AgentFolderError):
                return Rules()
        return known[digest]

    return rules


def _identifies(provision: Provision, result: Mapping[str, Any]) -> bool:
    return provision.check.holds({str(provision.customer): dict(result)})
