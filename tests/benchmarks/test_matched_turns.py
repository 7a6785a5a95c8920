"""Waits measured outside find their turn in the server's log."""

from __future__ import annotations

from typing import Literal

from benchmarks.answer_times import Wait
from benchmarks.matched_turns import UNKNOWN, MatchedTurn, match_turns
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.expectation import Expectation
from voice_agent.conversation.records import Entry, Record
from voice_agent.insights.shown import LatencyLine

OFFSET_US = 5_000_000_000
STAGES = LatencyLine(1, 500_000, 200_000, 20_000, 1_000, 60_000, 581_000)


def log(*entries: tuple[int, Entry]) -> list[Record]:
    return [Record(number, at_us, "", "event", entry) for number, (at_us, entry) in enumerate(entries, 1)]


def say(utterance: int, turn: int, purpose: Literal["greeting", "reply", "reprompt"] = "reply") -> act.Say:
    return act.Say(utterance, turn, ("words",), purpose)


RECORDS = log(
    (0, say(1, 0, "greeting")),
    (100_000, ev.PlaybackStarted(1, 0)),
    (6_000_000, act.Understand(1, 1, "five", (), "", Expectation("digits"))),
    (6_100_000, say(2, 1)),
    (6_200_000, ev.PlaybackStarted(2, 0)),
    (15_000_000, say(3, 1, "reprompt")),
    (15_100_000, ev.PlaybackStarted(3, 0)),
)


def wait(answered_us: int | None) -> Wait:
    return Wait(OFFSET_US, OFFSET_US, answered_us)


def matched(answered_us: int | None, greeting_us: int | None = OFFSET_US + 100_000) -> MatchedTurn:
    (turn,) = match_turns([wait(answered_us)], greeting_us, RECORDS, [STAGES])
    return turn


def test_an_answer_has_the_expectation_and_the_stages_of_its_turn() -> None:
    answered_us = OFFSET_US + 6_220_000
    assert matched(answered_us) == MatchedTurn(wait(answered_us), "digits", "reply", STAGES)


def test_a_prompt_after_silence_has_no_stages() -> None:
    turn = matched(OFFSET_US + 15_110_000)
    assert (turn.purpose, turn.stages) == ("reprompt", None)


def test_what_is_not_in_the_log_stays_unknown() -> None:
    for turn in (matched(OFFSET_US + 10_000_000), matched(None), matched(OFFSET_US + 6_220_000, greeting_us=None)):
        assert (turn.expected, turn.purpose, turn.stages) == (UNKNOWN, UNKNOWN, None)
