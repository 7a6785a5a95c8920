"""What counts, what is undone by coming back, and what is billed."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.testkit import HEADER
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.log import ConversationLog
from voice_agent.insights.outcomes import Dated, OutcomeRow, Rules, Terms, outcomes, sums

NOON: Final = datetime.datetime(2026, 3, 4, 12, tzinfo=datetime.UTC)
HOUR: Final = datetime.timedelta(hours=1)
RULES: Final = Rules(
    "EUR",
    {
        "order.resolved": Terms(72, Decimal("0.40")),
        "order.none": Terms(0, None),
        "order.abandoned": Terms(0, Decimal(9)),
    },
    "find",
    lambda result: bool(result.get("found")),
)


def visit(
    name: str,
    hours: float,
    *,
    caller: str = "",
    account: str | None = None,
    outcome: str = "resolved",
    came: bool = True,
    tool: str = "get",
    journey: str = "order",
) -> Dated:
    """A conversation `hours` after noon, in which `account` was found and then the journey ended on `get.ok call 2`."""
    header = msgspec.structs.replace(HEADER, conversation=name, civil_start=(NOON + hours * HOUR).isoformat())
    log = ConversationLog(header)
    entries: list[AnyEvent | AnyAction] = [ev.CallStarted("phone", caller, "care", header.civil_start)]
    if account is not None:
        entries += [act.CallTool(1, "find", {"account": account}, "read", ""), ev.ToolReturned(1, {"found": True}, 5)]
    entries.append(act.CallTool(2, tool, {}, "read", ""))
    entries += [ev.ToolReturned(2, {}, 5)] if came else [ev.ToolFailed(2, "tool", "broke")]
    entries.append(act.RecordOutcome(journey, outcome, ("get.ok call 2", "identity.verified")))
    for entry in entries:
        log.append(entry, 0)
    return Dated(header, tuple(log.read()), RULES)


def rows(*visits: Dated, as_of: float = 1_000) -> list[OutcomeRow]:
    return outcomes(visits, NOON + as_of * HOUR)


def stands(*visits: Dated, as_of: float = 1_000) -> list[tuple[str, str, str]]:
    return [(row.conversation, row.status, row.amount) for row in rows(*visits, as_of=as_of)]


def test_what_held_until_its_window_closed_is_billed() -> None:
    one = visit("a", 0, account="1")
    assert stands(one, as_of=71.9) == [("a", "pending", "0")]
    assert stands(one, as_of=72) == [("a", "final", "0.40")]
    (row,) = rows(one)
    assert (row.id, row.at, row.final_at) == ("a:6", "2026-03-04T12:00:00+00:00", "2026-03-07T12:00:00+00:00")
    assert (row.billed, row.currency, row.evidence) == (True, "EUR", ("get.ok call 2", "identity.verified"))


def test_whoever_comes_back_about_the_same_reopens_it_and_the_later_one_counts() -> None:
    first, again = visit("a", 0, account="1"), visit("b", 71, account="1")
    assert stands(again, first) == [("a", "reopened", "0"), ("b", "final", "0.40")]
    assert rows(first, again)[0].reopened_by == "b"


@pytest.mark.parametrize(
    "other",
    [
        visit("b", 73, account="1"),
        visit("b", 1, account="2"),
        visit("b", 1, account="1", journey="returns"),
        visit("b", -1, account="1"),
        visit("b", 1),
    ],
    ids=["after the window", "somebody else", "something else", "earlier", "nobody knows who"],
)
def test_nothing_else_reopens_it(other: Dated) -> None:
    assert ("a", "final", "0.40") in stands(visit("a", 0, account="1"), other)


def test_a_caller_who_is_known_by_the_number_reopens_it_however_the_second_call_ended() -> None:
    first = visit("a", 0, caller="sip:1@x", account="1")
    again = visit("b", 2, caller="sip:1@x", outcome="abandoned")
    assert [status for _, status, _ in stands(first, again)] == ["reopened", "final"]
    assert stands(first, again, as_of=1) == [("a", "pending", "0")]


@pytest.mark.parametrize("broken", [visit("a", 0, came=False), visit("a", 0, tool="other")])
def test_nothing_counts_without_its_evidence(broken: Dated) -> None:
    assert stands(broken) == [("a", "unsupported", "0")]


@pytest.mark.parametrize("outcome", ["none", "unresolved", "abandoned", "cancelled", "new"])
def test_what_has_no_rate_or_solved_nothing_is_never_billed(outcome: str) -> None:
    assert stands(visit("a", 0, outcome=outcome)) == [("a", "final", "0")]


visits = st.builds(
    visit,
    st.integers(0, 9).map("c{}".format),
    st.floats(0, 200),
    caller=st.sampled_from(["", "sip:1@x", "sip:2@x"]),
    account=st.sampled_from([None, "1", "2"]),
    outcome=st.sampled_from(["resolved", "none", "unresolved", "abandoned"]),
    came=st.booleans(),
)


@given(st.lists(visits, max_size=6, unique_by=lambda one: one.header.conversation), st.floats(0, 400), st.randoms())
def test_order_and_repetition_change_nothing_and_sums_add_up(found: list[Dated], as_of: float, chance: Any) -> None:
    first = rows(*found, as_of=as_of)
    chance.shuffle(found)
    assert rows(*found, as_of=as_of) == first
    assert sum(each.count for each in sums(first)) == len(first) <= len(found)
    total = sum((Decimal(each.amount) for each in sums(first)), Decimal(0))
    assert total == sum(row.billed for row in first) * Decimal("0.40")
    for row in first:
        assert not row.billed or (row.outcome, row.status) == ("resolved", "final")
        assert (row.reopened_by is not None) == (row.status == "reopened")
