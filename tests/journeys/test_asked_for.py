"""A price is answered with an amount, or with nothing."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue
from tests.journeys.packs import SHOP, SHOP_TOOLS
from tests.journeys.test_asking import asks
from voice_agent.conversation.actions import Consult
from voice_agent.conversation.knowledge import Consulted, FoundPassage
from voice_agent.journeys.asked_for import has_what_is_asked_for
from voice_agent.journeys.load import load

BOOSTER = "---\ntitle: Setting up the booster\n---\nPress the button on both.\n"
PRICE = "how much is a booster"
PRICES = "---\ntitle: Prices\n---\nA booster costs 79 dollars.\n"


@pytest.mark.parametrize(
    ("question", "passage", "answers"),
    [
        ("How much is a booster?", "Press the button on both.", False),
        ("what does a booster cost", "Press the button 3 times.", False),
        ("what's the price of it", "It is $79.", True),
        ("how much does delivery cost", "Delivery is free.", True),
        ("how much time do I have", "Thirty days.", True),
        ("how much does it take", "Without extra charge.", True),
        ("how do I set it up", "Press the button on both.", True),
        ("¿Cuánto cuesta el envío?", "Llega en tres días.", False),
        ("¿Cuánto cuesta el envío?", "El envío es gratuito.", True),
        ("¿Cuánto tarda?", "Llega en tres días.", True),
    ],
)
def test_a_price_needs_an_amount(question: str, passage: str, answers: bool) -> None:
    assert has_what_is_asked_for(question, passage) is answers


def call(*passages: FoundPassage) -> Dialogue:
    dialogue = Dialogue(load({**SHOP, "knowledge/booster.md": BOOSTER, "knowledge/prices.md": PRICES}), SHOP_TOOLS)

    def knows(asked: Consult) -> Consulted:
        return Consulted(asked.request, passages, "hybrid", 1)

    dialogue.knows = knows
    dialogue.starts()
    return dialogue


def passage(name: str, score: float) -> FoundPassage:
    return FoundPassage(name, score, 0.5, 0.9)


def test_the_next_passage_answers_where_the_first_names_no_price() -> None:
    said = call(passage("booster#opening", 0.9), passage("prices#opening", 0.6)).says(
        "how much is a booster", asks("how much is a booster")
    )
    assert said.startswith("A booster costs 79 dollars.")


def test_it_has_to_be_likely_enough_all_the_same() -> None:
    said = call(passage("booster#opening", 0.9), passage("prices#opening", 0.4)).says(
        "how much is a booster", asks("how much is a booster")
    )
    assert said.startswith("I'm sorry, I don't know that.")


def test_where_nothing_names_a_price_nothing_is_quoted() -> None:
    said = call(passage("booster#opening", 0.9)).says(PRICE, asks(PRICE))
    assert said.startswith("I'm sorry, I don't know that.")
