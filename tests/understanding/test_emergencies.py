"""Who asks for emergency help is understood; who only mentions it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import NeedEmergencyHelp, StartJourney
from voice_agent.conversation.expectation import Expectation, SlotView
from voice_agent.understanding.emergencies import asks_for_emergency_help
from voice_agent.understanding.local import commands_for, needs_judging
from voice_agent.understanding.wishes import Judgement

ASKS = """Call 911!|
    Please call nine one one.|Can you dial 999 for me|ring triple nine|call 9 1 1 now|I need an ambulance|
    Can you get me an ambulance please?|Send the police|we need the fire brigade|put me through to the police|
    I want to talk to the emergency services|ambulance!|Police please|My husband is having a heart attack|
    He's not breathing|I can't breathe|my house is on fire|somebody has been stabbed, send an ambulance|
    call the fire department|There's a medical emergency|dial one one two please|transfer me to the police|
    she is unconscious""".split("|")
DOES_NOT = """Where is my order?|I don't need an ambulance|don't call the police|my account is 9 1 1 2 4 7 9 0|
    nine one one two four seven nine nine|I work for the police department|The ambulance came yesterday, thanks|
    my order number is 911|I'd like to talk to a person|It's urgent|call me on 999 2 4 7|my router is dying|
    do you have a fire alarm|I had to call the police already, now about my order|yes|get me the order 4 8 2 1 3|
    I want nine of them|call me back""".split("|")


@pytest.mark.parametrize("text", [text.strip() for text in ASKS])
def test_a_cry_for_help_is_understood(text: str) -> None:
    assert asks_for_emergency_help(text)


@pytest.mark.parametrize("text", [text.strip() for text in DOES_NOT])
def test_what_only_sounds_like_one_is_not(text: str) -> None:
    assert not asks_for_emergency_help(text)


@pytest.mark.parametrize(
    "expectation", [Expectation(), Expectation("digits", SlotView("account", "digits", 8)), Expectation("yes_no")]
)
def test_it_goes_before_everything_that_was_asked(expectation: Expectation) -> None:
    asked = Understand(1, 1, "Call nine one one please", (), "", expectation)
    assert commands_for(asked, Judgement(journeys=(StartJourney("track", 0.9),))) == (NeedEmergencyHelp(),)
    assert not needs_judging(asked)


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert asks_for_emergency_help(text) in (True, False)
