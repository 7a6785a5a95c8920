"""Mistakes with secure slots are found with file, line, what was found and what is allowed."""

from __future__ import annotations

import pytest

from tests.journeys.packs import AGENT
from voice_agent.journeys.load import check, load

JOURNEY = """journey: pay
goal: A bill is paid
when: {examples: [I want to pay]}
slots:
  amount: {type: number, ask: How much?}
  card: {type: digits, ask: Key your card.}
secure:
  card: {entry: keypad_only, check: luhn}
tools:
  look: {effect: read}
  charge: {effect: write, requires: [confirmed]}
steps:
  - collect: [amount, card]
  - confirm: "Pay {amount}?"
  - do: charge
    with: {amount: "{amount}"}
    secure: {number: card}
  - say: Paid.
"""


def problems(journey: str) -> list[str]:
    agent = AGENT.partition("identification:")[0]
    return [str(problem) for problem in check({"agent.yaml": agent, "journeys/pay.yaml": journey})]


def test_the_journey_without_a_mistake_loads() -> None:
    assert problems(JOURNEY) == []
    pack = load({"agent.yaml": AGENT.partition("identification:")[0], "journeys/pay.yaml": JOURNEY})
    slot = pack.journeys[0].slot("card")
    assert slot is not None
    assert slot.secure is not None
    assert (slot.confirm, slot.secure.lengths, slot.secure.check) == ("never", tuple(range(13, 20)), "luhn")
    assert slot.secure.timeout_us == 20_000_000


@pytest.mark.parametrize(
    ("secure", "lengths"),
    [
        ("keypad_only", tuple(range(1, 31))),
        ("{entry: keypad_only, lengths: [16, 15]}", (15, 16)),
        ("{entry: keypad_only, lengths: 4, check: none, timeout: 5}", (4,)),
    ],
)
def test_lengths_may_be_said_in_several_ways(secure: str, lengths: tuple[int, ...]) -> None:
    text = JOURNEY.replace("{entry: keypad_only, check: luhn}", secure)
    assert problems(text) == []
    pack = load({"agent.yaml": AGENT.partition("identification:")[0], "journeys/pay.yaml": text})
    slot = pack.journeys[0].slot("card")
    assert slot is not None
    assert slot.secure is not None
    assert slot.secure.lengths == lengths


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("say: Paid.", 'say: "Paid with {card}."', "pay.yaml:18: found the secure slot 'card' where its value"),
        ("say: Paid.", 'say: "Paid with {card:spelled}."', "pay.yaml:18: found the secure slot 'card' where its value"),
        ('"Pay {amount}?"', '"Pay with {card}?"', "pay.yaml:14: found the secure slot 'card'"),
        ('{amount: "{amount}"}', '{amount: "{card}"}', "pay.yaml:15: found the secure slot 'card'"),
        ("How much?", '"How much with {card}?"', "pay.yaml:5: found the secure slot 'card'"),
        ("say: Paid.", "branch: {when: size(card) > 3, then: [say: Yes.]}", "pay.yaml:18: found the secure slot"),
        ("secure: {number: card}", "secure: {amount: card}", "pay.yaml:15: found the argument 'amount' twice"),
        ("secure: {number: card}", "secure: {number: amount}", "under secure the slot 'amount'; allowed: card"),
        ("\n    secure: {number: card}", "", "which no tool gets; allowed: under 'secure' of a do step"),
        ("do: charge", "do: look", "found 'secure' for the read 'look'; allowed: for tools that write"),
        ("[amount, card]", "[amount]", "found 'card' before it is keyed; allowed: after the step that collects it"),
        ("requires: [confirmed]", "requires: [confirmed], idempotency: card", "for idempotency; allowed: an ordinary"),
        ("type: digits", "type: text", "the secure slot 'card' of type 'text'; allowed: digits"),
        (
            "ask: Key",
            'readback: "Is that {card}?", ask: Key',
            "found 'confirm' or 'readback' in the secure slot",
        ),
        ("  card: {entry", "  cart: {entry", "pay.yaml:8: found in secure the slot 'cart'; allowed: amount, card"),
        ("entry: keypad_only", "entry: voice", "found the entry 'voice'; allowed: keypad_only"),
        ("{entry: keypad_only, check: luhn}", "spoken", "pay.yaml:8: found for card in secure 'spoken'"),
        ("check: luhn", "check: iban", "found the check 'iban'; allowed: none, luhn"),
        ("check: luhn", "lengths: [0]", "found '0' for lengths; allowed: a whole number, 1 to 30"),
        ("check: luhn", "lengths: []", "found no lengths; allowed: at least one"),
        ("check: luhn", "timeout: 3", "found '3' for timeout; allowed: a whole number, 5 to 120"),
        ("check: luhn", "tmeout: 9", "the key 'tmeout'"),
        ("entry: keypad_only, ", "", "found a secure slot without 'entry'; allowed: with it"),
    ],
)
def test_a_mistake_is_found_in_its_place(old: str, new: str, found: str) -> None:
    assert old in JOURNEY
    told = problems(JOURNEY.replace(old, new, 1))
    assert any(found in problem for problem in told), told


def test_length_and_lengths_are_one_too_many() -> None:
    text = JOURNEY.replace("type: digits,", "type: digits, length: 16,").replace("check: luhn", "lengths: [15]")
    assert any("found 'lengths' besides 'length' of 'card'" in problem for problem in problems(text))
