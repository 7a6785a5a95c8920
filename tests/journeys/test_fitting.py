"""Which values a slot takes, and what is said about those it doesn't."""

from __future__ import annotations

import pytest

from voice_agent.conversation.expectation import Choice, Tense, Value
from voice_agent.journeys.fitting import Fit, Surrounded, fit, parts_of
from voice_agent.journeys.pack import Candidates, Slot
from voice_agent.journeys.problems import Place
from voice_agent.journeys.slot_types import SlotType

AROUND = Surrounded("2026-03-04", "GB")


def slot(
    slot_type: SlotType, *, length: int | None = None, formats: tuple[str, ...] = (), tense: Tense = "any"
) -> Slot:
    choices = (Choice("damaged", ("broken",)),) if slot_type == "choice" else ()
    return Slot("x", slot_type, (), "never", 2, "end", Place("x", 1), length, choices, tense=tense, formats=formats)


@pytest.mark.parametrize(
    ("view", "value"),
    [
        (slot("digits", length=4), "1234"),
        (slot("choice"), "damaged"),
        (slot("yes_no"), False),
        (slot("number"), 0),
        (slot("text"), "anything"),
        (slot("reference"), "7"),
        (slot("date"), "2026-03-05"),
        (slot("date", tense="past"), "2026-03-04"),
        (slot("time"), "00:00"),
        (slot("period"), "15:00/.."),
        (slot("period", tense="future"), "2026-03-01/2026-03-08"),
        (slot("money"), "12.50 USD"),
        (slot("email"), "maya@example.com"),
        (slot("phone"), "+442079460958"),
        (slot("postcode"), "SW1A 1AA"),
        (slot("order_id", formats=("AB-##",)), "AB-12"),
        (slot("alphanumeric"), "B007"),
        (slot("spelled", length=5), "SMYTH"),
        (slot("name"), "Katie"),
        (slot("address"), "12 Baker Street"),
    ],
)
def test_a_value_of_the_slots_type_is_kept(view: Slot, value: Value) -> None:
    assert fit(view, value, AROUND).value == value


@pytest.mark.parametrize(
    ("view", "value", "says"),
    [
        (slot("digits", length=4), "123", "wrong_length"),
        (slot("digits"), "12a", "invalid"),
        (slot("choice"), "lost", "invalid"),
        (slot("yes_no"), "yes", "invalid"),
        (slot("number"), True, "invalid"),
        (slot("text"), " ", "invalid"),
        (slot("date"), "2026-02-30", "not_a_date"),
        (slot("date"), 5, "not_a_date"),
        (slot("date", tense="future"), "2026-03-03", "date_is_past"),
        (slot("date", tense="past"), "2026-03-05", "date_is_to_come"),
        (slot("time"), "24:00", "not_a_time"),
        (slot("period"), "soon", "not_a_period"),
        (slot("period", tense="future"), "2026-02-01/2026-02-08", "date_is_past"),
        (slot("money"), "12.505 USD", "not_an_amount"),
        (slot("money"), "12.50 XYZ", "not_an_amount"),
        (slot("email"), "maya@example", "not_an_email"),
        (slot("phone"), "+4412", "not_a_phone"),
        (slot("phone"), "12", "not_a_phone"),
        (slot("postcode"), "12345", "not_a_postcode"),
        (slot("order_id", formats=("AB-##",)), "AC-12", "wrong_form"),
        (slot("spelled", length=5), "SMITHS", "wrong_count"),
        (slot("alphanumeric"), "", "invalid"),
        (slot("name"), " ", "not_a_name"),
    ],
)
def test_a_value_that_is_none_is_refused_with_its_own_words(view: Slot, value: Value, says: str) -> None:
    fitted = fit(view, value, AROUND)
    assert (fitted.value, fitted.says) == (None, says)


def test_a_value_out_of_a_list_has_the_form_that_it_has_there() -> None:
    listed = Slot("x", "postcode", (), "never", 2, "end", Place("x", 1), source=Candidates(("who", "people"), "code"))
    assert fit(listed, "sw1a1aa", AROUND) == Fit("sw1a1aa")


def test_the_parts_of_a_value() -> None:
    assert parts_of("period", "14:00/16:00") == {"start": "14:00", "end": "16:00"}
    assert parts_of("money", "12.50 USD") == {"amount": 12.5, "currency": "USD"}
    assert parts_of("money", "much") == "much"
    assert parts_of("name", "Katie") == "Katie"
