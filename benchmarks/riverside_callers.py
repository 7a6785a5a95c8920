"""Callers of the example agent for `voice_to_voice`: other customers and other words in each call. Pure."""

from __future__ import annotations

from typing import Final

from simulations.scenario import Limits, Line, Scenario, Who

_OPENINGS: Final = (
    "Hi, where is my order?",
    "I'm still waiting for my delivery.",
    "When will my router arrive?",
    "Can you check the status of my order?",
    "Hello. I ordered something two weeks ago, and it hasn't come.",
    "I want to track my order, please.",
    "What's happening with my delivery?",
    "Any news on my order?",
)
_CUSTOMERS: Final = (
    ("55012479", "fibre router"),
    ("71930264", "wall socket"),
    ("82340956", "mesh booster"),
    ("20483317", "fibre router"),
    ("90217745", "set-top box"),
    ("13579204", "phone handset"),
    ("64105938", "mesh booster"),
    ("29651873", "wall socket"),
)
"""Account, and the order that is asked about; every other customer has several and is asked which."""
_YES: Final = ("Yes, that's right.", "Yes.", "Correct.", "Yeah, it is.")
_FAREWELLS: Final = ("No, that's all, thank you. Goodbye.", "No thanks, that was everything. Bye.")
_DIGITS: Final = "zero one two three four five six seven eight nine".split()
FULL_CALLS: Final = 8


def callers(*, quick: bool, seed: int) -> list[Scenario]:
    """Eight calls of four or five turns, or with `quick` one of three turns."""
    if quick:
        return [_caller(seed, 0, ends_early=True)]
    return [_caller(seed, number) for number in range(FULL_CALLS)]


def number_of(scenario: Scenario) -> str:
    """The number that a call comes from; each caller has another."""
    return scenario.who.number


def _caller(seed: int, number: int, *, ends_early: bool = False) -> Scenario:
    account, item = _CUSTOMERS[number % len(_CUSTOMERS)]
    begin = (
        Line(after="greeting", say=_OPENINGS[(seed + number) % len(_OPENINGS)]),
        Line(when="account number", say=_spoken(account)),
        Line(when="is that right", say=_YES[(seed + number) % len(_YES)]),
    )
    rest = (
        Line(only_if="which (order|one)", say=f"The {item}."),
        Line(when=_loosely(item), say=_FAREWELLS[(seed + number) % len(_FAREWELLS)]),
        Line(when="goodbye|bye", hang_up=True),
    )
    return Scenario(
        v=1,
        scenario=f"caller_{number}",
        who=Who(f"+1555010{number:04d}", customer=account),
        lines=(*begin, *((Line(wait_ms=4_000, hang_up=True),) if ends_early else rest)),
        seed=seed + number,
        limits=Limits(turns=20, seconds=150, patience=20),
    )


def _spoken(account: str) -> str:
    words = [_DIGITS[int(digit)] for digit in account]
    return f"It's {' '.join(words[:4])}, {' '.join(words[4:])}."


def _loosely(item: str) -> str:
    """The item as a pattern for what a recogniser makes of it: its last word, or another reply about an order."""
    return f"{item.rpartition(' ')[2]}|should (reach|have)|was delivered|anything else"
