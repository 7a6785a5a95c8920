"""How long a silence has to be before it is the end."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.turns.floor_script import EIGHT_DIGITS, YES_NO
from voice_agent.conversation.expectation import OPEN, Expectation, SlotView
from voice_agent.turns.endpointing import endpoint
from voice_agent.turns.evidence import Completeness, Evidence, has_words
from voice_agent.turns.settings import EndpointSettings

SETTINGS = EndpointSettings()
VALUE = Expectation("value", SlotView("day", "date"))
NAME = Expectation("value", SlotView("name", "name"))
FOUR_DIGITS = Expectation("digits", SlotView("pin", "digits", 4))
FIGURES = Expectation("digits", SlotView("number", "digits"))
CHOICE = Expectation("choice")


@pytest.mark.parametrize(
    ("expectation", "text", "completeness", "reason"),
    [
        (OPEN, None, "unknown", "no transcript"),
        (YES_NO, None, "unknown", "no transcript"),
        (OPEN, "", "unknown", "no words"),
        (OPEN, "...", "unknown", "no words"),
        (EIGHT_DIGITS, "12345678", "complete", "complete"),
        (EIGHT_DIGITS, "12345678, um", "complete", "complete"),
        (EIGHT_DIGITS, "1234.", "incomplete", "incomplete number"),
        (FOUR_DIGITS, "12.", "incomplete", "incomplete digits"),
        (EIGHT_DIGITS, "1234567", "nearly", "one figure short"),
        (CHOICE, "have", "fragment", "fragment"),
        (FIGURES, "1234.", "unknown", "figures"),
        (FIGURES, "I have it here.", "unknown", "value"),
        (VALUE, "the third of", "incomplete", "incomplete value"),
        (NAME, "John", "enough", "first name"),
        (VALUE, "the third of May", "enough", "enough"),
        (YES_NO, "No.", "enough", "enough"),
        (YES_NO, "No, it's", "incomplete", "incomplete"),
        (EIGHT_DIGITS, "123456789", "unknown", "too many figures"),
        (OPEN, "When I log in.", "unknown", "needs more"),
        (OPEN, "I paid on Monday. But the money.", "unknown", "needs more"),
        (VALUE, "on Monday.", "complete", "complete"),
        (VALUE, "on Monday.", "unknown", "value"),
        (VALUE, "S M I", "unknown", "spelling"),
        (VALUE, "S-M-I.", "unknown", "spelling"),
        (VALUE, "K a m", "unknown", "spelling"),
        (OPEN, "that is what I", "unknown", "otherwise"),
        (YES_NO, "Yes", "complete", "clear answer"),
        (YES_NO, "It does.", "unknown", "yes or no"),
        (YES_NO, "Yes, but", "unknown", "trailing"),
        (CHOICE, "The blue one", "unknown", "choice"),
        (OPEN, "I want to pay my bill.", "unknown", "sentence"),
        (OPEN, "Can you help me?", "unknown", "short question"),
        (OPEN, "How do I pay my bill?", "unknown", "question"),
        (OPEN, "Can you help me with the bill of May?", "unknown", "question"),
        (OPEN, "Could you tell me?", "unknown", "needs more"),
        (OPEN, "I'd like to change.", "unknown", "needs more"),
        (OPEN, "thank you", "complete", "all said"),
        (OPEN, "pay my bill", "unknown", "otherwise"),
        (OPEN, "I want to pay my bill and", "unknown", "trailing"),
        (OPEN, "I want to pay my, um.", "unknown", "trailing"),
        (OPEN, "My number is", "unknown", "trailing"),
        (OPEN, "The number it is.", "unknown", "short sentence"),
        (OPEN, "I want to pay it with my other card.", "unknown", "long sentence"),
        (OPEN, "Well, I\u2019m", "unknown", "trailing"),
        (OPEN, "I was going to...", "unknown", "trailing"),
        (OPEN, "First of all,", "unknown", "trailing"),
    ],
)
def test_the_first_reason_that_applies_decides(
    expectation: Expectation, text: str | None, completeness: Completeness, reason: str
) -> None:
    end = endpoint(Evidence(expectation=expectation, text=text, completeness=completeness), SETTINGS)
    assert (end.votes[0].reason, end.votes[0].delay_us) == (reason, end.delay_us)


def test_all_reasons_that_apply_are_reported() -> None:
    votes = endpoint(Evidence(expectation=YES_NO, text="Yes, but."), SETTINGS).votes
    assert [vote.reason for vote in votes] == ["trailing", "yes or no", "sentence", "otherwise"]


def test_what_is_all_there_is_taken_sooner_than_what_may_go_on() -> None:
    def delay_us(text: str, completeness: Completeness) -> int:
        return endpoint(Evidence(expectation=EIGHT_DIGITS, text=text, completeness=completeness), SETTINGS).delay_us

    assert delay_us("12345678", "complete") <= 300_000
    assert delay_us("123456", "incomplete") >= 1_500_000
    assert delay_us("12345678", "complete") < delay_us("1234567", "nearly") < delay_us("123456", "incomplete")


def open_speech(**known: object) -> Evidence:
    return msgspec.structs.replace(Evidence(expectation=OPEN, text="I want to pay the bill."), **known)


@pytest.mark.parametrize(
    ("known", "reason", "sooner"),
    [
        ({"finished": 0.9}, "sounds finished", True),
        ({"finished": 0.1}, "sounds unfinished", False),
        ({"snr_db": 6}, "noisy line", False),
        ({"answer": "preparing"}, "answer not ready", False),
        ({"understood": True}, "understood", True),
    ],
)
def test_what_is_known_besides_the_words_moves_the_end(known: dict[str, object], reason: str, sooner: bool) -> None:
    plain, moved = endpoint(open_speech(), SETTINGS), endpoint(open_speech(**known), SETTINGS)
    assert moved.votes[0].reason == reason
    assert (moved.delay_us < plain.delay_us) is sooner
    assert moved.delay_us == moved.votes[0].delay_us


def test_who_pauses_long_is_given_the_time() -> None:
    long = Evidence(expectation=OPEN, text="I want to pay it with my other card.")
    slow = endpoint(msgspec.structs.replace(long, own_pause_us=2_000_000), SETTINGS)
    assert (slow.votes[0].reason, slow.delay_us) == ("own pauses", SETTINGS.own_pause_limit_us)
    assert slow.delay_us > endpoint(long, SETTINGS).delay_us


def test_a_short_sentence_is_not_hurried_by_how_it_sounds() -> None:
    short = Evidence(expectation=OPEN, text="My phone is broken.", finished=0.99)
    assert endpoint(short, SETTINGS).delay_us == SETTINGS.short_sentence_us
    greeting = Evidence(expectation=OPEN, text="Good morning.", completeness="enough", finished=0.99)
    assert endpoint(greeting, SETTINGS).delay_us == SETTINGS.enough_us


def test_sounding_unfinished_prolongs_a_wait_to_its_limit_and_shortens_none() -> None:
    short = Evidence(expectation=OPEN, text="At home.", finished=0.1)
    assert endpoint(short, SETTINGS).delay_us == SETTINGS.unfinished_limit_us
    leaning = Evidence(expectation=OPEN, text="I would like to change", finished=0.1)
    assert endpoint(leaning, SETTINGS).delay_us == SETTINGS.needs_more_us


def test_what_says_nothing_leaves_no_vote() -> None:
    known = open_speech(finished=0.5, own_pause_us=200_000, snr_db=30, answer="ready")
    assert endpoint(known, SETTINGS) == endpoint(open_speech(), SETTINGS)


def test_words_that_settle_it_are_not_overruled() -> None:
    known = Evidence(
        expectation=EIGHT_DIGITS,
        text="12345678",
        completeness="complete",
        finished=0.0,
        own_pause_us=2_000_000,
        snr_db=0,
    )
    assert endpoint(known, SETTINGS).delay_us == SETTINGS.complete_us


def test_a_voice_that_sounds_finished_ends_no_unfinished_number() -> None:
    known = Evidence(expectation=EIGHT_DIGITS, text="1234", completeness="incomplete", finished=1.0)
    assert endpoint(known, SETTINGS).delay_us == SETTINGS.incomplete_number_us


def test_words_are_more_than_punctuation() -> None:
    assert not has_words(None)
    assert not has_words(" ... ?!")
    assert has_words("a")


EVIDENCE = st.builds(
    Evidence,
    expectation=st.sampled_from([OPEN, YES_NO, EIGHT_DIGITS, FIGURES, VALUE, CHOICE]),
    text=st.none() | st.text() | st.lists(st.sampled_from("my name is A B c seven 12 and . , ?".split())).map(" ".join),
    completeness=st.sampled_from(["complete", "enough", "nearly", "incomplete", "unknown", "moment"]),
    finished=st.none() | st.floats(0.0, 1.0),
    own_pause_us=st.none() | st.integers(1, 10_000_000),
    snr_db=st.none() | st.integers(-20, 90),
    understood=st.booleans(),
    answer=st.sampled_from(["unknown", "preparing", "ready"]),
)


@settings(deadline=None)
@given(EVIDENCE)
def test_there_is_a_bounded_delay_for_everything_and_a_reason_for_it(evidence: Evidence) -> None:
    end = endpoint(evidence, SETTINGS)
    longest_us = SETTINGS.transcript_wait_us if evidence.text is None else SETTINGS.longest_us
    assert 0 < end.delay_us <= longest_us
    assert end.votes
    assert all(vote.reason and vote.delay_us > 0 for vote in end.votes)


@settings(deadline=None)
@given(EVIDENCE, st.floats(0.1, 4.0), st.floats(0.1, 4.0))
def test_more_patience_never_waits_less(evidence: Evidence, one: float, other: float) -> None:
    delays_us = [
        endpoint(evidence, msgspec.structs.replace(SETTINGS, patience=patience)).delay_us
        for patience in sorted((one, other))
    ]
    assert delays_us == sorted(delays_us)


@settings(deadline=None)
@given(EVIDENCE, st.integers(1, 3_000_000), st.integers(1, 3_000_000))
def test_a_slower_caller_is_never_hurried(evidence: Evidence, one: int, other: int) -> None:
    delays_us = [
        endpoint(msgspec.structs.replace(evidence, own_pause_us=pause_us), SETTINGS).delay_us
        for pause_us in sorted((one, other))
    ]
    assert delays_us == sorted(delays_us)


@pytest.mark.parametrize(
    ("expectation", "text", "completeness"),
    [(CHOICE, "That's...", "incomplete"), (EIGHT_DIGITS, "564-2060", "incomplete"), (CHOICE, "Have", "fragment")],
)
def test_words_of_which_another_hearing_is_all_that_was_asked_for_are_no_beginning(
    expectation: Expectation, text: str, completeness: Completeness
) -> None:
    evidence = Evidence(expectation=expectation, text=text, completeness=completeness)
    waits = [
        endpoint(msgspec.structs.replace(evidence, another_hearing=whole), SETTINGS).delay_us for whole in (True, False)
    ]
    assert waits[0] == SETTINGS.another_hearing_us <= waits[1]


def test_an_answer_that_was_heard_needs_no_other_hearing() -> None:
    evidence = Evidence(expectation=EIGHT_DIGITS, text="12345678", completeness="complete", another_hearing=True)
    assert endpoint(evidence, SETTINGS).votes[0].reason == "complete"
