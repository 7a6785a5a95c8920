"""Each expectation holds where it should and fails where it should, on a log, data and timeline written by hand."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from simulations.judge import checks, judge
from simulations.judging.evidence import Evidence
from simulations.judging.expected import Bounds, Escalation, Expect, RowExpected, ToolExpected, Waits
from simulations.judging.rows import Tables
from simulations.measures.turn_taking import TurnTaking
from simulations.result import CallResult, TurnResult
from simulations.scenario import Line
from simulations.timing import Timing
from tests.simulations.callers import scenario_of
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.commands import Affirm, Deny
from voice_agent.conversation.expectation import OPEN
from voice_agent.conversation.records import VERSION, Entry, Header, record_of
from voice_agent.conversation.state import fold

HEADER = Header(VERSION, "sim-1", "text", "Riverside", "digest", "typed", 1, "2026-03-04T10:00:00.000+00:00")
SAID = (
    "Your bill of 42 dollars and 50 cents is open.",
    "The visit is on Thursday, 5 March at half past two. The payment number is P 4 8 2, 9 0.",
)
ENTRIES: list[tuple[int, Entry]] = [
    (0, ev.CallStarted("text", "+1555", "+1666", "2026-03-04T10:00:00.000+00:00")),
    (1, act.Say(1, 0, SAID[:1])),
    (2, act.Understand(1, 1, "pay it", (), "", OPEN)),
    (3, ev.Understood(1, (Affirm(),), "local", 1)),
    (4, act.CallTool(1, "get_bill", {"account": "55012479"}, "read", "")),
    (5, ev.ToolReturned(1, {"open": True}, 1)),
    (6, act.CallTool(2, "pay_bill", {"bill": "7001"}, "write", "k")),
    (7, ev.ToolReturned(2, {"ok": True}, 1)),
    (8, act.Say(2, 1, SAID[1:])),
    (9, act.Understand(2, 2, "no", (), "", OPEN)),
    (10, ev.Understood(2, (Deny(),), "local", 1)),
    (11, act.CallTool(3, "move_visit", {"day": "2026-03-05"}, "write", "k2")),
    (12, act.Transfer("billing", "asked", "Caller: +1555, Maya Ferrin. Wants the bill explained.")),
    (42_000_000, act.RecordOutcome("pay_bill", "paid", ())),
]
VISIT = {"id": 7, "day": "2026-03-09", "note": ""}
BEFORE: Tables = {"visit": {(7,): VISIT}, "bill": {("7001",): {"id": "7001", "paid": 0}}}
AFTER: Tables = {
    "visit": {(7,): {**VISIT, "day": "2026-03-05"}, (8,): {"id": 8, "day": "2026-03-06", "note": "new"}},
    "bill": {("7001",): {"id": "7001", "paid": 1}},
}


def evidence(*, latencies: tuple[int, ...] | None = None) -> Evidence:
    records = tuple(record_of(seq, t_us, entry) for seq, (t_us, entry) in enumerate(ENTRIES, start=1))
    turns = tuple(TurnResult(text, "", None, Timing(None, True), 0) for text in ("pay it", "no"))
    result = CallResult("sim-1", "test", True, None, None, turns, "", None, "caller", "", 42_000)
    if latencies is not None:
        result = msgspec.structs.replace(result, turn_taking=taken(latencies))
    return Evidence(result, fold(records), HEADER, records, rows=(BEFORE, AFTER))


def taken(latencies: tuple[int, ...]) -> TurnTaking:
    return TurnTaking(3, 1, latencies, (300,), 0, 2, 0, 0, 0, 1, 4_000, (), ())


def failing(expect: Expect, what: Evidence | None = None) -> dict[str, str]:
    scene = scenario_of(Line(after="greeting", say="hello"), expect=expect)
    made = checks(scene, evidence() if what is None else what)
    return {check.expectation: check.found for check in made if not check.holds}


@pytest.mark.parametrize(
    "fact",
    ["42.50 USD", "$42.50", "42.50", "2026-03-05", "{today+1}", "14:30", "P48290", "the visit is on thursday"],
)
def test_a_fact_was_told_in_any_spoken_form(fact: str) -> None:
    assert failing(Expect(told=(fact,))) == {}


@pytest.mark.parametrize("fact", ["42.05 USD", "2026-03-06", "{today+2}", "15:30", "P48209", "48290", "on friday"])
def test_a_fact_that_was_not_told_is_missed(fact: str) -> None:
    assert failing(Expect(told=(fact,))) == {"told": "it was not told"}


def test_tools_are_looked_for_in_order_with_others_between() -> None:
    assert failing(Expect(tools_in_order=("get_bill", "move_visit"))) == {}
    found = failing(Expect(tools_in_order=("pay_bill", "get_bill")))
    assert found == {"tools_in_order": "get_bill, pay_bill, move_visit"}


def test_a_tool_may_be_forbidden_altogether_or_with_certain_arguments() -> None:
    assert failing(Expect(never_tools=("close_account", ToolExpected("pay_bill", {"bill": "7002"})))) == {}
    assert list(failing(Expect(never_tools=("pay_bill",)))) == ["never_tools"]
    found = failing(Expect(never_tools=(ToolExpected("move_visit", {"day": "{today+1}"}),)))
    assert found == {"never_tools": "move_visit({'day': '2026-03-05'}) was called"}


def test_a_call_may_have_to_follow_a_yes() -> None:
    assert failing(Expect(tools=(ToolExpected("pay_bill", {}, confirmed=True),))) == {}
    found = failing(Expect(tools=(ToolExpected("move_visit", {}, confirmed=True),)))
    assert found == {"tools": "no yes came just before move_visit({'day': '2026-03-05'})"}


def test_rows_are_compared_as_they_were_and_as_they_are() -> None:
    moved = RowExpected("visit", before={"day": "2026-03-09"}, after={"id": 7, "day": "{today+1}"}, exact=True)
    added = RowExpected("visit", after={"id": 8})
    paid = RowExpected("bill", {"paid": 0}, {"paid": 1})
    assert failing(Expect(rows=(moved, added, paid), no_other_rows=True)) == {}
    assert failing(Expect(rows=(moved, paid), no_other_rows=True)) == {
        "no_other_rows": "+visit id=8, day='2026-03-06', note='new'"
    }
    assert "bill 7001: paid 0 -> 1" in failing(Expect(rows=(RowExpected("bill", after={"paid": 2}),)))["rows"]


def test_what_the_product_notes_for_itself_is_no_row_of_the_agents() -> None:
    noted: Tables = {**BEFORE, "voice_agent_idempotency": {("k",): {"key": "k"}}}
    assert failing(Expect(no_other_rows=True), replace(evidence(), rows=(BEFORE, noted))) == {}


def test_exact_means_that_no_other_column_changed() -> None:
    rows = RowExpected("visit", {"id": 7}, {"id": 7, "day": "2026-03-05"}, exact=True)
    assert failing(Expect(rows=(rows,))) == {}
    noted: Tables = {**AFTER, "visit": {(7,): {**VISIT, "day": "2026-03-05", "note": "moved"}}}
    assert list(failing(Expect(rows=(rows,)), replace(evidence(), rows=(BEFORE, noted)))) == ["rows"]


def test_what_the_data_says_is_not_known_without_it() -> None:
    expect = Expect(no_other_rows=True)
    assert failing(expect, replace(evidence(), rows=None)) == {"rows": "the agent's data can't be seen"}
    scene = scenario_of(Line(after="greeting", say="hello"), expect=expect)
    assert judge(scene, evidence().result, evidence().state) == []


def test_a_hand_over_has_a_target_and_says_what_it_is_about() -> None:
    assert failing(Expect(escalation=Escalation("billing", ("maya ferrin", "bill")))) == {}
    assert failing(Expect(escalation=Escalation("orders"))) == {"escalation": "hand-overs: billing"}
    assert list(failing(Expect(escalation=Escalation(summary=("refund",))))) == ["escalation"]


def test_turns_and_seconds_are_bounded() -> None:
    assert failing(Expect(turns=Bounds(1, 2), seconds=Bounds(max=42))) == {}
    assert failing(Expect(turns=Bounds(max=1), seconds=Bounds(min=43))) == {
        "turns": "2 turns",
        "seconds": "42 s to the last outcome",
    }


def test_a_secret_is_looked_for_everywhere_and_however_it_is_written() -> None:
    clean, card = evidence(), "4111111111111111"
    assert failing(Expect(secrets=(card, "123")), clean) == {}
    spoken = act.Say(9, 9, ("Your card is 4111 1111 1111 1111.",))
    keyed: list[Entry] = [ev.DigitPressed(digit) for digit in card]
    leaks: list[tuple[list[Entry], str]] = [([spoken], "the log, what was said"), (keyed, "the keys")]
    for entries, places in leaks:
        records = (*clean.records, *(record_of(100 + at, 43_000_000, entry) for at, entry in enumerate(entries)))
        leaky = replace(clean, records=records, state=fold(records))
        assert failing(Expect(secrets=(card,)), leaky) == {"secrets": f"found in {places}"}
    stored = replace(clean, rows=(BEFORE, {"payment": {(1,): {"card": "4111-1111-1111-1111"}}}))
    assert failing(Expect(secrets=(card,)), stored) == {"secrets": "found in the data"}
    kept = replace(clean, sinks=(("the recording", b"...4111111111111111..."),))
    assert failing(Expect(secrets=(card,)), kept) == {"secrets": "found in the recording"}


def test_a_check_of_a_secret_does_not_tell_it() -> None:
    scene = scenario_of(Line(after="greeting", say="hello"), expect=Expect(secrets=("4111111111111111",)))
    (check,) = [check for check in checks(scene, evidence()) if check.expectation == "secrets"]
    assert "4111" not in f"{check.wanted} {check.found}"


def test_budgets_bound_what_the_timeline_shows() -> None:
    spoken = evidence(latencies=(500, 700, 900))
    kept = Expect(latency_ms=Waits(p50=700, p95=900, max=900), stop_ms=Waits(max=300), cut_offs=2, unanswered=1)
    assert failing(kept, spoken) == {}
    broken = Expect(latency_ms=Waits(p50=699), stop_ms=Waits(max=299), cut_offs=1, longest_silence_ms=3_999)
    assert failing(broken, spoken) == {
        "latency_ms": "700 ms of 3",
        "stop_ms": "300 ms of 1",
        "cut_offs": "2",
        "longest_silence_ms": "4000",
    }


def test_of_no_wait_every_budget_holds_and_typed_calls_have_none() -> None:
    assert failing(Expect(latency_ms=Waits(max=1)), evidence(latencies=())) == {}
    assert failing(Expect(latency_ms=Waits(max=1), cut_offs=0)) == {}


def test_without_a_log_what_only_the_log_can_tell_fails() -> None:
    expect = Expect(tools_in_order=("get_bill",), secrets=("123",), seconds=Bounds(max=1), escalation=Escalation())
    blind = Evidence(evidence().result)
    found = failing(expect, blind)
    assert found.keys() == {"tools_in_order", "secrets", "seconds", "escalation"}
    assert found["secrets"] == "there is no log to tell"
