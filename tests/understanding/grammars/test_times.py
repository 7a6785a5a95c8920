"""Times of day and periods as callers say them, on a Wednesday, the fourth of March 2026."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.canonical.moments import ends_of
from voice_agent.conversation.expectation import Setting
from voice_agent.journeys.moments_wording import said_period, said_time
from voice_agent.understanding.grammars.periods import read_period
from voice_agent.understanding.grammars.times import clock_text, read_time

NOW = "2026-03-04T10:00:00"
EN = Setting(NOW)
ES = Setting(NOW, "es", "ES")


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("quarter to nine in the evening", "20:45"),
        ("fourteen thirty", "14:30"),
        ("5pm", "17:00"),
        ("five p.m.", "17:00"),
        ("eleven fifty three p m", "23:53"),
        ("one minute to one am", "00:59"),
        ("noon", "12:00"),
        ("08:30", "08:30"),
        ("twelve thirty a.m.", "00:30"),
        ("6:30 in the morning", "06:30"),
        ("at ten at night", "22:00"),
        ("at 4 pm, no, half past five in the afternoon", "17:30"),
    ],
)
def test_a_time_that_says_its_half_of_the_day(text: str, time: str) -> None:
    reading = read_time(text, EN)
    assert reading is not None
    assert (reading.value, reading.assumed) == (time, False)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("half past four", "16:30"),
        ("half four", "16:30"),
        ("three o'clock", "15:00"),
        ("at seven", "07:00"),
        ("twelve fifty", "12:50"),
        ("nine oh five", "09:05"),
        ("ten to four", "15:50"),
        ("quarter to one", "12:45"),
        ("Tuesday at four", "16:00"),
    ],
)
def test_a_time_without_its_half_of_the_day_is_within_the_working_day_and_assumed(text: str, time: str) -> None:
    reading = read_time(text, EN)
    assert reading is not None
    assert (reading.value, reading.assumed) == (time, True)


@pytest.mark.parametrize(
    "text", ["25 o'clock", "4:30 or 5:30", "March 3 26", "call me later", "one two three four", "the earliest one"]
)
def test_no_time_where_none_or_several_are_said(text: str) -> None:
    assert read_time(text, EN) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("a las ocho y media", "08:30"),
        ("las nueve menos cuarto de la noche", "20:45"),
        ("a las tres y veinte de la tarde", "15:20"),
        ("las catorce treinta", "14:30"),
        ("mediodía", "12:00"),
    ],
)
def test_spanish_times(text: str, time: str) -> None:
    reading = read_time(text, ES)
    assert reading is not None
    assert reading.value == time


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("tomorrow morning", "2026-03-05T08:00/2026-03-05T12:00"),
        ("between two and four", "14:00/16:00"),
        ("from ten to two on Friday", "2026-03-06T10:00/2026-03-06T14:00"),
        ("2 to 4 pm", "14:00/16:00"),
        ("9-5", "09:00/17:00"),
        ("next week", "2026-03-09/2026-03-15"),
        ("this weekend", "2026-03-07/2026-03-08"),
        ("in April", "2026-04-01/2026-04-30"),
        ("from Monday to Wednesday", "2026-03-09/2026-03-11"),
        ("between the third and the fifth of April", "2026-04-03/2026-04-05"),
        ("after three", "15:00/.."),
        ("before noon on Tuesday", "2026-03-10T00:00/2026-03-10T12:00"),
        ("after three on Tuesday", "2026-03-10T15:00/2026-03-11T00:00"),
        ("Friday night", "2026-03-06T22:00/2026-03-07T06:00"),
        ("between ten and eleven, no, between eleven and twelve", "11:00/12:00"),
    ],
)
def test_periods(text: str, period: str) -> None:
    reading = read_period(text, EN)
    assert reading is not None
    assert reading.value == period


@pytest.mark.parametrize("text", ["hello there", "Monday or Tuesday", "whenever"])
def test_no_period_where_none_is_said(text: str) -> None:
    assert read_period(text, EN) is None


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("mañana por la mañana", "2026-03-05T08:00/2026-03-05T12:00"),
        ("entre las dos y las cuatro", "14:00/16:00"),
        ("la semana que viene", "2026-03-09/2026-03-15"),
    ],
)
def test_spanish_periods(text: str, period: str) -> None:
    reading = read_period(text, ES)
    assert reading is not None
    assert reading.value == period


@given(st.times(), st.sampled_from(["en", "es"]))
def test_what_is_said_of_a_time_is_read_as_that_time(time: datetime.time, language: str) -> None:
    value = clock_text(time.hour, time.minute)
    for channel in ("phone", "text"):
        said = said_time(value, "phone" if channel == "phone" else "text", language)
        reading = read_time(said, EN if language == "en" else ES)
        assert reading is not None, said
        assert reading.value == value, said


_HOURS = st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30])).map(lambda at: clock_text(*at))


@given(st.lists(_HOURS, min_size=2, max_size=2, unique=True).map(sorted), st.sampled_from(["en", "es"]))
def test_what_is_said_of_a_period_is_read_as_that_period(ends: list[str], language: str) -> None:
    value = "/".join(ends)
    said = said_period(value, "phone", "2026-03-04", language)
    reading = read_period(said, EN if language == "en" else ES)
    assert reading is not None, said
    assert reading.value == value, said


@given(st.dates(datetime.date(2026, 3, 5), datetime.date(2027, 12, 31)), _HOURS, _HOURS)
def test_what_is_said_of_hours_of_a_day_is_read_as_them(day: datetime.date, first: str, last: str) -> None:
    start, end = sorted((first, last))
    if start == end:
        return
    value = f"{day}T{start}/{day}T{end}"
    said = said_period(value, "phone", "2026-03-04")
    reading = read_period(said, EN)
    assert reading is not None, said
    assert reading.value == value, said


def test_the_ends_of_a_period() -> None:
    assert ends_of("14:00/16:00") == ("14:00", "16:00")
    assert ends_of("15:00/..") == ("15:00", "..")
    for text in ("14:00", "../..", "14:00/2026-03-05", "2026-03-09/2026-03-08", "25:00/26:00"):
        assert ends_of(text) is None
