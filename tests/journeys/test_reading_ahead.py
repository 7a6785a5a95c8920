"""What is said of a journey in the sentence that asks for it is known when it starts, and nothing else is taken."""

from __future__ import annotations

import pytest

from tests.agent.core_script import CIVIL_START, example_pack
from voice_agent.conversation.expectation import Value
from voice_agent.journeys.reading_ahead import read_ahead
from voice_agent.journeys.reply import Reply
from voice_agent.journeys.surroundings import Surroundings
from voice_agent.journeys.talk import Reads, Scene, Talk
from voice_agent.journeys.work import Work
from voice_agent.understanding.turn_values import volunteered


def known_after(text: str, journey: str, reads: Reads | None = volunteered) -> dict[str, Value]:
    """What is kept for `journey` of a sentence that asks for it."""
    pack = example_pack()
    around = Surroundings(pack.agent.name, pack.agent.language)
    around.begin("text", "", CIVIL_START, 0)
    talk = Talk(pack, "c-1", False, around, Work(pack), reads=reads)
    talk.heard = (text,)
    read_ahead(Scene(talk, Reply(), 1_000_000), journey)
    return {name: held.value for name, held in talk.work.spare.items()}


@pytest.mark.parametrize(
    ("text", "journey", "known"),
    [
        ("move my appointment to Friday at 10 am", "move_appointment", {"day": "2026-03-06", "time": "10:00"}),
        ("I want to cancel because it's too expensive", "cancel_contract", {"why": "price"}),
        ("I want to send it back, it arrived broken", "return_item", {"reason": "damaged"}),
        ("I need to move my appointment", "move_appointment", {}),
        ("How do I send my order back?", "return_item", {}),
        ("I want to return something I ordered", "return_item", {}),
        ("I'm switching to another provider", "cancel_contract", {}),
        ("please have someone ring me about my bill", "talk_to_person", {}),
        ("I'm moving to another street", "update_address", {}),
    ],
)
def test_values_of_the_wish_are_known(text: str, journey: str, known: dict[str, object]) -> None:
    assert known_after(text, journey) == known


def test_without_a_reader_nothing_is_known() -> None:
    assert known_after("I want to cancel because it's too expensive", "cancel_contract", None) == {}


def test_a_number_that_must_not_be_said_is_not_read() -> None:
    assert known_after("pay my bill with 4111 1111 1111 1111", "pay_bill") == {}
