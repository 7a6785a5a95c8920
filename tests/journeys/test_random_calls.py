"""Over random folders and random calls: no dead end, no write without its gates, an answer to every turn, no hole in a
sentence, and the same again for the same input.

`VOICE_AGENT_EXAMPLES=2000` runs as many examples of each; without it, few enough for every day.
"""

from __future__ import annotations

import os
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journeys.dialogue import load_example
from tests.journeys.generated import folders
from tests.journeys.random_caller import MOVES, RandomCaller
from voice_agent.conversation.actions import CallTool, Say
from voice_agent.conversation.commands import StartJourney
from voice_agent.journeys.load import check, load
from voice_agent.journeys.open_judgement import PASSES

EXAMPLES = int(os.environ.get("VOICE_AGENT_EXAMPLES", "25"))
MOST_TURNS = 250
START_MAIN = StartJourney("main", 0.9)
TRUSTED = {"customer", "tool", "journey"}
_HOLES = ("{", "}", "None", "null", "  ")

pytestmark = pytest.mark.timeout(1_800)

every_day = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
channels = st.sampled_from(["phone", "text"])
Channel = Literal["phone", "text"]


def played(files: dict[str, str], channel: Channel, moves: list[Any]) -> RandomCaller:
    caller = RandomCaller(load(files), channel)
    caller.answers()
    caller.step(("turn", [START_MAIN], None, True))
    for move in moves:
        caller.step(move)
    return caller


@every_day
@given(folders())
def test_what_is_generated_loads(files: dict[str, str]) -> None:
    assert [str(problem) for problem in check(files)] == []


@every_day
@given(folders(), channels, MOVES)
def test_writes_follow_their_gates_and_no_sentence_has_a_hole(
    files: dict[str, str], channel: Channel, moves: list[Any]
) -> None:
    caller = RandomCaller(load(files), channel)
    checked = 0
    for move in [("turn", [START_MAIN], None, True), ("answer",), ("answer",), ("tools", "ok"), *moves]:
        caller.step(move)
        for action in caller.log[checked:]:
            if isinstance(action, CallTool) and action.effect == "write":
                assert caller.proposal_for(action) in caller.agreed, "nobody has agreed to this"
                assert action.tool != "act" or action.arguments["kind"] != "gamma", "the policy forbids it"
                assert action.tool != "act" or _was_judged_well(caller), "nobody has judged it"
                assert {source for _, made_of in action.sources for source in made_of.split(", ")} <= TRUSTED
                assert action.idempotency_key != ""
            if isinstance(action, Say):
                assert not any(hole in clause for clause in action.clauses for hole in _HOLES), action.clauses
        checked = len(caller.log)
    caller.ends()


def _was_judged_well(caller: RandomCaller) -> bool:
    """A policy that is observed was kept as far as its journey wants it, at least once."""
    for asked, degree in caller.judged:
        journey = caller.pack.journey(asked.journey)
        policy = None if journey is None else journey.policy(asked.policy)
        if policy is not None and degree in PASSES[policy.tolerance]:
            return True
    return False


@every_day
@given(folders(), channels, MOVES)
def test_there_is_no_dead_end(files: dict[str, str], channel: Channel, moves: list[Any]) -> None:
    """From wherever a call has got to, a caller who answers what is asked comes to its end."""
    caller = played(files, channel, moves)
    for _ in range(MOST_TURNS):
        caller.step(("tools", "ok"))
        caller.step(("transfer", True))
        caller.step(("verdict", "kept"))
        caller.step(("text", False))
        if caller.is_at_rest():
            return
        caller.answers()
    pytest.fail(f"still asking after {MOST_TURNS} answers: {caller.said}")


@every_day
@given(folders(), channels, MOVES)
def test_the_same_input_gives_the_same_actions(files: dict[str, str], channel: Channel, moves: list[Any]) -> None:
    assert played(files, channel, moves).log == played(files, channel, moves).log


EXAMPLE = load_example()


@every_day
@given(channels, MOVES)
def test_the_example_answers_whatever_is_said(channel: Channel, moves: list[Any]) -> None:
    caller = RandomCaller(EXAMPLE, channel)
    for move in [("turn", [StartJourney("track_order", 0.9)], None, True), *moves]:
        caller.step(move)
    caller.ends()
    said = [clause for action in caller.log if isinstance(action, Say) for clause in action.clauses]
    assert not any(hole in clause for clause in said for hole in _HOLES)
