"""What a model wrote is said only where everything in it that commits is supported."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_agent.conversation.expectation import Setting
from voice_agent.journeys.claims import Facts, Verdict, judge
from voice_agent.understanding.claims import claims_in

NOW = "2026-03-04T10:00:00+00:00"
"""A Wednesday."""
EN = Setting(NOW, "en", "US")
ES = Setting(NOW, "es", "ES")
KNOWN: dict[str, Any] = {
    "get_order": {
        "number": "RB-1042",
        "account": "55012479",
        "total": "12.50 USD",
        "late_fee": 4.2,
        "due": "2026-03-12",
        "visit": "2026-03-05T15:30:00",
        "visits": [{"id": "V1"}, {"id": "V2"}],
        "speed": 500,
        "discount_percent": 20,
        "window": "8:00 to 10:00",
    }
}
ARTICLE = "Returns are free within 30 days."


def said(text: str, setting: Setting = EN, *texts: str) -> Verdict:
    return judge(text, Facts.of(KNOWN, texts, claims_in, setting), claims_in, setting)


@pytest.mark.parametrize(
    "text",
    [
        "Your order RB-1042 costs $12.50.",
        "It comes to twelve dollars fifty, due on March 12.",
        "It is due on Thursday, the twelfth of March.",
        "The technician comes tomorrow at half past three.",
        "There are two visits, and your line has 500 megabits.",
        "Your account is 5 5 0 1 2 4 7 9.",
        "Your account is 550 12 479.",
        "The late fee is $4.20.",
        "You get 20 percent off.",
        "First let me check one thing. One moment.",
        "We come between 8:00 and 10:00.",
        "The order has arrived.",
    ],
)
def test_what_is_supported_may_be_said_however_it_is_put(text: str) -> None:
    assert said(text).reasons == ()


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Your order RB-1043 is there.", "identifier 'RB-1043'"),
        ("It costs $12.60.", "money '$12.60'"),
        ("It costs twelve dollars sixty.", "money 'twelve dollars sixty'"),
        ("It costs 12.50 euros.", "money '12.50 euros'"),
        ("It costs 500 dollars.", "money '500 dollars'"),
        ("It is due on March 13.", "date 'March 13'"),
        ("It is due on Friday.", "weekday 'Friday'"),
        ("The technician comes at four pm.", "time 'at four pm'"),
        ("There are three visits.", "number 'three'"),
        ("Your account is 5 5 0 1 2 4 7 8.", "identifier '5 5 0 1 2 4 7 8'"),
        ("It ends in 2479.", "number '2479'"),
        ("You get 25% off.", "percent '25%'"),
        ("You get 500 percent of it.", "percent '500 percent'"),
        ("I guarantee that it works.", "promise 'guarantee'"),
        ("You will get your money by Thursday.", "promise 'will get your money by thursday'"),
        ("I'll have it there by tomorrow.", "promise"),
        ("We'll refund you.", "promise 'refund'"),
        ("It is free of charge.", "promise 'free'"),
        ("I promise.", "promise 'promise'"),
        ("It costs half as much.", "quantity 'half'"),
        ("It costs ½ of that.", "identifier '½'"),
        ("Cuesta cuarenta euros.", "number 'cuarenta'"),
        ("It takes one day.", "number 'one'"),
        ("Write to me@example.com.", "identifier 'me@example.com'"),
    ],
)
def test_what_nothing_supports_is_named(text: str, claim: str) -> None:
    assert any(claim in reason for reason in said(text).reasons), said(text).reasons


@pytest.mark.parametrize(
    "text", ["Vence el 12 de marzo.", "El técnico viene mañana a las tres y media.", "Tiene dos visitas. Un momento."]
)
def test_spanish_is_read_too(text: str) -> None:
    assert said(text, ES).reasons == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Vence el 13 de marzo.", "date"),
        ("Le garantizo que funciona.", "promise"),
        ("Es gratis.", "promise"),
        ("Le reembolsamos el dinero.", "promise"),
        ("Llegará antes de las cinco.", "promise"),
        ("Son trece euros.", "money"),
        ("Tiene un veinticinco por ciento de descuento.", "percent"),
    ],
)
def test_spanish_claims_without_support_are_named(text: str, kind: str) -> None:
    assert any(f"the {kind} " in reason for reason in said(text, ES).reasons)


def test_a_promise_may_be_made_where_an_author_or_an_article_makes_it() -> None:
    assert not said("Returns are free.").supported
    assert said("Returns are free within 30 days.", EN, ARTICLE).supported
    assert not said("Returns are free within 60 days.", EN, ARTICLE).supported


_amounts = st.decimals(min_value=1, max_value=9_999, places=2).map(lambda amount: ("amount", f"{amount} USD"))
_days = st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 28)).map(lambda day: ("day", day.isoformat()))
_numbers = st.from_regex(r"[1-9][0-9]{5,9}", fullmatch=True).map(lambda digits: ("account", digits))
_orders = st.from_regex(r"[A-Z]{2}-[1-9][0-9]{3}", fullmatch=True).map(lambda name: ("order", name))
_times = st.times().map(lambda time: ("time", f"{time:%H:%M}"))
_counts = st.integers(2, 9_999).map(lambda count: ("count", str(count)))
_facts = st.lists(st.one_of(_amounts, _days, _numbers, _orders, _times, _counts), min_size=1, max_size=4)
_FILLER = ("So", "that makes", "and then", "for you", "also", "which is")


def _sentence(facts: list[tuple[str, str]]) -> str:
    words = [f"{_FILLER[at % len(_FILLER)]} {_written(*fact)}" for at, fact in enumerate(facts)]
    return "; ".join(words) + "."


def _written(kind: str, value: str) -> str:
    if kind == "day":
        day = datetime.date.fromisoformat(value)
        return f"{day:%B} {day.day}, {day.year}"
    return f"${value.removesuffix(' USD')}" if kind == "amount" else value


@settings(deadline=None)
@given(_facts)
def test_a_text_made_of_supported_facts_passes(facts: list[tuple[str, str]]) -> None:
    values = {f"fact_{at}": value for at, (_, value) in enumerate(facts)}
    assert judge(_sentence(facts), Facts.of(values, (), claims_in, EN), claims_in, EN).reasons == ()


@settings(deadline=None)
@given(_facts, st.data())
def test_any_changed_digit_fails(facts: list[tuple[str, str]], data: st.DataObject) -> None:
    """Each fact is of another kind or far from the others, so that no changed one is by chance another one."""
    kind, value = facts[0]
    text = _written(kind, value)
    places = [at for at, sign in enumerate(text) if sign.isdecimal()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([one for one in "0123456789" if one != text[at]]))
    changed = text[:at] + digit + text[at + 1 :]
    known = Facts.of({"fact": value}, (), claims_in, EN)
    claims = claims_in(f"So {changed}.", EN)
    same = claims_in(f"So {text}.", EN)
    if set(claims) == set(same) or {(c.kind, c.value) for c in claims} == {(c.kind, c.value) for c in same}:
        return  # "05" is "5"
    assert not judge(f"So {changed}.", known, claims_in, EN).supported
