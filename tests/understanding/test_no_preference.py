"""Any of them, or the earliest: the first that was offered, and where nothing was, what is asked about."""

from __future__ import annotations

import pytest

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Affirm, AnyCommand, SetSlot
from voice_agent.conversation.expectation import Choice, Expectation, Setting, SlotView
from voice_agent.understanding.local import commands_for
from voice_agent.understanding.no_preference import left_to_us
from voice_agent.understanding.wishes import Judgement

EN = Setting("2026-03-04T10:00:00+00:00")
ES = Setting("2026-03-04T10:00:00+00:00", "es", "ES")
OPENINGS = (
    Choice("041", ("sunday the 8th at 10 am",)),
    Choice("040", ("sunday the 8th at 8 am",)),
    Choice("042", ("sunday the 8th at 12:30 pm",)),
)
OPENING = SlotView("opening", "reference", choices=OPENINGS)
ORDER = SlotView("order", "reference", choices=(Choice("1", ("router",)), Choice("2", ("phone",))))


def understood(text: str, expectation: Expectation) -> tuple[AnyCommand, ...]:
    asked = Understand(1, 1, text, (), "", expectation, language=expectation.setting.language)
    return commands_for(asked, Judgement())


def value(text: str, slot: SlotView, setting: Setting = EN) -> tuple[object, float] | None:
    commands = understood(text, Expectation("choice" if slot.choices else "value", slot, None, (), setting))
    return next(((one.value, one.score) for one in commands if isinstance(one, SetSlot)), None)


@pytest.mark.parametrize(
    "text",
    [
        "Any time.",
        "any time is fine",
        "Any of them",
        "any of those works for me",
        "um, whichever",
        "whichever you like",
        "Whenever suits you best",
        "I don't mind.",
        "I don't care which one",
        "either one is fine",
        "It's up to you",
        "they're all fine",
        "I'm flexible",
        "no preference",
    ],
)
def test_any_of_them_is_the_first_offered(text: str) -> None:
    assert value(text, OPENING) == ("041", 0.85)


@pytest.mark.parametrize(
    "text",
    [
        "The earliest.",
        "the earliest one please",
        "I'll take the earliest you have",
        "the soonest",
        "as soon as possible",
        "Whatever you have first",
        "whichever comes first",
        "the first available",
        "the next available slot",
        "what's the earliest?",
        "the sooner the better",
    ],
)
def test_the_earliest_is_told_by_the_days_and_hours_of_what_is_offered(text: str) -> None:
    assert value(text, OPENING) == ("040", 0.85)


def test_the_earliest_of_what_has_no_time_is_the_first() -> None:
    assert value("the earliest one", ORDER) == ("1", 0.85)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("cualquiera", "041"),
        ("cualquier hora me va bien", "041"),
        ("Me da igual.", "041"),
        ("cuando sea", "041"),
        ("la que usted quiera", "041"),
        ("lo antes posible", "040"),
        ("cuanto antes", "040"),
        ("la primera que tenga", "040"),
        ("la más temprana, por favor", "040"),
        ("el primer hueco que haya", "040"),
    ],
)
def test_in_spanish_too(text: str, chosen: str) -> None:
    openings = tuple(Choice(at, (f"domingo 8 a las {hour}",)) for at, hour in (("041", 10), ("040", 8), ("042", 12)))
    assert value(text, SlotView("opening", "reference", choices=openings), ES) == (chosen, 0.85)


@pytest.mark.parametrize(("text", "setting"), [("as soon as possible", EN), ("any day", EN), ("cuanto antes", ES)])
def test_where_no_day_was_offered_the_next_one_is_asked_about(text: str, setting: Setting) -> None:
    found = value(text, SlotView("day", "date"), setting)
    assert found is not None
    assert found[0] == "2026-03-05"
    assert found[1] < 0.5


@pytest.mark.parametrize("setting", [EN, ES])
def test_where_no_hour_was_offered_the_beginning_of_the_morning_is_asked_about(setting: Setting) -> None:
    found = value("any time" if setting is EN else "cualquier hora", SlotView("time", "time"), setting)
    assert found is not None
    assert found[0] == "08:00"
    assert found[1] < 0.5


def test_nobody_is_born_or_called_what_anybody_likes() -> None:
    assert value("any day", SlotView("birthday", "date", tense="past")) is None
    names = SlotView("name", "name", choices=(Choice("Maya Ferrin", ("maya ferrin",)),))
    assert value("any of them", names) is None


def test_a_value_that_is_read_back_is_agreed_to_by_who_wants_any() -> None:
    ten = SlotView("time", "time", value="10:00")
    assert understood("any time is fine", Expectation("yes_no", ten, "time", (ten,), EN)) == (Affirm(),)
    account = SlotView("account", "digits", 8, value="55012479")
    assert Affirm() not in understood("whatever", Expectation("yes_no", account, "account", (account,), EN))


@pytest.mark.parametrize(
    ("text", "slot", "found"),
    [
        ("any time on Friday", SlotView("day", "date"), "2026-03-06"),
        ("the first", SlotView("day", "date"), "2026-04-01"),
        ("any time in the afternoon", SlotView("time", "time"), "15:00"),
        ("the first one", OPENING, "041"),
        ("the last one", OPENING, "042"),
    ],
)
def test_what_names_a_value_is_that_value(text: str, slot: SlotView, found: str) -> None:
    read = value(text, slot)
    assert read is not None
    assert read[0] == found


@pytest.mark.parametrize(
    "text", ["any other time?", "any later ones", "not any of them", "what is the earliest plan", "the next day", "no"]
)
def test_who_says_anything_else_has_a_preference(text: str) -> None:
    assert left_to_us(text, "en") is None
