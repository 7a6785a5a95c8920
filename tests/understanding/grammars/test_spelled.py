"""Postcodes, order numbers, names, e-mail addresses, telephone numbers and amounts as recognisers write them."""

from __future__ import annotations

import decimal
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.canonical.amounts import amount_text
from voice_agent.canonical.contacts import is_email
from voice_agent.canonical.postcodes import postcode_forms
from voice_agent.conversation.expectation import Setting, SlotView
from voice_agent.journeys.alphabets import ALPHABETS, by_alphabet
from voice_agent.journeys.slot_wording import said_email, said_money, said_phone, said_value
from voice_agent.understanding.grammars.addresses import read_address
from voice_agent.understanding.grammars.emails import read_email
from voice_agent.understanding.grammars.money import read_money
from voice_agent.understanding.grammars.names import read_name
from voice_agent.understanding.grammars.patterned import read_characters, read_patterned
from voice_agent.understanding.grammars.phones import read_phone
from voice_agent.understanding.values import read_value

US = Setting()
GB = Setting(region="GB")
ES = Setting(language="es", region="ES")


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("w2 0 a b", "W2 0AB"),
        ("whiskey 2 0 alpha bravo", "W2 0AB"),
        ("it's M for Mike four zero q g", "M4 0QG"),
        ("M four oh queue gee", "M4 0QG"),
        ("sw1a one double a", "SW1A 1AA"),
        ("S as in sugar, W one A, one double A", "SW1A 1AA"),
        ("d t 0 for 9 d w", "DT04 9DW"),
        ("b b one six, no, B B one seven four l u", "BB17 4LU"),
    ],
)
def test_a_postcode_is_read_by_the_forms_of_its_country(text: str, postcode: str) -> None:
    reading = read_patterned(text, postcode_forms("GB"))
    assert reading is not None
    assert reading.value == postcode


@pytest.mark.parametrize("text", ["w2 0 a", "no idea", "I see you", "one two three four five", "w20ab or w30ab"])
def test_no_postcode_is_made_of_what_is_none(text: str) -> None:
    assert read_patterned(text, postcode_forms("GB")) is None


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("AB one two three four", "AB-1234"),
        ("a b dash double oh seven one", "AB-0071"),
        ("one two three four", "AB-1234"),
        ("it's A as in Alpha, B as in Bravo, twelve thirty four", "AB-1234"),
        ("order AB-1234 please", "AB-1234"),
        ("A B triple five six", "AB-5556"),
        ("A B double, triple five six", "AB-5556"),
        ("A B double double five one two", "AB-5512"),
    ],
)
def test_an_order_number_fills_its_format(text: str, order: str) -> None:
    reading = read_patterned(text, ("AB-####",))
    assert reading is not None
    assert reading.value == order


@pytest.mark.parametrize(
    "text", ["AB one two three", "AC one two three four", "five orders", "one two three four five"]
)
def test_an_order_number_is_never_filled_up(text: str) -> None:
    assert read_patterned(text, ("AB-####",)) is None


def test_without_a_format_all_that_was_spelled_is_read() -> None:
    reading = read_characters("it is B as in Bravo, double oh seven, K")
    assert reading is not None
    assert reading.value == "B007K"


@given(st.from_regex(r"[A-Z]{2}[0-9]{4}", fullmatch=True))
def test_what_is_spelled_back_is_read_as_the_same_order_number(value: str) -> None:
    written = f"{value[:2]}-{value[2:]}"
    for said in (said_value("order_id", written, "phone", "grouped", None, "en"), by_alphabet(written), written):
        reading = read_patterned(said, ("@@-####",))
        assert reading is not None, said
        assert reading.value == written, said


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("maya dot ortiz at gmail dot com", "maya.ortiz@gmail.com"),
        ("my email is j underscore smith forty five at outlook dot co dot uk", "j_smith45@outlook.co.uk"),
        ("m a y a at g mail dot com please", "maya@gmail.com"),
        ("a s d f one two three at a b c dot com", "asdf123@abc.com"),
        ("it's bob double l nineteen eighty four at yahoo dot com", "bobll1984@yahoo.com"),
        ("Maya.Ortiz@gmail.com.", "maya.ortiz@gmail.com"),
        ("john at gmail dot com, no sorry, jon at gmail dot com", "jon@gmail.com"),
        ("reach me at tim at nvidia dot com", "tim@nvidia.com"),
    ],
)
def test_an_email_address(text: str, email: str) -> None:
    reading = read_email(text, US)
    assert reading is not None
    assert reading.value == email


@pytest.mark.parametrize("text", ["john dot smith at gmail", "at gmail dot com", "I am at home", "john smith"])
def test_an_email_address_that_is_not_all_there_is_none(text: str) -> None:
    assert read_email(text, US) is None


_LOCAL = st.from_regex(r"[a-z]{1,8}([._\-][a-z0-9]{1,6}){0,2}", fullmatch=True)
_DOMAIN = st.sampled_from(["gmail.com", "example.org", "acme.co.uk", "b2b.io", "my-shop.es"])


@given(_LOCAL, _DOMAIN)
def test_what_is_said_of_an_email_address_is_read_as_it(local: str, domain: str) -> None:
    email = f"{local}@{domain}"
    assert is_email(email)
    for said in (said_email(email, "phone"), said_email(email, "text")):
        reading = read_email(said, US)
        assert reading is not None, said
        assert reading.value == email, said


@pytest.mark.parametrize(
    ("text", "setting", "number"),
    [
        ("two one two five five five oh one double nine", US, "+12125550199"),
        ("plus forty four twenty seventy nine four six oh nine five eight", US, "+442079460958"),
        ("my number is 020 7946 0958", GB, "+442079460958"),
        ("seis uno dos tres cuatro cinco seis siete ocho", ES, "+34612345678"),
    ],
)
def test_a_telephone_number_is_one_of_its_country(text: str, setting: Setting, number: str) -> None:
    reading = read_phone(text, setting)
    assert reading is not None
    assert reading.value == number
    for region in ("ZZ", setting.region):
        again = read_phone(said_phone(number, "phone", "grouped", region=region), US if region == "ZZ" else setting)
        assert again is not None
        assert again.value == number


@pytest.mark.parametrize(
    ("number", "region", "said"),
    [
        ("+12125550199", "US", "2 1 2, 5 5 5, 0 1 9 9"),
        ("+12125550199", "GB", "plus 1, 2 1 2, 5 5 5, 0 1 9 9"),
        ("+442079460958", "GB", "0 2 0, 7 9 4 6, 0 9 5 8"),
        ("+34612345678", "ES", "6 1 2, 3 4, 5 6, 7 8"),
        ("+49301234567", "DE", "0 3 0, 1 2 3 4 5 6 7"),
    ],
)
def test_a_telephone_number_is_said_as_people_of_its_country_group_it(number: str, region: str, said: str) -> None:
    assert said_phone(number, "phone", "grouped", region=region) == said


def test_part_of_a_telephone_number_is_not_whole() -> None:
    reading = read_phone("two one two five five five", US)
    assert reading is not None
    assert (reading.value, reading.whole) == (None, False)


@pytest.mark.parametrize(
    ("text", "setting", "amount"),
    [
        ("twelve fifty", US, "12.50 USD"),
        ("twelve fifty", GB, "12.50 GBP"),
        ("four dollars and sixty nine cents", US, "4.69 USD"),
        ("fifteen point two million dollars", US, "15200000.00 USD"),
        ("$1,200.50", US, "1200.50 USD"),
        ("a hundred euros", US, "100.00 EUR"),
        ("fifty cents", US, "0.50 USD"),
        ("one fifty five dollars", US, "155.00 USD"),
        ("five pounds twenty", GB, "5.20 GBP"),
        ("twenty, no, thirty dollars", US, "30.00 USD"),
        ("it's two orders for 12 dollars", US, "12.00 USD"),
        ("doce euros con cincuenta", ES, "12.50 EUR"),
        ("mil doscientos euros", ES, "1200.00 EUR"),
    ],
)
def test_amounts(text: str, setting: Setting, amount: str) -> None:
    reading = read_money(text, setting)
    assert reading is not None
    assert reading.value == amount


@given(
    st.decimals(0, 100_000, places=2),
    st.sampled_from(["USD", "GBP", "EUR"]),
    st.sampled_from([("en", US), ("es", ES)]),
)
def test_what_is_said_of_an_amount_is_read_as_it(
    amount: decimal.Decimal, currency: str, where: tuple[str, Setting]
) -> None:
    language, setting = where
    value = amount_text(amount, currency)
    assert value is not None
    if amount < 1 and (currency != "USD" or language == "es"):
        return  # "50 cents" are those of the caller's country
    said = said_money(value, "phone", language)
    reading = read_money(said, setting)
    assert reading is not None, said
    assert reading.value == value, said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is katie marshall", "Katie Marshall"),
        ("it's s m y t h e", "Smythe"),
        ("Maya Ortiz, that's O R T I Z", "Maya Ortiz"),
        ("katy marshall k a t i e", "Katie Marshall"),
        ("Jo, J O, Smith", "Jo Smith"),
        ("it's Tom, no wait, Tim Miller", "Tim Miller"),
        ("O'Brien", "O'Brien"),
        ("Me llamo José García", "José García"),
    ],
)
def test_names(text: str, name: str) -> None:
    reading = read_name(text)
    assert reading is not None
    assert reading.value == name


@pytest.mark.parametrize("text", ["I don't know", "no", "five five one", "see you", "what do you need that for", ""])
def test_what_is_no_name(text: str) -> None:
    assert read_name(text) is None


def test_an_address_needs_a_number_and_a_name() -> None:
    reading = read_address("twelve Baker Street, London, N W one six X E", GB)
    assert reading is not None
    assert reading.value == "12 Baker Street, London, NW1 6XE"
    for text in ("somewhere", "the number 12", "Baker Street"):
        assert read_address(text, GB) is None


_TYPES = ("postcode", "email", "phone", "money", "name", "address", "alphanumeric", "spelled", "date", "time", "period")


@given(st.text(alphabet=string.ascii_lowercase + " ,.'", max_size=60), st.sampled_from(_TYPES))
def test_no_figure_is_invented(text: str, slot_type: str) -> None:
    """Without a word for a number in it, no sentence gives a value with figures but from the calendar."""
    reading = read_value(SlotView("x", slot_type), text, Setting("2026-03-04T10:00:00", region="GB"))
    if reading is None or slot_type in ("date", "time", "period"):
        return
    numbers = "zero oh one two three four five six seven eight nine ten eleven twelve double triple treble".split()
    numbers += "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    said = text.replace("'", "").split()
    if not any(word.strip(",.") in numbers or word.endswith(("teen", "ty")) or len(word) < 5 for word in said):
        assert not any(ch.isdecimal() for ch in str(reading.value)), text


@pytest.mark.parametrize(
    ("slot_type", "value", "said"),
    [
        ("money", "12.50 USD", "$12.50"),
        ("money", "5.00 JPY", "5.00 JPY"),
        ("email", "maya@gmail.com", "maya@gmail.com"),
        ("phone", "+12125550199", "+1 212-555-0199"),
        ("phone", "unknown", "unknown"),
        ("postcode", "SW1A 1AA", "SW1A 1AA"),
        ("time", "16:30", "4:30 PM"),
        ("name", "Katie", "Katie"),
    ],
)
def test_values_are_written_plainly(slot_type: str, value: str, said: str) -> None:
    assert said_value(slot_type, value, "text", "grouped", None, "en") == said


def test_values_are_spelled_in_spanish_too() -> None:
    assert by_alphabet("A1", "es") == "A de Antonio, 1"
    assert said_email("a_b@gmail.com", "phone", "es") == "a guion bajo b, arroba, gmail punto com"
    assert said_money("0.50 EUR", "phone", "es") == "50 céntimos"
    assert said_money("7 JPY", "phone") == "¥7"


@pytest.mark.parametrize("start", ["BE", "EM", "NO", "OH", "TO", "YE", "AR"])
def test_written_letters_that_are_words_are_letters(start: str) -> None:
    reading = read_patterned(f"{start}-1234", ("@@-####",))
    assert reading is not None
    assert reading.value == f"{start}-1234"


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_letter_said_by_an_alphabet_is_read_as_itself(language: str) -> None:
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        assert ALPHABETS[language][letter].startswith(letter)
        reading = read_characters(by_alphabet(f"{letter}X7", language), language)
        assert reading is not None, letter
        assert reading.value == f"{letter}X7"


@given(st.from_regex(r"[A-Z]{2}[0-9]{4}", fullmatch=True))
def test_what_is_spelled_back_in_spanish_is_read_as_the_same_order_number(value: str) -> None:
    reading = read_patterned(by_alphabet(value, "es"), ("@@-####",), "es")
    assert reading is not None
    assert reading.value == f"{value[:2]}-{value[2:]}"


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("B for Bertie, D for David, seven", "en", "BD7"),
        ("it's M like Mary, N as in Nora, 5", "en", "MN5"),
        ("be de Barcelona, uve de Valencia, siete", "es", "BV7"),
        ("B de burro, eme de Madrid, doble cero", "es", "BM00"),
        ("hache de Huelva, ka de kilo, 4", "es", "HK4"),
    ],
)
def test_alphabets_of_ones_own_are_understood(text: str, language: str, value: str) -> None:
    reading = read_characters(text, language)
    assert reading is not None
    assert reading.value == value
