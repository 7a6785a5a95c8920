"""One wish, several, or one of two: out of the routings of a turn and of its parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import Ambiguous, AskQuestion, Deny, Frustration, StartJourney, WantHuman
from voice_agent.conversation.expectation import OPEN, Expectation, SlotView
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.local import commands_for, needs_judging
from voice_agent.understanding.router import QUESTION, Routing
from voice_agent.understanding.wishes import MOST_PARTS, Judgement, judge, parts_of, wanted

TRACK = Routing((("track", 0.9), ("pay", 0.05)), in_scope=True)
PAY = Routing((("pay", 0.8), ("track", 0.1)), in_scope=True)
NEITHER = Routing((("pay", 0.1), ("track", 0.1)), in_scope=False)
CLOSE = Routing((("pay", 0.45), ("track", 0.4)), in_scope=True)
BOTH = Routing((("pay", 0.6), ("track", 0.35)), in_scope=True)


def asked(text: str, expectation: Expectation = OPEN, language: str = "en") -> Understand:
    return Understand(1, 1, text, (), "", expectation, language)


def test_two_sure_parts_are_two_wishes_in_the_order_said() -> None:
    assert judge((BOTH, TRACK, PAY)).journeys == (StartJourney("track", 0.9), StartJourney("pay", 0.8))


def test_parts_that_say_the_same_are_one_wish() -> None:
    assert judge((TRACK, TRACK, TRACK)).journeys == (StartJourney("track", 0.9),)


def test_a_part_of_which_the_whole_has_no_trace_is_no_wish() -> None:
    whole = Routing((("track", 0.95), ("pay", 0.0)), in_scope=True)
    assert judge((whole, TRACK, PAY)).journeys == (StartJourney("track", 0.95),)


def test_a_wish_in_one_part_of_a_rambling_turn_is_found() -> None:
    assert judge((NEITHER, NEITHER, PAY)).journeys == (StartJourney("pay", 0.8),)


def test_two_journeys_that_are_about_as_likely_are_asked_about() -> None:
    assert judge((CLOSE,)) == Judgement(close=("pay", "track"))
    assert commands_for(asked("it's about my account"), judge((CLOSE,))) == (Ambiguous(("pay", "track")),)


def test_what_is_like_an_article_is_a_question() -> None:
    judged = judge((Routing(((QUESTION, 0.9), ("pay", 0.1)), in_scope=True),))
    assert judged == Judgement(question=True)
    assert commands_for(asked("tell me your times"), judged) == (AskQuestion("tell me your times"),)


def test_a_question_about_facts_goes_to_the_articles_unless_the_journey_tells_facts() -> None:
    text = "how long does a payment take"
    assert commands_for(asked(text), judge((PAY,))) == (AskQuestion(text),)
    assert commands_for(asked(text), judge((PAY,), {"pay"})) == (StartJourney("pay", 0.8),)


def test_a_question_in_the_middle_of_a_slot_is_a_question() -> None:
    waiting = Expectation("digits", SlotView("account", "digits", 8))
    text = "why do you need that anyway?"
    assert commands_for(asked(text, waiting), judge((NEITHER,))) == (AskQuestion(text),)


def test_what_the_head_hears_goes_before_a_doubtful_journey_only() -> None:
    doubtful = Judgement(journeys=(StartJourney("pay", 0.55),), acts=(Act.WANT_HUMAN,))
    sure = Judgement(journeys=(StartJourney("pay", 0.95),), acts=(Act.WANT_HUMAN,))
    assert commands_for(asked("one of your team should ring"), doubtful) == (WantHuman(),)
    assert commands_for(asked("one of your team should ring"), sure) == (StartJourney("pay", 0.95),)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("where is my order", ()),
        ("track my order and also change my address", ("track my order", "change my address")),
        ("I want to pay. Also, my router is broken", ("I want to pay", "my router is broken")),
        ("yes and no", ()),
    ],
)
def test_a_turn_is_taken_apart_at_its_joints(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of(text) == (text, *parts)


@pytest.mark.parametrize(
    ("language", "text", "left"),
    [
        ("en", "I don't want to cancel my contract", ""),
        ("en", "I don't want to cancel, I want to pay", "I want to pay"),
        ("en", "I'm not calling about my bill but my router", "my router"),
        ("en", "I want to pay", "I want to pay"),
        ("en", "my parcel did not come", "my parcel did not come"),
        ("en", "My neighbour said I should just call.", ""),
        ("en", "I was told to ring, where is my order?", "where is my order?"),
        ("en", "my wife said I should call about the bill", "my wife said I should call about the bill"),
        ("en", "he said you could call me back", "he said you could call me back"),
        ("es", "Mi vecina me dijo que llamara.", ""),
        ("es", "no quiero cancelar el contrato", ""),
        ("es", "no quiero cancelar, quiero pagar", "quiero pagar"),
    ],
)
def test_what_is_not_wanted_is_no_wish(language: str, text: str, left: str) -> None:
    assert wanted(text, language) == left
    assert needs_judging(asked(text, language=language)) is (left != "")


def test_no_to_an_unwanted_thing_is_no() -> None:
    assert commands_for(asked("I don't want to cancel"), None) == (Deny(),)


routings = st.lists(
    st.builds(
        lambda names, best, inside: Routing(
            tuple((name, round(best / (at + 1), 4)) for at, name in enumerate(names)), in_scope=inside and bool(names)
        ),
        st.permutations(["track", "pay", QUESTION, "move"]),
        st.floats(0, 1),
        st.booleans(),
    ),
    max_size=MOST_PARTS + 1,
)
expectations = st.sampled_from(
    [
        OPEN,
        Expectation("yes_no"),
        Expectation("digits", SlotView("account", "digits", 8)),
        Expectation("open", SlotView("story", "text")),
    ]
)
levels: st.SearchStrategy[Frustration | None] = st.sampled_from(["low", "medium", "high", None])


@given(st.text(max_size=80), expectations, st.sampled_from(["en", "es", "xx"]), routings, levels)
def test_any_turn_gives_commands_and_the_same_every_time(
    text: str, expectation: Expectation, language: str, routed: list[Routing], level: Frustration | None
) -> None:
    turn = asked(text, expectation, language)
    judged = judge(routed)
    judged = Judgement(judged.journeys, judged.close, judged.question, frustration=level)
    for each in (judged, None):
        found = commands_for(turn, each)
        assert found
        assert found == commands_for(turn, each)
    assert parts_of(text, language)[0] == text
