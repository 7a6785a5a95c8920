"""Whom an agent's scenarios know: customers with their numbers and the facts that they can give. Pure.

    known_callers(files)         # [KnownCaller("+15550100101", "55012479", {"account": "55012479"}), ...]

What a journey does depends on the customer's data; other customers lead it down other branches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from simulations.scenario_file import ScenarioFile


class KnownCaller(msgspec.Struct, frozen=True):
    """`number` is what the agent sees; `facts` are values by the names of slots."""

    number: str
    customer: str | None
    facts: Mapping[str, str]


def known_callers(files: Iterable[ScenarioFile]) -> list[KnownCaller]:
    """Each caller of scenarios that say what it `knows`, once, with all that any of them says; in their order."""
    facts: dict[tuple[str, str | None], dict[str, str]] = {}
    for file in files:
        for scenario in file.variants.values():
            if scenario.knows:
                who = scenario.who.number, scenario.who.customer
                facts[who] = {**scenario.knows, **facts.get(who, {})}
    return [KnownCaller(number, customer, known) for (number, customer), known in facts.items()]
