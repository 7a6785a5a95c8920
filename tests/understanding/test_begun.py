"""Whether a value is all there, and values by keys."""

from __future__ import annotations

import pytest

from voice_agent.conversation.commands import CorrectSlot, NotUnderstood, SetSlot
from voice_agent.conversation.expectation import Expectation, Setting, SlotView, Value
from voice_agent.understanding.completeness import completeness
from voice_agent.understanding.keypad import keyed

US = Setting(region="US")
GB = Setting(region="GB")


def expecting(slot_type: str, setting: Setting = US, **details: object) -> Expectation:
    formats = details.get("formats", ())
    assert isinstance(formats, tuple)
    length = details.get("length")
    slot = SlotView("x", slot_type, length=length if isinstance(length, int) else None, formats=formats)
    return Expectation("value", slot, setting=setting)


@pytest.mark.parametrize(
    ("slot_type", "text", "judged"),
    [
        ("email", "maya dot ortiz", "incomplete"),
        ("email", "maya dot ortiz at gmail dot com", "complete"),
        ("email", "let me look it up", "unknown"),
        ("phone", "two one two five five five", "incomplete"),
        ("phone", "two one two five five five oh one nine nine", "complete"),
        ("phone", "it is somewhere in my bag", "unknown"),
        ("postcode", "nine four one", "incomplete"),
        ("postcode", "nine four one oh seven", "complete"),
        ("spelled", "s m y", "unknown"),
        ("date", "the third of May", "enough"),
        ("date", "the third of", "incomplete"),
        ("time", "half past four", "complete"),
        ("money", "twelve fifty", "complete"),
        ("name", "Katie Marshall", "complete"),
    ],
)
def test_more_is_waited_for_while_a_value_is_not_all_there(slot_type: str, text: str, judged: str) -> None:
    assert completeness(text, expecting(slot_type)) == judged


def test_an_order_number_is_whole_when_its_format_is_filled() -> None:
    expected = expecting("order_id", formats=("AB-####",))
    assert completeness("A B one two", expected) == "incomplete"
    assert completeness("A B one two three four", expected) == "complete"


@pytest.mark.parametrize(
    ("slot_type", "keys", "setting", "value"),
    [
        ("date", "03052026", US, "2026-03-05"),
        ("date", "03052026", GB, "2026-05-03"),
        ("time", "1430", US, "14:30"),
        ("time", "930", US, "09:30"),
        ("phone", "2125550199#", US, "+12125550199"),
        ("money", "12", GB, "12.00 GBP"),
        ("postcode", "94107", US, "94107"),
        ("number", "12", US, 12),
    ],
)
def test_keys_give_a_value(slot_type: str, keys: str, setting: Setting, value: Value) -> None:
    assert keyed(keys, expecting(slot_type, setting)) == (SetSlot("x", value, keys, 1.0),)


def test_keys_fill_a_format_of_figures() -> None:
    expected = expecting("order_id", formats=("AB-####", "@@-##"))
    assert keyed("1234", expected) == (SetSlot("x", "AB-1234", "1234", 1.0),)
    assert keyed("12", expected) == (NotUnderstood("unclear"),)


@pytest.mark.parametrize(
    ("slot_type", "keys"),
    [("date", "99999999"), ("date", "123"), ("time", "2590"), ("phone", "12"), ("postcode", "12"), ("email", "5")],
)
def test_keys_that_are_no_value_are_not_understood(slot_type: str, keys: str) -> None:
    assert not any(isinstance(command, SetSlot | CorrectSlot) for command in keyed(keys, expecting(slot_type)))
