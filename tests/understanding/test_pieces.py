"""A value that comes in pieces, one turn after the other, said or keyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import AnyCommand, BeginSlot, CorrectSlot, Deny, HoldOn, SetSlot
from voice_agent.conversation.expectation import Begun, Choice, Expectation, Kind, Setting, SlotView
from voice_agent.understanding.completeness import completeness
from voice_agent.understanding.local import commands_for, needs_judging

ACCOUNT = SlotView("account", "digits", 8)
LISTED = SlotView(
    "account", "digits", 8, choices=(Choice("55012479", ("55012479",)), Choice("55013333", ("55013333",)))
)
PHONE = SlotView("phone", "phone")
POSTCODE = SlotView("postcode", "postcode")
EMAIL = SlotView("email", "email")
DAY = SlotView("day", "date")
ORDER = SlotView("order", "order_id", formats=("AB-####",))
WORD = SlotView("word", "spelled", length=6)
KINDS: dict[str, Kind] = {"digits": "digits", "phone": "digits"}
WORDS = "zero one two three four five six seven eight nine".split()
NOW = "2026-03-04T10:00:00"


def expecting(slot: SlotView, begun: Begun | None = None, language: str = "en", region: str = "US") -> Expectation:
    setting = Setting(NOW, language, region)
    return Expectation(KINDS.get(slot.slot_type, "value"), slot, setting=setting, begun=begun)


def turn(text: str, expectation: Expectation) -> tuple[AnyCommand, ...]:
    """What `text` means; keys where it begins with `#`."""
    keys, said = (text[1:], "") if text.startswith("#") else ("", text)
    asked = Understand(1, 1, said, (), keys, expectation, expectation.setting.language)
    return commands_for(asked, None)


def said(slot: SlotView, *turns: str, language: str = "en", region: str = "US") -> list[str]:
    """What each turn comes to: "5501..." for a beginning, "=55012479" for a value, "-" for neither."""
    begun, out = None, []
    for text in turns:
        first = turn(text, expecting(slot, begun, language, region))[0]
        match first:
            case BeginSlot(value=value, raw=raw):
                begun = Begun(value, raw)
                out.append(f"{value}...")
            case SetSlot(value=value):
                begun = None
                out.append(f"={value}")
            case _:
                out.append("-")
    return out


@pytest.mark.parametrize(
    ("slot", "turns", "comes_to"),
    [
        (ACCOUNT, ("it's five five oh one", "two four", "seven nine"), ["5501...", "550124...", "=55012479"]),
        (ACCOUNT, ("starts with 5501", "and then 2479"), ["5501...", "=55012479"]),
        (ACCOUNT, ("twenty", "four", "three three", "one two three"), ["20...", "204...", "20433...", "=20433123"]),
        (ACCOUNT, ("5501", "5501 2479"), ["5501...", "=55012479"]),
        (ACCOUNT, ("5501", "5501 24", "79"), ["5501...", "550124...", "=55012479"]),
        (ACCOUNT, ("5501", "no, 5502", "2479"), ["5501...", "5502...", "=55022479"]),
        (ACCOUNT, ("5501", "no, oh two", "2479"), ["5501...", "5502...", "=55022479"]),
        (ACCOUNT, ("5502", "sorry, 5501", "2479"), ["5502...", "5501...", "=55012479"]),
        (ACCOUNT, ("5502", "sorry, 2479"), ["5502...", "=55022479"]),
        (ACCOUNT, ("5501", "no, that's wrong"), ["5501...", "-"]),
        (ACCOUNT, ("5501", "24790"), ["5501...", "-"]),
        (ACCOUNT, ("5501", "that's all"), ["5501...", "=5501"]),
        (ACCOUNT, ("5501", "For 479"), ["5501...", "=55014479"]),
        (ACCOUNT, ("5501", "For 2479"), ["5501...", "=55012479"]),
        (ACCOUNT, ("#5501", "two four seven nine"), ["5501...", "=55012479"]),
        (ACCOUNT, ("five five oh one", "#2479"), ["5501...", "=55012479"]),
        (ACCOUNT, ("#5501", "#24", "#79"), ["5501...", "550124...", "=55012479"]),
        (ACCOUNT, ("#5501", "#550124", "#79"), ["5501...", "550124...", "=55012479"]),
        (LISTED, ("5501", "2479"), ["5501...", "=55012479"]),
        (LISTED, ("5502",), ["-"]),
        (PHONE, ("two one two, triple five", "oh one nine nine"), ["212555...", "=+12125550199"]),
        (PHONE, ("plus four four two oh", "7946 0958"), ["+4420...", "=+442079460958"]),
        (POSTCODE, ("902", "10"), ["902...", "=90210"]),
        (EMAIL, ("it's maya dot ortiz", "at gmail dot com"), ["maya dot ortiz...", "=maya.ortiz@gmail.com"]),
        (EMAIL, ("maya at gmail", "dot com"), ["maya at gmail...", "=maya@gmail.com"]),
        (EMAIL, ("m a y a", "o r t i z at gmail dot com"), ["m a y a...", "=mayaortiz@gmail.com"]),
        (EMAIL, ("maya dot ortiz", "maya dot ortiz at gmail dot com"), ["maya dot ortiz...", "=maya.ortiz@gmail.com"]),
        (DAY, ("sometime in March", "the fifth"), ["in March...", "=2026-03-05"]),
        (DAY, ("in March", "the fifth of April"), ["in March...", "=2026-04-05"]),
        (DAY, ("in March", "tomorrow"), ["in March...", "=2026-03-05"]),
        (DAY, ("next week sometime", "Tuesday"), ["next week...", "=2026-03-10"]),
        (DAY, ("next week", "Tuesday or so"), ["next week...", "=2026-03-10"]),
        (DAY, ("in May", "tomorrow"), ["in May...", "=2026-03-05"]),
        (ORDER, ("A B one two", "three four"), ["AB-12...", "=AB-1234"]),
        (ORDER, ("one two", "three four"), ["AB-12...", "=AB-1234"]),
        (WORD, ("S M Y", "T H E"), ["SMY...", "=SMYTHE"]),
    ],
)
def test_the_pieces_of_a_value_are_put_together(slot: SlotView, turns: tuple[str, ...], comes_to: list[str]) -> None:
    assert said(slot, *turns) == comes_to


def test_pieces_are_put_together_in_spanish_and_by_the_forms_of_a_country() -> None:
    assert said(ACCOUNT, "cincuenta y cinco cero uno", "y luego dos cuatro siete nueve", language="es") == [
        "5501...",
        "=55012479",
    ]
    assert said(DAY, "la semana que viene", "el viernes", language="es") == ["la próxima semana...", "=2026-03-13"]
    assert said(DAY, "en marzo", "el cinco", language="es") == ["de marzo...", "=2026-03-05"]
    assert said(POSTCODE, "S W one A", "one double A", region="GB") == ["SW1A...", "=SW1A 1AA"]


@pytest.mark.parametrize(
    "text",
    [
        "I ordered 12 days ago",
        "I have two",
        "one",
        "where is order 48213",
        "what are your opening hours",
        "one moment",
        "5501 2479 3",
    ],
)
def test_what_is_no_beginning_begins_nothing(text: str) -> None:
    assert not any(isinstance(one, BeginSlot | SetSlot) for one in turn(text, expecting(ACCOUNT)))


@pytest.mark.parametrize("text", ["I'm at work", "look at that", "I don't have one", "what for?"])
def test_no_sentence_begins_an_address(text: str) -> None:
    assert said(EMAIL, text) == ["-"]


def test_the_same_piece_again_may_be_a_repetition_and_is_asked_about() -> None:
    (again,) = turn("5501", expecting(ACCOUNT, Begun("5501", "5501")))
    assert isinstance(again, SetSlot)
    assert again.value == "55015501"
    assert again.score < 0.5


def test_an_end_that_looks_like_a_whole_address_is_asked_about() -> None:
    (whole,) = turn("ortiz at gmail dot com", expecting(EMAIL, Begun("m a y a", "m a y a")))
    assert isinstance(whole, SetSlot)
    assert whole.score < 0.5


def test_a_beginning_and_a_moment_are_both_heard() -> None:
    begun, wait = turn("5501, hold on", expecting(ACCOUNT))
    assert begun == BeginSlot("account", "5501", "5501")
    assert wait == HoldOn()


def test_no_takes_back_what_was_begun_where_nothing_follows() -> None:
    assert turn("no", expecting(ACCOUNT, Begun("5501", "5501"))) == (Deny(),)


def test_a_piece_asks_for_nothing_else() -> None:
    assert not needs_judging(Understand(1, 1, "it's 5501 for now", (), "", expecting(ACCOUNT)))


@pytest.mark.parametrize(
    ("text", "begun", "verdict"),
    [
        ("2479", "5501", "complete"),
        ("24", "5501", "incomplete"),
        ("5501 2479", "5501", "complete"),
        ("2479", None, "incomplete"),
    ],
)
def test_the_floor_is_taken_once_the_rest_is_there(text: str, begun: str | None, verdict: str) -> None:
    kept = None if begun is None else Begun(begun, begun)
    assert completeness(text, expecting(ACCOUNT, kept)) == verdict


@given(st.data())
def test_figures_are_the_same_number_in_however_many_turns_they_come(data: st.DataObject) -> None:
    figures = data.draw(st.text("0123456789", min_size=8, max_size=8))
    cuts = sorted(data.draw(st.sets(st.integers(2, 7), max_size=3)))
    pieces = [figures[first:last] for first, last in zip([0, *cuts], [*cuts, 8], strict=True)]
    so_far = [figures[:end] for end in cuts]
    spoken = [
        f"#{piece}" if data.draw(st.booleans()) else " ".join(WORDS[int(figure)] for figure in piece)
        for piece in pieces
    ]
    if any(piece.startswith(before) for piece, before in zip(pieces[1:], so_far, strict=True)):
        return  # it may be the beginning said again
    assert said(ACCOUNT, *spoken) == [*(f"{before}..." for before in so_far), f"={figures}"]


@given(st.text("0123456789", min_size=2, max_size=7), st.text("0123456789", min_size=8, max_size=8))
def test_a_whole_number_is_that_number_whatever_was_begun(begun: str, figures: str) -> None:
    whole = " ".join(WORDS[int(figure)] for figure in figures)
    assert said(ACCOUNT, " ".join(begun), whole)[-1] == f"={figures}"


@given(st.text(max_size=30), st.sampled_from([ACCOUNT, PHONE, POSTCODE, EMAIL, DAY, ORDER, WORD, LISTED]))
def test_no_words_break_it_and_no_value_is_longer_than_what_was_said(text: str, slot: SlotView) -> None:
    begun = Begun("12", "one two")
    for command in turn(text, expecting(slot, begun if slot.slot_type != "date" else Begun("in March", "march"))):
        if isinstance(command, BeginSlot):
            assert len(command.value) <= len(begun.value) + 2 * len(text) + 3


def confirming(slot: SlotView, text: str) -> AnyCommand:
    return commands_for(
        Understand(1, 1, text, (), "", Expectation("yes_no", slot, slot.name, setting=Setting(NOW))), None
    )[0]


def test_what_goes_on_while_a_value_is_read_back_belongs_to_it() -> None:
    katie = SlotView("name", "name", value="Katie")
    assert confirming(katie, "Marshall") == CorrectSlot("name", "Katie Marshall", "Marshall", 0.7)
    spelled = SlotView("name", "name", value="Smy")
    assert confirming(spelled, "T H E") == CorrectSlot("name", "Smythe", "T H E", 0.7)
    word = SlotView("word", "spelled", value="SMY")
    assert confirming(word, "and then T H E") == CorrectSlot("word", "SMYTHE", "and then T H E", 0.7)
    day = SlotView("day", "date", value="2026-03-05")
    assert confirming(day, "of April") == CorrectSlot("day", "2026-04-05", "of April", 0.95)


def test_no_and_another_name_is_not_a_longer_name() -> None:
    changed = confirming(SlotView("name", "name", value="Katie"), "no, Marshall")
    assert isinstance(changed, CorrectSlot)
    assert changed.value == "Marshall"


def test_a_month_belongs_to_the_day_that_was_given_before() -> None:
    day, time = SlotView("day", "date", value="2026-03-05"), SlotView("time", "time")
    asked = Expectation("value", time, None, (day,), Setting(NOW))
    assert turn("of April", asked) == (CorrectSlot("day", "2026-04-05", "of April", 0.95),)
    spanish = Expectation("value", time, None, (day,), Setting(NOW, "es"))
    assert turn("de abril", spanish) == (CorrectSlot("day", "2026-04-05", "de abril", 0.95),)


AT = SlotView("at", "time")


@pytest.mark.parametrize(
    ("turns", "comes_to"),
    [
        (("in the afternoon", "around three"), ["in the afternoon...", "=15:00"]),
        (("in the afternoon", "at 15:30"), ["in the afternoon...", "=15:30"]),
        (("in the afternoon", "nine in the morning"), ["in the afternoon...", "=09:00"]),
        (("in the morning please", "any time"), ["in the morning...", "=10:00"]),
        (("in the afternoon", "the afternoon is fine"), ["in the afternoon...", "=15:00"]),
        (("any time in the afternoon",), ["=15:00"]),
        (("around three",), ["=15:00"]),
    ],
)
def test_a_part_of_the_day_is_the_beginning_of_a_time(turns: tuple[str, ...], comes_to: list[str]) -> None:
    assert said(AT, *turns) == comes_to


def test_parts_of_the_day_are_gone_on_with_in_spanish() -> None:
    assert said(AT, "por la tarde", "a las cuatro", language="es") == ["por la tarde...", "=16:00"]
    assert said(AT, "mañana", language="es") == ["-"]


def test_an_hour_in_a_part_of_the_day_is_sure_and_its_middle_is_not() -> None:
    begun = Begun("in the afternoon", "afternoon")
    (three,) = turn("around three", expecting(AT, begun))
    (any_time,) = turn("I don't mind", expecting(AT, begun))
    assert isinstance(three, SetSlot)
    assert isinstance(any_time, SetSlot)
    assert three.score > 0.5 > any_time.score


def test_a_day_and_a_part_of_it_are_both_heard() -> None:
    asked = Expectation("value", DAY, None, (AT,), Setting(NOW))
    day, part = turn("Friday afternoon", asked)
    assert isinstance(day, SetSlot)
    assert part == BeginSlot("at", "in the afternoon", "afternoon")
