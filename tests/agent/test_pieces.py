"""A number in two turns, from the voice to the tool: the floor, understanding and the journey join it alike."""

from __future__ import annotations

import pytest

from tests.agent.core_script import CoreScript, words
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.commands import StartJourney
from voice_agent.conversation.expectation import Begun
from voice_agent.understanding.local import commands_for


def asked_for_its_number() -> CoreScript:
    call = CoreScript()
    call.starts()
    call.plays_all()
    call.speaks("where is my order")
    call.understood(StartJourney("track_order", 0.9))
    call.plays_all()
    return call


def is_read(call: CoreScript) -> list[AnyAction]:
    """Understanding answers as it does."""
    return call.understood(*commands_for(call.last(act.Understand), None))


def test_a_number_in_two_turns_is_looked_up_as_one() -> None:
    call = asked_for_its_number()
    call.speaks("five five oh one")
    assert words(is_read(call)) == "5 5 0 1, and the rest?"
    call.plays_all()
    call.speaks("two four seven nine")
    assert call.last(act.Understand).expectation.begun == Begun("5501", "five five oh one")
    assert words(is_read(call)) == "That was 5 5 0 1, 2 4 7 9. Is that right?"
    assert call.last(act.CallTool).arguments == {"account": "55012479"}


def test_the_last_half_takes_the_floor_as_soon_as_a_whole_number_does() -> None:
    waits = []
    for begun in ("five five oh one", None):
        call = asked_for_its_number()
        if begun is not None:
            call.speaks(begun)
            is_read(call)
            call.plays_all()
        call.speaks("two four seven nine" if begun is not None else "five five oh one two four seven nine")
        paused_us = [at_us for event, at_us in call.told if isinstance(event, ev.SpeechPaused)][-1]
        waits.append(call.now_us - paused_us)
    assert waits[0] == waits[1]


@pytest.mark.parametrize("keys", ["2479", "55012479"])
def test_keys_complete_what_was_said_without_a_wait(keys: str) -> None:
    call = asked_for_its_number()
    call.speaks("five five oh one")
    is_read(call)
    call.plays_all()
    call.presses(keys)
    assert call.last(act.Understand).keys == keys
    assert words(is_read(call)) == "That was 5 5 0 1, 2 4 7 9. Is that right?"


def test_a_number_keyed_in_two_entries_is_one() -> None:
    call = asked_for_its_number()
    call.presses("5501")
    call.wait(3.0)
    assert words(is_read(call)) == "5 5 0 1, and the rest?"
    call.plays_all()
    call.presses("2479")
    assert words(is_read(call)) == "That was 5 5 0 1, 2 4 7 9. Is that right?"


def test_another_wish_forgets_what_was_begun() -> None:
    call = asked_for_its_number()
    call.speaks("five five oh one")
    is_read(call)
    call.plays_all()
    call.speaks("actually I want to pay my bill")
    call.understood(StartJourney("pay_bill", 0.9))
    call.plays_all()
    call.speaks("two four seven nine")
    assert call.last(act.Understand).expectation.begun is None
