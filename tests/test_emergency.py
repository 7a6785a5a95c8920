"""Emergency numbers are known in whatever form they are written, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.emergency import BY_COUNTRY, EVERYWHERE, emergency_number


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("112", "112"),
        ("sip:911@10.0.0.1", "911"),
        ("SIPS:911@example.org:5061;transport=tls", "911"),
        ("<sip:999@pbx.example>", "999"),
        ("tel:911;phone-context=+1", "911"),
        ("tel:9-1-1", "911"),
        ("tel:(0)00", "000"),
        ("sip:%39%31%31@example.org", "911"),
        ("sip:\uff19\uff11\uff11@example.org", "911"),
        ("sip:112:secret@example.org", "112"),
        ("sip:112;user=phone@example.org", "112"),
        ("sip:911,,1@example.org", "911"),
        ("911p42", "911"),
        ("*31#911", "911"),
        ("112#", "112"),
        ("sip:+1911@example.org", "911"),
        ("tel:+44999", "999"),
        ("tel:+358112", "112"),
        ("0049112", "112"),
        ("sip:9911@pbx.example", "911"),
        ("0112", "112"),
        ("urn:service:sos", "sos"),
        ("urn:service:sos.police", "sos"),
        ("sip:sos@example.org", "sos"),
        ("tel:10111", "10111"),
    ],
)
def test_an_emergency_number_is_known_in_every_form(address: str, number: str) -> None:
    assert emergency_number(address) == number


@pytest.mark.parametrize(
    "address",
    [
        "sip:127.0.0.1:5060",
        "sip:112.0.0.1",
        "sip:desk@example.org",
        "sip:desk911@example.org",
        "tel:+15559110000",
        "tel:+1-911-555-0100",
        "sip:4112@example.org",
        "sip:1120@example.org",
        "sip:200@pbx.example",
        "sip:sosa@example.org",
        "sip:agent@911.example.org",
        "118500",
        "",
        "+",
        "sip:@",
    ],
)
def test_other_addresses_are_left_alone(address: str) -> None:
    assert emergency_number(address) is None


@pytest.mark.parametrize("number", sorted({*EVERYWHERE, *(n for numbers in BY_COUNTRY.values() for n in numbers)}))
def test_every_listed_number_is_known_in_every_scheme(number: str) -> None:
    for form in ("{}", "sip:{}@example.org", "sips:{}@10.0.0.1", "tel:{}", "tel:{};phone-context=example.org"):
        assert emergency_number(form.format(number)) == number


def test_a_number_that_only_the_operator_knows_may_be_added() -> None:
    assert emergency_number("sip:2222@hospital.example") is None
    assert emergency_number("sip:2222@hospital.example", ("22 22",)) == "2222"


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    found = emergency_number(text)
    assert found is None or found == "sos" or emergency_number(found) == found


@given(st.from_regex(r"\+?[1-9][0-9]{8,14}", fullmatch=True))
def test_no_subscriber_number_is_taken_for_one(number: str) -> None:
    assert emergency_number(f"tel:{number}") is None
