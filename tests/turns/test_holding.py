"""Who asked for a moment keeps the floor; and what an answer on its way does to the end of a turn."""

from __future__ import annotations

from tests.turns.floor_script import EIGHT_DIGITS, Call
from voice_agent.conversation.actions import EndTurn
from voice_agent.conversation.commands import StartJourney
from voice_agent.conversation.expectation import OPEN
from voice_agent.turns.settings import FloorSettings
from voice_agent.turns.signals import Expecting, Foreseen, SilenceLasted, TurnTaken
from voice_agent.turns.transitions import State

HOLDING = FloorSettings().holding_silence_us // 1_000
SILENCE = FloorSettings().silence_us // 1_000


def holding(at_ms: int = 1_000) -> Call:
    call = Call()
    call.tell(Expecting(type(EIGHT_DIGITS)("digits", EIGHT_DIGITS.slot, holding=True)), at_ms)
    return call


def test_silence_lasts_longer_while_somebody_looks_for_something() -> None:
    call = holding()
    assert call.until(1_000 + HOLDING - 1) == []
    assert call.until(1_000 + HOLDING) == [SilenceLasted(1)]


def test_silence_is_the_usual_one_again_when_the_moment_is_over() -> None:
    call = holding()
    call.tell(Expecting(EIGHT_DIGITS), 9_000)
    assert call.until(9_000 + SILENCE) == [SilenceLasted(1)]


def test_what_is_said_to_oneself_is_no_turn() -> None:
    call = holding()
    call.voice(5_000)
    call.pauses(5_500)
    call.heard("Mm-hm.", 5_800)  # stands for whatever the owner takes for a murmur
    call.until(9_000)
    assert call.all_of(TurnTaken) == []
    assert call.all_of(EndTurn) == [EndTurn(1, "said to themselves")]
    assert call.is_in(State.IDLE)


def test_an_answer_ends_the_moment() -> None:
    call = holding()
    call.voice(5_000)
    call.pauses(6_000)
    call.heard("5501 2479", 6_200)
    call.until(6_260)
    assert [taken.text for taken in call.all_of(TurnTaken)] == ["5501 2479"]


def waiting(text: str) -> Call:
    """Somebody said something that may go on."""
    call = Call()
    call.tell(Expecting(OPEN))
    call.voice(1_000)
    call.pauses(2_000)
    call.heard(text, 2_250)
    return call


def test_a_wish_that_is_recognised_is_taken_sooner() -> None:
    call = waiting("Cancel my order.")
    call.tell(Foreseen(1, "Cancel my order.", (StartJourney("cancel", 0.9),)), 2_300)
    call.until(2_500)
    (taken,) = call.all_of(TurnTaken)
    assert taken.votes[0].reason == "understood"


def test_a_wish_that_is_only_likely_changes_nothing() -> None:
    call = waiting("Cancel my order.")
    call.tell(Foreseen(1, "Cancel my order.", (StartJourney("cancel", 0.5),)), 2_300)
    call.until(2_500)
    assert call.all_of(TurnTaken) == []


def test_what_was_understood_of_other_words_counts_no_more() -> None:
    call = waiting("Cancel my order.")
    call.resumes(2_400)
    call.pauses(3_000)
    call.heard("Cancel my order from Friday.", 3_250, job=2, generation=2)
    call.tell(Foreseen(1, "Cancel my order.", (StartJourney("cancel", 0.9),)), 3_300)
    call.until(3_500)
    assert call.all_of(TurnTaken) == []


def test_an_answer_that_comes_when_the_wait_is_over_takes_the_turn_at_once() -> None:
    call = waiting("Cancel my order.")
    call.tell(Foreseen(1, "Cancel my order.", (StartJourney("cancel", 0.9),)), 2_900)
    assert len(call.all_of(TurnTaken)) == 1
