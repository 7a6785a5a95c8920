"""Dates as callers say them and recognisers write them, from a Wednesday, the fourth of March 2026."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.conversation.expectation import Setting
from voice_agent.journeys.wording import spoken_date
from voice_agent.understanding.grammars.dates import read_date

NOW = "2026-03-04T10:00:00"
US = Setting(NOW)
GB = Setting(NOW, region="GB")
ES = Setting(NOW, "es", "ES")


def read(text: str, setting: Setting = US, tense: str = "any") -> str | None:
    reading = read_date(text, setting, "past" if tense == "past" else "future" if tense == "future" else "any")
    return None if reading is None else reading.value


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("tomorrow", "2026-03-05"),
        ("the day after tomorrow please", "2026-03-06"),
        ("Tuesday", "2026-03-10"),
        ("next Tuesday", "2026-03-10"),
        ("this Friday", "2026-03-06"),
        ("this Tuesday", "2026-03-10"),
        ("this Wednesday", "2026-03-04"),
        ("Tuesday this week", "2026-03-03"),
        ("Monday of this week", "2026-03-02"),
        ("this week Friday", "2026-03-06"),
        ("next Friday", "2026-03-13"),
        ("Wednesday", "2026-03-11"),
        ("last Monday", "2026-03-02"),
        ("Tuesday after next", "2026-03-17"),
        ("next week Tuesday", "2026-03-10"),
        ("a week from Friday", "2026-03-13"),
        ("Friday week", "2026-03-13"),
        ("two weeks from Monday", "2026-03-23"),
        ("in two weeks", "2026-03-18"),
        ("three days ago", "2026-03-01"),
        ("the third of next month", "2026-04-03"),
        ("the first Monday of next month", "2026-04-06"),
        ("the last Friday in April", "2026-04-24"),
        ("the end of the month", "2026-03-31"),
        ("July twenty fifth twenty twelve", "2012-07-25"),
        ("the twenty second of July two thousand and eight", "2008-07-22"),
        ("May fifth", "2026-05-05"),
        ("March the third", "2027-03-03"),
        ("on the 12th", "2026-03-12"),
        ("the third", "2026-04-03"),
        ("Tuesday the tenth", "2026-03-10"),
        ("Tuesday, the tenth of March", "2026-03-10"),
        ("2026-05-01", "2026-05-01"),
    ],
)
def test_a_date_is_read_relative_to_today(text: str, date: str) -> None:
    assert read(text) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("the third, no, the fourth", "2026-03-04"),
        ("the third of May 2027, no wait, the fourth", "2027-05-04"),
        ("the fifteenth, not the sixteenth", "2026-03-15"),
        ("not Tuesday, Thursday", "2026-03-05"),
        ("Monday, sorry, I mean next Friday", "2026-03-13"),
    ],
)
def test_what_is_taken_back_does_not_count(text: str, date: str) -> None:
    assert read(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "March third or March fourth",
        "on February thirtieth",
        "Wednesday the tenth of March",
        "I have two orders",
        "may I ask something",
        "sometime soon",
        "",
    ],
)
def test_nothing_is_read_where_no_single_day_is_named(text: str) -> None:
    assert read(text) is None


def test_the_order_of_figures_is_that_of_the_region() -> None:
    assert (read("3/4", US), read("3/4", GB)) == ("2026-03-04", "2026-04-03")
    reading = read_date("3/4", GB)
    assert reading is not None
    assert reading.ambiguous
    assert read("24/6", US) == "2026-06-24"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("ninth of December 1947", "1947-12-09"),
        ("24 6 12", "2012-06-24"),
        ("21st of December 1940 5", "1945-12-21"),
        ("15:11 2002", "2002-11-15"),
        ("1308 1933", "1933-08-13"),
        ("oh six oh five 1956", "1956-05-06"),
        ("13 08 19 33", "1933-08-13"),
        ("the fifth of the sixth nineteen eighty", "1980-06-05"),
        ("20th of January 1980 to", "1982-01-20"),
    ],
)
def test_birthdays_are_read_as_recognisers_write_them(text: str, date: str) -> None:
    assert read(text, GB, "past") == date


def test_a_day_without_a_year_lies_on_the_side_of_its_tense() -> None:
    assert read("the first of March", tense="past") == "2026-03-01"
    assert read("the first of March", tense="future") == "2027-03-01"
    assert read("Friday", tense="past") == "2026-02-27"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("el tres de marzo de dos mil veintisiete", "2027-03-03"),
        ("mañana", "2026-03-05"),
        ("pasado mañana", "2026-03-06"),
        ("el próximo martes", "2026-03-10"),
        ("el martes que viene", "2026-03-10"),
        ("dentro de una semana", "2026-03-11"),
        ("hace tres días", "2026-03-01"),
        ("el tres, no, el cuatro", "2026-03-04"),
        ("veinticinco de diciembre de mil novecientos ochenta y cinco", "1985-12-25"),
    ],
)
def test_spanish_dates(text: str, date: str) -> None:
    assert read(text, ES) == date


def test_without_today_only_a_whole_date_is_read() -> None:
    nowhen = Setting()
    assert read("the third of March 2027", nowhen) == "2027-03-03"
    assert read("tomorrow", nowhen) is None
    assert read("the third of March", nowhen) is None


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)), st.sampled_from(["en", "es"]))
def test_what_is_said_of_a_date_is_read_as_that_date(day: datetime.date, language: str) -> None:
    setting = Setting(NOW, language, "GB")
    for channel in ("phone", "text"):
        said = spoken_date(day.isoformat(), "phone" if channel == "phone" else "text", None, language)
        assert read(said, setting) == day.isoformat(), said


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ,.", max_size=60))
def test_no_date_is_invented_from_words_without_one(text: str) -> None:
    words = set(text.replace(",", " ").replace(".", " ").split())
    reading = read_date(text, US)
    if reading is not None:
        assert words & set(reading.raw.replace(",", " ").replace(".", " ").split())


def test_a_weekday_of_the_week_that_comes_is_not_the_one_of_this_week() -> None:
    for said in ("el viernes de la semana que viene", "el viernes de la semana próxima"):
        reading = read_date(said, Setting("2026-03-04T10:00:00", "es"))
        assert reading is not None
        assert reading.value == "2026-03-13"
