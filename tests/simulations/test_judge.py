from __future__ import annotations

import pytest

from simulations.judge import judge, judged
from simulations.judging.expected import Expect, ToolExpected
from simulations.result import CallResult, TurnResult, latency
from simulations.scenario import Line, Scenario
from simulations.timing import Timing
from tests.simulations.callers import scenario_of
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.expectation import OPEN
from voice_agent.conversation.records import Entry, record_of
from voice_agent.conversation.state import ConversationState, fold

ENTRIES: list[tuple[int, Entry]] = [
    (0, ev.CallStarted("phone", "+1555", "+1666", "2026-01-05T10:00:00+00:00")),
    (0, act.Say(1, 0, ("Welcome to Riverside.", "How can I help?"), "greeting")),
    (100_000, ev.PlaybackStarted(1, 800)),
    (2_000_000, ev.PlaybackFinished(1)),
    (4_000_000, act.Understand(1, 1, "where is my order", (), "", OPEN)),
    (5_000_000, act.Say(2, 1, ("What\N{RIGHT SINGLE QUOTATION MARK}s your account number?",))),
    (5_100_000, ev.PlaybackStarted(2, 40_800)),
    (7_000_000, act.Understand(2, 2, "", (), "44129031", OPEN)),
    (7_500_000, act.CallTool(1, "get_order", {"account": "44129031", "limit": 1}, "read", "k1")),
    (8_000_000, ev.ToolReturned(1, {"order": "A1"}, 1_000)),
    (8_050_000, act.CallTool(2, "find_openings", {"day": "2026-01-08", "today": "2026-01-05"}, "read", "k2")),
    (8_060_000, ev.ToolReturned(2, {"openings": []}, 1_000)),
    (8_100_000, act.Say(3, 2, ("It arrives on Friday.", "You owe us a refund."))),
    (8_200_000, ev.PlaybackStarted(3, 65_600)),
    (9_000_000, ev.PlayedUntil(3, 0, 4_000, "It arrives on Friday.")),
    (9_100_000, act.RecordOutcome("identify_customer", "identified", ("tool.1",))),
    (9_200_000, act.RecordOutcome("track_order", "resolved", ("tool.1",))),
    (9_300_000, act.Say(4, 2, ("Never played.",))),
    (9_900_000, act.Transfer("queue.orders", "asked", "")),
]


def state() -> ConversationState:
    return fold(record_of(seq, t_us, entry) for seq, (t_us, entry) in enumerate(ENTRIES, start=1))


def turn(said: str, began_ms: int, wait_ms: int | None = 900) -> TurnResult:
    return TurnResult(said, "reply", wait_ms, Timing(wait_ms, wait_ms is not None), began_ms)


def result(unfinished: str | None = None) -> CallResult:
    turns = (turn("Where is my order?", 3_000), turn("[44129031]", 6_500), turn("bye", 9_500))
    return CallResult("sim-1", "test", True, None, None, turns, "Welcome", 100, "caller", "", 9_900, unfinished)


def scene(expect: Expect) -> Scenario:
    return scenario_of(Line(after="greeting", say="hello"), expect=expect)


def found(expect: Expect) -> list[tuple[str, str]]:
    return [(failure.expectation, failure.found) for failure in judge(scene(expect), result(), state())]


def test_a_call_that_came_to_what_was_expected_has_no_failures() -> None:
    expect = Expect(
        journey="track_order",
        outcome="resolved",
        said=("what's your account", "on FRIDAY"),
        never_said=("refund", "never played"),
        heard=("where is", "44129031"),
        tools=(ToolExpected("get_order", {"account": "44129031"}), ToolExpected("get_order")),
        never_tools=("cancel_order",),
        transferred_to="queue.orders",
    )
    assert found(expect) == []


@pytest.mark.parametrize(
    ("expect", "key", "text"),
    [
        (Expect(journey="cancel"), "journey", "identify_customer.identified, track_order.resolved"),
        (Expect(journey="track_order", outcome="failed"), "outcome", "outcomes: identify_customer.identified, track"),
        (Expect(outcome="failed"), "outcome", "track_order.resolved"),
        (Expect(said=("refund",)), "said", "nothing the agent said matches /refund/"),
        (Expect(said=("never played",)), "said", "nothing the agent said matches"),
        (Expect(never_said=("friday",)), "never_said", "/friday/ matches 'It arrives on Friday.'"),
        (Expect(heard=("banana",)), "heard", "/banana/ matches none of ['where is my order', '44129031']"),
        (
            Expect(tools=(ToolExpected("get_order", {"account": "1"}),)),
            "tools",
            "get_order({'account': '1'}) not among",
        ),
        (Expect(tools=(ToolExpected("cancel_order"),)), "tools", "not among: no calls"),
        (Expect(never_tools=("get_order",)), "never_tools", "get_order was called"),
        (Expect(transferred_to="queue.tech"), "transferred_to", "transfers: queue.orders"),
    ],
)
def test_what_did_not_hold_is_named_with_what_was_found(expect: Expect, key: str, text: str) -> None:
    ((expectation, message),) = found(expect)
    assert expectation == key
    assert text in message


def test_an_outcome_of_any_journey_will_do_where_none_is_named() -> None:
    assert found(Expect(outcome="identified")) == []


def test_a_call_that_could_not_be_played_has_failed() -> None:
    failures = judge(scene(Expect()), result("15 s of silence"), state())
    assert [failure.expectation for failure in failures] == ["lines"]


def test_without_a_log_the_callers_ears_are_evidence_of_words_only() -> None:
    expect = Expect(journey="track_order", outcome="resolved", said=("welcome",), never_said=("reply",))
    failures = judge(scene(expect), result(), None)
    assert [failure.expectation for failure in failures] == ["never_said"] * 3 + ["journey", "outcome"]
    assert failures[-1].found == "there is no log to tell"


def test_the_verdict_names_the_outcome_that_was_expected() -> None:
    verdict = judged(scene(Expect(journey="identify_customer", outcome="identified")), result(), state())
    assert verdict.ok
    assert verdict.outcome == "identify_customer.identified"
    assert judged(scene(Expect(outcome="gone")), result(), state()).outcome == "track_order.resolved"
    assert judged(scene(Expect()), result(), ConversationState()).outcome is None
    assert not judged(scene(Expect(outcome="gone")), result(), None).ok


def test_turns_are_joined_with_what_the_agent_took_them_for() -> None:
    turns = judged(scene(Expect()), result(), state()).turns
    assert [turn.agent_heard for turn in turns] == ["where is my order", "44129031", None]


def test_latency_is_counted_over_all_calls() -> None:
    one = result()
    assert latency([one, one]).p50_ms == 900
    assert latency([one, one]).answers == 6
    assert latency([]).p95_ms is None


def test_days_are_counted_from_the_day_of_the_call() -> None:
    wanted = {"day": "{today+3}", "today": "{today}"}
    assert found(Expect(tools=(ToolExpected("find_openings", wanted),))) == []
    late = ToolExpected("find_openings", {"day": "{today-1}"})
    called = "find_openings({'day': '2026-01-08', 'today': '2026-01-05'})"
    assert found(Expect(tools=(late,))) == [("tools", f"find_openings({{'day': '2026-01-04'}}) not among: {called}")]
