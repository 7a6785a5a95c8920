"""How long a silence has to be before it is the end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.turns.floor_script import EIGHT_DIGITS, YES_NO
from voice_agent.conversation.expectation import OPEN, Expectation, SlotView
from voice_agent.turns.endpointing import Completeness, endpoint, has_words
from voice_agent.turns.settings import EndpointSettings

SETTINGS = EndpointSettings()
VALUE = Expectation("value", SlotView("day", "date"))
CHOICE = Expectation("choice")


@pytest.mark.parametrize(
    ("expectation", "text", "completeness", "reason", "delay_ms"),
    [
        (OPEN, None, "unknown", "no transcript", 5_000),
        (YES_NO, None, "unknown", "no transcript", 5_000),
        (OPEN, "", "unknown", "no words", 600),
        (OPEN, "...", "unknown", "no words", 600),
        (EIGHT_DIGITS, "12345678", "complete", "complete", 350),
        (EIGHT_DIGITS, "12345678, um", "complete", "complete", 350),
        (EIGHT_DIGITS, "1234.", "incomplete", "incomplete digits", 1_600),
        (VALUE, "the third of", "incomplete", "incomplete", 1_200),
        (VALUE, "on Monday.", "complete", "complete", 350),
        (VALUE, "on Monday.", "unknown", "sentence", 600),
        (YES_NO, "Yes", "unknown", "yes or no", 350),
        (YES_NO, "Yes, but", "unknown", "trailing", 1_200),
        (CHOICE, "The blue one", "unknown", "choice", 450),
        (OPEN, "I want to pay my bill.", "unknown", "sentence", 600),
        (OPEN, "Can you help me?", "unknown", "sentence", 600),
        (OPEN, "pay my bill", "complete", "sentence", 600),
        (OPEN, "pay my bill", "unknown", "otherwise", 800),
        (OPEN, "I want to pay my bill and", "unknown", "trailing", 1_200),
        (OPEN, "I want to pay my, um.", "unknown", "trailing", 1_200),
        (OPEN, "My number is", "unknown", "trailing", 1_200),
        (OPEN, "The number it is.", "unknown", "sentence", 600),
        (OPEN, "Well, I\u2019m", "unknown", "trailing", 1_200),
        (OPEN, "I was going to...", "unknown", "trailing", 1_200),
        (OPEN, "First of all,", "unknown", "trailing", 1_200),
    ],
)
def test_the_first_reason_that_applies_decides(
    expectation: Expectation, text: str | None, completeness: Completeness, reason: str, delay_ms: int
) -> None:
    end = endpoint(expectation, text, completeness, SETTINGS)
    assert (end.votes[0].reason, end.delay_us) == (reason, delay_ms * 1_000)


def test_all_reasons_that_apply_are_reported() -> None:
    votes = endpoint(YES_NO, "Yes, but.", "unknown", SETTINGS).votes
    assert [vote.reason for vote in votes] == ["trailing", "yes or no", "sentence", "otherwise"]


def test_words_are_more_than_punctuation() -> None:
    assert not has_words(None)
    assert not has_words(" ... ?!")
    assert has_words("a")


@settings(deadline=None)
@given(
    st.sampled_from([OPEN, YES_NO, EIGHT_DIGITS, VALUE, CHOICE]),
    st.none() | st.text(),
    st.sampled_from(["complete", "incomplete", "unknown"]),
)
def test_there_is_a_delay_for_everything(
    expectation: Expectation, text: str | None, completeness: Completeness
) -> None:
    assert 0 < endpoint(expectation, text, completeness, SETTINGS).delay_us <= SETTINGS.transcript_wait_us
