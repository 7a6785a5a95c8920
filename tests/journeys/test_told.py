"""Questions that what a journey has said answers, and those that it doesn't."""

from __future__ import annotations

import pytest

from voice_agent.journeys.open_question import Asking
from voice_agent.journeys.pack import Journey
from voice_agent.journeys.problems import Place
from voice_agent.journeys.told import remember, told_already

OUTAGE = "There is an outage in the harbour, because of a cable that was cut. It should be mended in about 4 hours."
WHY = "There is an outage in the harbour, because of a cable that was cut."
HOURS = "It should be mended in about 4 hours."


def journey(*examples: str) -> Journey:
    return Journey("outage", "The line works", Place("outage.yaml", 1), (), examples=examples)


def asking(text: str = OUTAGE, *examples: str) -> Asking:
    out = Asking()
    remember(out, text, journey(*(examples if examples else ("My internet is down",))))
    return out


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When will it be fixed?", HOURS),
        ("how long will it take", HOURS),
        ("How long does the outage last?", HOURS),
        ("when will my internet be back", HOURS),
        ("by what time will it be working again?", HOURS),
        ("Why is there an outage?", WHY),
        ("what's the reason?", WHY),
    ],
)
def test_the_sentence_with_what_is_asked_for_is_said_once_more(question: str, answer: str) -> None:
    assert told_already(asking(), question, "en") == answer


@pytest.mark.parametrize(
    "question",
    [
        "When do you open?",
        "how long does delivery take?",
        "when can I send it back?",
        "how much does it cost?",
        "what is an outage?",
        "why do I have to pay?",
        "how long is it valid?",
        "When is my technician coming?",
        "when are you working again?",
    ],
)
def test_a_question_about_anything_else_is_not_answered_with_it(question: str) -> None:
    assert told_already(asking(), question, "en") is None


def test_a_price_that_was_told_is_told_again() -> None:
    said = asking("The technician comes tomorrow. The visit costs 45 dollars.", "I need a technician")
    assert told_already(said, "How much is the visit?", "en") == "The visit costs 45 dollars."
    assert told_already(said, "When does the technician come?", "en") == "The technician comes tomorrow."


@pytest.mark.parametrize("question", ["¿Cuándo llega?", "¿Cuánto tarda?", "¿Cuándo llega el pedido?"])
def test_in_spanish(question: str) -> None:
    said = asking("Su pedido está en camino. Debería llegar mañana.", "¿Dónde está mi pedido?")
    assert told_already(said, question, "es") == "Debería llegar mañana."


def test_what_was_said_last_goes_first_and_a_question_answers_nothing() -> None:
    said = asking()
    remember(said, "The technician comes at 8:00 AM. Shall I book that for 9:00 AM?", journey("My line is dead"))
    assert told_already(said, "when does he come?", "en") == "The technician comes at 8:00 AM."
    assert told_already(said, "how long does the outage last?", "en") == HOURS


def test_a_sentence_that_is_said_again_is_remembered_once() -> None:
    said = asking()
    for _ in range(9):
        remember(said, OUTAGE, journey())
    assert len(said.told) == 1


def test_without_anything_said_nothing_is_known() -> None:
    assert told_already(Asking(), "when will it be fixed?", "en") is None
