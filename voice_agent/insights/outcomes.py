"""What conversations came to, and what that costs: a fold over their logs. Pure; asking twice gives the same.

An outcome rests on tools: each tool that it names as evidence must have returned in the log, or it does not count. A
customer who comes back about the same journey within its window reopens it: what was solved was not. Only what is
declared billed, rests on its evidence, and was not reopened until its window closed, is billed.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Header, Record

NEEDED: Final = ("call_started", "call_tool", "tool_returned", "tool_failed", "record_outcome")
"""Tags of the records that are looked at; others may be left out."""

_TOOL_EVIDENCE: Final = re.compile(r"(?P<tool>\w+)\.(?P<result>ok|failed) call (?P<call>\d+)\Z")
_UNSOLVED: Final = frozenset({"unresolved", "cancelled", "abandoned"})


class Terms(msgspec.Struct, frozen=True):
    """What an agent folder says of one outcome. `price` None: not billed."""

    reopen_hours: int = 0
    price: Decimal | None = None


class Rules(msgspec.Struct, frozen=True):
    """What an agent folder says of outcomes (`journey.outcome`), and how its customers are known.

    `identity_tool` is the tool that says who somebody is, `identifies` whether an answer of it does.
    """

    currency: str = ""
    terms: dict[str, Terms] = {}
    identity_tool: str | None = None
    identifies: Callable[[Mapping[str, Any]], bool] = bool


class OutcomeRow(msgspec.Struct, frozen=True):
    """One journey's end. `id` is the conversation and the record; `at` is ISO 8601.

    `status`: "final"; "pending" while it may still be reopened; "reopened", by the conversation `reopened_by`;
    "unsupported" where the log lacks evidence that it names. `amount` is what is billed now, "0" for nothing.
    """

    id: str
    conversation: str
    at: str
    channel: str
    agent: str
    journey: str
    outcome: str
    evidence: tuple[str, ...]
    status: Literal["final", "pending", "reopened", "unsupported"]
    reopened_by: str | None
    final_at: str
    billed: bool
    amount: str
    currency: str


class OutcomeSum(msgspec.Struct, frozen=True):
    """All rows of one outcome in one currency, and how they stand."""

    journey: str
    outcome: str
    count: int
    final: int
    pending: int
    reopened: int
    unsupported: int
    billed: int
    amount: str
    currency: str


class Dated(msgspec.Struct, frozen=True):
    """One conversation: its header, at least its records with tags in `NEEDED`, and the rules it was held under."""

    header: Header
    records: Sequence[Record]
    rules: Rules


class _Ending(msgspec.Struct, frozen=True):
    seq: int
    at: datetime.datetime
    done: act.RecordOutcome
    holds: bool


class _Visit(msgspec.Struct, frozen=True):
    """A conversation as far as outcomes go. `who` are names by which its customer is known."""

    dated: Dated
    began: datetime.datetime
    who: frozenset[str]
    endings: tuple[_Ending, ...]


def outcomes(conversations: Iterable[Dated], as_of: datetime.datetime) -> list[OutcomeRow]:
    """Every journey that had ended in `conversations` at `as_of` (with offset), oldest first, as it stood then.

    Whatever may have reopened one has to be among them.
    """
    visits = sorted((_visit(one) for one in conversations), key=lambda one: (one.began, one.dated.header.conversation))
    by_customer: dict[tuple[str, str], list[_Visit]] = {}
    for visit in visits:
        for key in {(who, ending.done.journey) for who in visit.who for ending in visit.endings}:
            by_customer.setdefault(key, []).append(visit)
    return [
        _row(visit, ending, by_customer, as_of) for visit in visits for ending in visit.endings if ending.at <= as_of
    ]


def sums(rows: Iterable[OutcomeRow]) -> tuple[OutcomeSum, ...]:
    """Rows by journey, outcome and currency, in alphabetical order."""
    groups: dict[tuple[str, str, str], list[OutcomeRow]] = {}
    for row in rows:
        groups.setdefault((row.journey, row.outcome, row.currency), []).append(row)
    return tuple(_sum(*key, group) for key, group in sorted(groups.items()))


def evidence_holds(evidence: Iterable[str], records: Iterable[Record]) -> bool:
    """Whether every tool call that is named as evidence came back in the log as it is said to have."""
    asked, came = {}, {}
    for record in records:
        match record.entry:
            case act.CallTool(call=call, tool=tool):
                asked[call] = tool
            case ev.ToolReturned(call=call):
                came[call] = "ok"
            case ev.ToolFailed(call=call):
                came[call] = "failed"
            case _:
                pass
    for line in evidence:
        match = _TOOL_EVIDENCE.match(line)
        if match is None:
            continue
        call = int(match["call"])
        if asked.get(call) != match["tool"] or came.get(call) != match["result"]:
            return False
    return True


def _sum(journey: str, outcome: str, currency: str, rows: Sequence[OutcomeRow]) -> OutcomeSum:
    count = Counter(row.status for row in rows)
    billed = [Decimal(row.amount) for row in rows if row.billed]
    return OutcomeSum(
        journey,
        outcome,
        len(rows),
        count["final"],
        count["pending"],
        count["reopened"],
        count["unsupported"],
        len(billed),
        str(sum(billed, Decimal(0))),
        currency,
    )


def _visit(dated: Dated) -> _Visit:
    began = datetime.datetime.fromisoformat(dated.header.civil_start)
    endings = []
    for position, record in enumerate(dated.records):
        if isinstance(record.entry, act.RecordOutcome):
            at = began + datetime.timedelta(microseconds=record.t_us)
            holds = evidence_holds(record.entry.evidence, dated.records[:position])
            endings.append(_Ending(record.seq, at, record.entry, holds))
    return _Visit(dated, began, frozenset(_names(dated)), tuple(endings))


def _names(dated: Dated) -> Iterable[str]:
    """By whom a conversation was held: who the channel says it is, the number, and what identified the customer."""
    tool, asked = dated.rules.identity_tool, {}
    for record in dated.records:
        match record.entry:
            case ev.CallStarted(caller=caller, customer=customer):
                if caller:
                    yield f"caller {caller}"
                if customer is not None:
                    yield f"customer {customer}"
            case act.CallTool(call=call, tool=name, arguments=arguments) if name == tool:
                asked[call] = msgspec.json.encode(arguments, order="sorted").decode()
            case ev.ToolReturned(call=call, result=result) if call in asked and dated.rules.identifies(result):
                yield f"{tool} {asked[call]}"
            case _:
                pass


def _row(
    visit: _Visit, ending: _Ending, by_customer: Mapping[tuple[str, str], list[_Visit]], as_of: datetime.datetime
) -> OutcomeRow:
    header, done, rules = visit.dated.header, ending.done, visit.dated.rules
    terms = rules.terms.get(f"{done.journey}.{done.outcome}", Terms())
    closes = ending.at + datetime.timedelta(hours=terms.reopen_hours)
    again = _came_back(visit, ending, closes, by_customer)
    status: Literal["final", "pending", "reopened", "unsupported"] = "final"
    if not ending.holds:
        status = "unsupported"
    elif again is not None and again.began <= as_of:
        status = "reopened"
    elif closes > as_of:
        status = "pending"
    billed = status == "final" and terms.price is not None and done.outcome not in _UNSOLVED
    return OutcomeRow(
        f"{header.conversation}:{ending.seq}",
        header.conversation,
        ending.at.isoformat(timespec="seconds"),
        header.channel,
        header.agent,
        done.journey,
        done.outcome,
        done.evidence,
        status,
        again.dated.header.conversation if again is not None and status == "reopened" else None,
        closes.isoformat(timespec="seconds"),
        billed,
        str(terms.price) if billed else "0",
        rules.currency,
    )


def _came_back(
    visit: _Visit, ending: _Ending, closes: datetime.datetime, by_customer: Mapping[tuple[str, str], list[_Visit]]
) -> _Visit | None:
    """The first later conversation of the same customer about the same, begun before the window closed."""
    later = (
        other
        for who in visit.who
        for other in by_customer.get((who, ending.done.journey), ())
        if other is not visit and ending.at < other.began < closes
    )
    return min(later, key=lambda other: (other.began, other.dated.header.conversation), default=None)
