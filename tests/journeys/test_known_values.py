"""Slots with known values: matched by sound, narrowing one another, never filled for who has to prove it."""

from __future__ import annotations

from typing import Any

from tests.journeys.dialogue import Dialogue, wants
from tests.journeys.packs import AGENT
from voice_agent.conversation.actions import Understand
from voice_agent.journeys.load import load
from voice_agent.understanding.local import commands_for

PEOPLE = [
    {"postcode": "BN3 5ZL", "name": "Katie Marshall", "birthday": "1947-12-09"},
    {"postcode": "BN3 5ZL", "name": "Tom Marshall", "birthday": "1945-01-30"},
    {"postcode": "M4 0QG", "name": "Joe Berry", "birthday": "1970-11-20"},
]
ORDERS = [{"id": "AB-1234", "item": "router"}, {"id": "KX-7001", "item": "lamp"}]
FIND = """
journey: find
goal: We know who it is
when: {examples: [I want to be found]}
slots:
  postcode: {type: postcode, from: {list: people.all, value: postcode}, ask: What is your postcode?, confirm: never}
  name: {type: name, from: {list: people.all, value: name}, ask: Your name?, confirm: never}
  birthday: {type: date, tense: past, from: {list: people.all, value: birthday}, ask: Your birthday?, confirm: never}
  order: {type: order_id, format: "@@-####", from: people.orders, ask: Which order?, confirm: readback}
tools:
  people: {effect: read}
steps:
  - do: people
  - collect: [postcode, name, birthday, order]
  - say: "You are {name}, and it is about the {order.item}."
"""


class Found(Dialogue):
    def __init__(self) -> None:
        agent = AGENT.replace("identification: identify\n", "region: GB\n").split("texts:")[0]
        super().__init__(load({"agent.yaml": agent, "journeys/find.yaml": FIND}), {"people": self._people})
        self.starts()
        self.says("I want to be found", wants("find"))

    def _people(self, **_: Any) -> dict[str, Any]:
        return {"all": PEOPLE, "orders": ORDERS}

    def hears(self, text: str, *alternatives: str) -> str:
        asked = Understand(1, 1, text, alternatives, "", self.engine.expected(self._now_us))
        return self.says(text, *commands_for(asked, None))


def test_each_item_is_asked_for_and_heard_by_its_sound() -> None:
    call = Found()
    assert "Your name?" in call.hears("p n three five zee l")
    assert "Your birthday?" in call.hears("Katy martial")
    assert "Which order?" in call.hears("ninth of December 1947")
    assert "A B, 1 2 3 4. Is that right?" in call.hears("A P one two three four")
    assert "You are Katie Marshall, and it is about the router." in call.hears("yes")


def test_what_one_has_said_narrows_the_rest_but_is_never_filled_in() -> None:
    call = Found()
    assert "Your name?" in call.hears("m four oh q g")
    answer = call.hears("Katie Marshall")
    assert "I can't find that one" in answer or "Your name?" in answer
    assert "Your birthday?" in call.hears("Jo Berry")


def test_a_value_that_is_not_known_is_refused() -> None:
    assert "I can't find that one" in Found().hears("S W 1 A 1 A A")


def test_an_order_is_known_by_its_item_too() -> None:
    call = Found()
    call.hears("m four oh q g")
    call.hears("Joe Berry")
    call.hears("20 11 1970")
    assert "K X, 7 0 0 1. Is that right?" in call.hears("the lamp")
