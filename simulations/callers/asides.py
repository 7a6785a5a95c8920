"""What a caller does while the agent speaks that takes no turn: "mhm", a cough, a word to somebody else. Pure.

Decides, by the seed, in which of the agent's utterances and when; only utterances that last long enough get any.
"""

from __future__ import annotations

from typing import Final

import msgspec

from simulations.chance import happens, mixed
from simulations.scenario import Scenario
from simulations.scenario_line import Kind
from simulations.scenario_parts import ASIDE, COUGH

AFTER_US: Final = (1_200_000, 3_200_000)
"""How long after the agent began, earliest and latest."""
WORDS: Final = {"en": ("okay", "right", "yeah"), "es": ("vale", "ya", "sí")}
"""What says: go on. By language; of others the English."""


class Aside(msgspec.Struct, frozen=True):
    """`text` as a voice is given it, `after_us` after the agent began to speak."""

    kind: Kind
    text: str
    after_us: int


class Asides:
    """Those of one call."""

    def __init__(self, scenario: Scenario) -> None:
        self._behaviour = scenario.behaviour
        self._seed = scenario.seed ^ 0xA51DE
        self._words = _words(scenario)

    def within(self, number: int) -> Aside | None:
        """What is done into the agent's utterance of that `number`, from 0; None for nothing."""
        behaviour = self._behaviour
        earliest, latest = AFTER_US
        after_us = earliest + mixed(self._seed, 4 * number) % (latest - earliest)
        if happens(behaviour.backchannels, self._seed, 4 * number + 1):
            return Aside("backchannel", self._words[number % len(self._words)], after_us)
        if happens(behaviour.coughs, self._seed, 4 * number + 2):
            return Aside("cough", f"[{COUGH}]", after_us)
        said = behaviour.side_talk
        if said and number > 0 and number % 2 == 0:
            return Aside("side_talk", f"[{ASIDE}] {said[(number // 2 - 1) % len(said)]}", after_us)
        return None


def habitual_texts(scenario: Scenario) -> tuple[str, ...]:
    """All that `Asides` may come to say."""
    behaviour = scenario.behaviour
    words = _words(scenario) if behaviour.backchannels > 0 else ()
    coughs = (f"[{COUGH}]",) if behaviour.coughs > 0 else ()
    return (*words, *coughs, *(f"[{ASIDE}] {text}" for text in behaviour.side_talk))


def _words(scenario: Scenario) -> tuple[str, ...]:
    language = scenario.who.language
    return WORDS.get("en" if language is None else language, WORDS["en"])
