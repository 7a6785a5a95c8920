"""A value with letters that was read back wrongly is read back by an alphabet, in the language that is spoken."""

from __future__ import annotations

from tests.journeys.dialogue import Dialogue, corrects, gives, wants
from tests.journeys.packs import SHOP
from voice_agent.conversation.commands import Affirm
from voice_agent.journeys.load import load

FIND = """
journey: find_parcel
goal: The caller knows where the parcel is
when: {examples: [where is my parcel]}
slots:
  parcel: {type: alphanumeric, length: 4, ask: What's its code?, confirm: readback}
  depot: {type: digits, length: 4, ask: And the depot?, confirm: readback}
steps:
  - collect: [parcel, depot]
  - say: "Parcel {parcel} is at {depot}."
"""
PACK = load({**SHOP, "journeys/find_parcel.yaml": FIND})


def test_the_first_readback_is_letter_by_letter_and_the_next_one_by_an_alphabet() -> None:
    call = Dialogue(PACK)
    call.starts()
    call.says("where is my parcel", wants("find_parcel"))
    assert call.says("BD47", gives("parcel", "BD47")) == "That was B D 4 7. Is that right?"
    said = call.says("no, BT47", corrects("parcel", "BT47"))
    assert "B as in Bravo, T as in Tango, 4, 7." in said
    assert call.says("yes", Affirm()).endswith("And the depot?")


def test_asking_again_about_the_same_value_is_no_misunderstanding() -> None:
    call = Dialogue(PACK)
    call.starts()
    call.says("where is my parcel", wants("find_parcel"))
    call.says("BD47", gives("parcel", "BD47"))
    assert "B D 4 7" in call.is_silent(1)


def test_figures_need_no_alphabet() -> None:
    call = Dialogue(PACK)
    call.starts()
    call.says("where is my parcel", wants("find_parcel"))
    call.says("BD47", gives("parcel", "BD47"))
    call.says("yes", Affirm())
    call.says("1234", gives("depot", "1234"))
    assert "1 2 3 5" in call.says("no, 1235", corrects("depot", "1235"))


def test_in_a_chat_nothing_is_spelled() -> None:
    call = Dialogue(PACK, channel="text")
    call.starts()
    call.says("where is my parcel", wants("find_parcel"))
    call.says("BD47", gives("parcel", "BD47"))
    assert "BT47" in call.says("no, BT47", corrects("parcel", "BT47"))
