"""Whole numbers, decimals and years out of words, and the calendar's corners."""

from __future__ import annotations

import decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.canonical.amounts import amount_of, currency_of
from voice_agent.canonical.contacts import is_whole_phone, phone_number
from voice_agent.canonical.moments import is_date
from voice_agent.canonical.patterns import allows, has_form, is_pattern
from voice_agent.canonical.postcodes import is_postcode
from voice_agent.conversation.expectation import Setting
from voice_agent.understanding.grammars.atoms import atoms_of
from voice_agent.understanding.grammars.dates import read_date
from voice_agent.understanding.grammars.decimals import number_at
from voice_agent.understanding.grammars.periods import read_period
from voice_agent.understanding.grammars.years import whole_year, year_at

US = Setting("2026-03-04T10:00:00")


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("two hundred and five", "en", 205),
        ("a hundred", "en", 100),
        ("a thousand and one", "en", 1001),
        ("twenty one hundred and eleven", "en", 2111),
        ("one hundred forty seven thousand four hundred fifty one", "en", 147451),
        ("twenty-five", "en", 25),
        ("one hundredth", "en", 100),
        ("ochocientos cuarenta y dos", "es", 842),
        ("mil", "es", 1000),
        ("dos mil trescientos uno", "es", 2301),
    ],
)
def test_a_whole_number_is_one_atom(text: str, language: str, value: int) -> None:
    (atom,) = atoms_of(text, language)
    assert atom.value == value


def test_words_that_only_look_like_numbers_are_words() -> None:
    assert [atom.value for atom in atoms_of("oh well")] == [None, None]
    assert [atom.text for atom in atoms_of("5pm")] == ["5", "pm"]
    assert [atom.value for atom in atoms_of("12a")] == [None]
    assert [atom.value for atom in atoms_of("one hundred and")] == [100, None]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("fifteen point two million", "15200000"),
        ("one point four five three", "1.453"),
        ("point oh five", "0.05"),
        ("1,234,567.5", "1234567.5"),
        ("three grand", "3000"),
        ("twelve point fifty", "12.50"),
    ],
)
def test_decimals(text: str, value: str) -> None:
    number = number_at(atoms_of(text), 0)
    assert number is not None
    assert number.value == decimal.Decimal(value)


@pytest.mark.parametrize("text", ["point", "third", "hello", ""])
def test_no_number(text: str) -> None:
    assert number_at(atoms_of(text), 0) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("nineteen oh five", 1905),
        ("nineteen eighty four", 1984),
        ("one nine eight four", 1984),
        ("two thousand and eight", 2008),
        ("19 84", 1984),
        ("19 80 4", 1984),
        ("1980 4", 1984),
    ],
)
def test_years(text: str, year: int) -> None:
    found = year_at(atoms_of(text), 0)
    assert found is not None
    assert found[0] == year


@pytest.mark.parametrize("text", ["twelfth", "hello", "nineteen hello", "5", "19 oh hello", "3000"])
def test_no_year(text: str) -> None:
    assert year_at(atoms_of(text), 0) is None


def test_two_figures_are_a_year_by_the_tense() -> None:
    assert (whole_year(12, 2026, "past"), whole_year(63, 2026, "past"), whole_year(30, 2026, "any")) == (
        2012,
        1963,
        2030,
    )
    assert year_at(atoms_of("12"), 0, short=True) == (12, 1)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("two months from now", "2026-05-04"),
        ("a year ago", "2025-03-04"),
        ("three days after the tenth of March", "2026-03-13"),
        ("a week before Friday", "2026-02-27"),
        ("the last day of February", "2027-02-28"),
        ("the 31st", "2026-03-31"),
        ("March 5 '27", "2027-03-05"),
        ("the third, the third of April", "2026-04-03"),
        ("the tenth of this month", "2026-03-10"),
        ("the tenth of last month", "2026-02-10"),
        ("03052027", "2027-03-05"),
    ],
)
def test_the_corners_of_the_calendar(text: str, date: str) -> None:
    reading = read_date(text, US)
    assert reading is not None, text
    assert reading.value == date


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("between the third and the fifth of March", "2026-03-03/2026-03-05"),
        ("last week", "2026-02-23/2026-03-01"),
        ("next weekend", "2026-03-14/2026-03-15"),
        ("last month", "2026-02-01/2026-02-28"),
        ("until half past nine", "../09:30"),
        ("at night", "22:00/06:00"),
    ],
)
def test_the_corners_of_periods(text: str, period: str) -> None:
    reading = read_period(text, US)
    assert reading is not None, text
    assert reading.value == period


@given(st.integers(0, 999_999))
def test_figures_are_read_as_they_are(number: int) -> None:
    (atom,) = atoms_of(str(number))
    assert (atom.value, atom.figures) == (number, str(number))


def test_forms_that_are_kept() -> None:
    assert not is_date("2026-2-3")
    assert amount_of("12.50 usd") is None
    assert amount_of("12.5 USD") is None
    assert currency_of("ZZ") == "USD"
    assert phone_number("hello", "US") is None
    assert not is_whole_phone("+", "US")
    assert is_whole_phone("2125550199123456", "US")
    assert is_pattern("AB-####")
    assert not is_pattern("ABC")
    assert has_form("AB-1234", "@@-####")
    assert allows("*", "7")
    assert not allows("*", "-")
    assert is_postcode("94107-1234", "US")
    assert is_postcode("ABC", "XX")
