"""A price is answered with an amount, or with nothing."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from tests.journeys.test_asking import asks, gaps
from voice_agent.conversation.actions import Consult
from voice_agent.conversation.commands import Affirm, Deny, Thank
from voice_agent.conversation.knowledge import Consulted, FoundPassage
from voice_agent.journeys.asked_for import has_what_is_asked_for, is_bare
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


@pytest.mark.parametrize(
    ("question", "language", "bare"),
    [
        ("how long will that take?", "en", True),
        ("and how much is it", "en", True),
        ("why?", "en", True),
        ("how long does delivery take", "en", False),
        ("is that free", "en", False),
        ("¿cuánto cuesta?", "es", True),
        ("¿cuánto cuesta el envío?", "es", False),
        ("wie lange dauert das", "de", False),
    ],
)
def test_a_question_without_a_subject_is_bare(question: str, language: str, bare: bool) -> None:
    assert is_bare(question, language) is bare


def test_a_bare_question_is_not_looked_up() -> None:
    dialogue = call(passage("prices#opening", 0.9))
    assert dialogue.says("how long will that take", asks("how long will that take")).startswith(
        "I'm sorry, I don't know"
    )
    assert not [action for action in dialogue.actions if isinstance(action, Consult)]
    (gap,) = gaps(dialogue)
    assert (gap.question, gap.nearest) == ("how long will that take", "")


def test_which_one_is_looked_up_with_what_there_is_to_choose() -> None:
    dialogue = call(passage("prices#opening", 0.9))
    dialogue.says("return", wants("return_item"), gives("account", "1234"))
    dialogue.says("yes", Affirm())
    dialogue.says("which one is newer", asks("which one is newer"))
    assert [action.query for action in dialogue.actions if isinstance(action, Consult)] == [
        "which one is newer (lamp, rug)"
    ]


def test_no_to_a_list_asks_what_should_be_different() -> None:
    dialogue = call()
    dialogue.says("return", wants("return_item"), gives("account", "1234"))
    dialogue.says("yes", Affirm())
    assert dialogue.says("none of those", Deny()) == "All right. What would you like to change?"
    assert dialogue.engine.expectation.changing


def test_okay_thanks_wants_nothing_else() -> None:
    dialogue = call(passage("prices#opening", 0.9))
    dialogue.says("how much is a booster", asks("how much is a booster"))
    assert dialogue.says("okay, thanks", Affirm(), Thank()).startswith("You're welcome.")
