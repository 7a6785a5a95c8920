"""Each event of tau-voice's panel, on traces drawn by hand in ticks of 200 ms; all figures were worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.measures.interaction import (
    OURS,
    TAU_VOICE,
    InteractionEvent,
    agent_interruptions,
    interaction_events,
    panel,
)
from simulations.measures.timeline import Aside, AsideKind, Spoken, Stretch, Timeline

TICK_MS = 200


def runs(row: str, mark: str) -> list[tuple[int, int]]:
    """Where `mark` stands in a row of one character a tick."""
    found: list[tuple[int, int]] = []
    for at, character in enumerate(row):
        if character != mark:
            continue
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def drawn(caller: str, agent: str, *asides: Aside, contains: frozenset[AsideKind] = frozenset()) -> Timeline:
    """`c` the caller speaks, `b` a backchannel; `a` the agent speaks; anything else is silence."""
    assert len(caller) == len(agent)
    spoken = [Spoken(start, end, contains=contains) for start, end in runs(caller, "c")]
    spoken += [Spoken(start, end, backchannel=True) for start, end in runs(caller, "b")]
    spoken.sort(key=lambda each: each.start)
    agents = tuple(Stretch(start, end) for start, end in runs(agent, "a"))
    return Timeline(TICK_MS, len(caller), tuple(spoken), agents, asides)


def of(timeline: Timeline, kind: str) -> list[tuple[bool, int | None]]:
    return [(event.right, event.wait_ms) for event in interaction_events(timeline) if event.kind == kind]


def test_an_answer_before_the_caller_has_to_speak_again_is_a_response() -> None:
    # Over with tick 3, answered in tick 6: ticks 4 and 5 lie between.
    assert of(drawn(".ccc........", "......aaa..."), "response") == [(True, 400)]


def test_speaking_again_without_an_answer_is_none() -> None:
    # The last turn is followed by nothing, and does not count.
    assert of(drawn(".cc...cc....", "............"), "response") == [(False, None)]


def test_an_answer_that_begins_with_the_next_turn_still_counts() -> None:
    assert of(drawn("cc...cc.....", ".....aaaaaaa"), "response") == [(True, 600)]


def test_a_turn_that_ends_while_the_agent_speaks_is_not_asked_about() -> None:
    assert of(drawn("..cccc......", "aaaaaaaa.aa."), "response") == []


def test_a_turn_that_stopped_the_agent_waits_for_an_answer() -> None:
    timeline = drawn("..cccc......", "aaaa....aaa.")
    assert of(timeline, "response") == [(True, 400)]
    assert of(timeline, "yield") == [(True, 400)]


def test_a_backchannel_is_no_turn() -> None:
    timeline = drawn("..b.........", "aaaaaaa.....")
    assert of(timeline, "response") == []
    assert of(timeline, "backchannel") == [(True, None)]


@pytest.mark.parametrize(("ticks", "right"), [(5, False), (6, True)])
def test_an_agent_that_falls_silent_within_a_second_has_stopped_for_a_backchannel(ticks: int, right: bool) -> None:
    # It begins in tick 1, so an agent of 5 ticks is silent 4 later, one of 6 only 5 later: a second.
    assert of(drawn(".b" + 10 * ".", ticks * "a" + (12 - ticks) * "."), "backchannel") == [(right, None)]


@pytest.mark.parametrize(("ticks", "expected"), [(10, (True, 1_800)), (11, (False, None))])
def test_an_interrupted_agent_yields_within_two_seconds(ticks: int, expected: tuple[bool, int | None]) -> None:
    assert of(drawn(".ccc" + 12 * ".", ticks * "a" + (16 - ticks) * "."), "yield") == [expected]


def test_an_agent_that_is_still_speaking_at_the_end_has_not_yielded() -> None:
    assert of(drawn("..ccc", "aaaaa"), "yield") == [(False, None)]


def test_an_agent_that_begins_while_the_caller_speaks_interrupts() -> None:
    timeline = drawn("..ccccc.....", "....aa.aa...")
    assert agent_interruptions(timeline) == [4]
    assert of(timeline, "agent_interruption") == [(False, None)]


def test_beginning_in_the_same_tick_counts_for_both() -> None:
    timeline = drawn("..ccc.....", "..a.......")
    assert agent_interruptions(timeline) == [2]
    assert of(timeline, "yield") == [(True, 200)]


def test_a_cough_inside_speech_over_the_agent_must_not_stop_it() -> None:
    timeline = drawn("..ccc.....", "aaaa......", contains=frozenset({"cough", "side_talk"}))
    assert of(timeline, "cough") == [(False, None)]
    assert of(timeline, "side_talk") == of(timeline, "yield") == []


@pytest.mark.parametrize(("begins", "right"), [(2, False), (15, False), (16, True)])
def test_speech_with_side_talk_in_it_must_not_be_answered_for_two_seconds(begins: int, right: bool) -> None:
    # Ticks 2 to 4; ten more ticks after tick 5 lead up to tick 15.
    agent = begins * "." + (20 - begins) * "a"
    timeline = drawn("..ccc" + 15 * ".", agent, contains=frozenset({"side_talk"}))
    if begins == 2:
        # Over the agent it is held against its stopping; it goes on to the end here.
        assert of(timeline, "side_talk") == [(True, None)]
    else:
        assert of(timeline, "side_talk") == [(right, None)]


@pytest.mark.parametrize(("begins", "right"), [(3, False), (14, False), (15, True)])
def test_a_cough_in_silence_must_not_be_answered_for_two_seconds(begins: int, right: bool) -> None:
    timeline = drawn(20 * ".", begins * "." + (20 - begins) * "a", Aside(2, 4, "cough"))
    assert of(timeline, "cough") == [(right, None)]


@pytest.mark.parametrize(
    ("stops", "tau", "ours"),
    [(7, [False], [False]), (8, [], [True]), (12, [], [True])],
)
def test_an_aside_that_the_agent_talked_through_is_counted_only_by_our_rules(
    stops: int, tau: list[bool], ours: list[bool]
) -> None:
    timeline = drawn(12 * ".", stops * "a" + (12 - stops) * ".", Aside(2, 3, "side_talk"))
    for rules, expected in ((TAU_VOICE, tau), (OURS, ours)):
        assert [event.right for event in interaction_events(timeline, rules)] == expected


def test_a_panel_counts_every_event_of_every_call_the_same() -> None:
    calls = [
        [
            InteractionEvent("response", True, 1, 400),
            InteractionEvent("response", True, 5, 1_000),
            InteractionEvent("agent_interruption", False, 7),
        ],
        [
            InteractionEvent("response", False, 3),
            InteractionEvent("yield", True, 4, 600),
            InteractionEvent("backchannel", True, 5),
            InteractionEvent("backchannel", False, 6),
            InteractionEvent("cough", False, 8),
        ],
    ]
    found = panel(calls)
    assert (found.response_latency_s, found.response_rate) == (0.7, 1 - 1 / 3)
    assert (found.yield_latency_s, found.yield_rate) == (0.6, 1.0)
    assert found.agent_interruption_rate == 1 / 3
    assert (found.selectivity_backchannel, found.selectivity_cough, found.selectivity_side_talk) == (0.5, 0.0, None)
    assert (found.counts.calls, found.counts.responses, found.counts.agent_interruptions) == (2, 3, 1)


def test_a_panel_of_nothing_has_no_shares() -> None:
    found = panel([])
    assert found.response_rate is None
    assert found.agent_interruption_rate is None
    assert found.counts.calls == 0


ROWS = st.integers(1, 40).flatmap(
    lambda n: st.tuples(st.text("c.b", min_size=n, max_size=n), st.text("a.", min_size=n, max_size=n))
)


@given(ROWS)
def test_turns_and_interruptions_are_each_looked_at_once(rows: tuple[str, str]) -> None:
    timeline = drawn(*rows)
    events = interaction_events(timeline)
    assert [event.at for event in events] == sorted(event.at for event in events)
    turns = [spoken for spoken in timeline.caller if not spoken.backchannel]
    begun_over = [spoken for spoken in timeline.caller if rows[1][spoken.start] == "a"]
    assert sum(event.kind == "response" for event in events) <= len(turns)
    assert sum(event.kind in ("yield", "backchannel") for event in events) == len(begun_over)
    for event in events:
        assert (event.wait_ms is not None) == (event.right and event.kind in ("response", "yield"))
