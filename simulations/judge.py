"""Whether a call came to what its scenario expects, by the conversation's log where there is one. Pure.

Expectations about tools, outcomes and transfers rest on the log alone: what an agent says is no evidence. Without a log
(a call to somebody else's agent) they fail and say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from simulations.judging.bounds import bound_checks, budget_checks
from simulations.judging.evidence import Evidence
from simulations.judging.expected import NEED_A_LOG, Expect
from simulations.judging.gates import gate_checks
from simulations.judging.rows import changes, row_checks
from simulations.judging.told import secret_checks, told_checks
from simulations.judging.tool_calls import escalation_checks, never_checks, order_checks, tool_checks
from simulations.matching import plain_text
from simulations.result import CallResult, Failure, TurnResult
from simulations.runs.records import Check
from simulations.scenario import Scenario
from simulations.scenario_line import ASIDES
from voice_agent.conversation.state import ConversationState

_NOTHING: Final = Expect()


def judge(scenario: Scenario, result: CallResult, state: ConversationState | None) -> list[Failure]:
    """What didn't hold; empty where all did. A call that its caller couldn't play to the end has failed.

    With a log, what only the agent's data can tell is left to `simulations.runs`, which has that data.
    """
    evidence = Evidence(result, state, interim=state is not None)
    return [Failure(one.expectation, one.found) for one in checks(scenario, evidence) if not one.holds]


def checks(scenario: Scenario, evidence: Evidence) -> list[Check]:
    """Every expectation of `scenario`, those that held as well; first whether the caller could play its lines, last
    whether every write went through its gates."""
    return list(_checks(scenario.expect, evidence))


def judged(scenario: Scenario, result: CallResult, state: ConversationState | None) -> CallResult:
    """`result` with the verdict, the outcome, and what the agent took each turn for."""
    failures = tuple(judge(scenario, result, state))
    return msgspec.structs.replace(
        result,
        ok=not failures,
        failures=failures,
        outcome=None if state is None else _outcome_of(scenario.expect, state),
        turns=result.turns if state is None else _with_heard(result.turns, state),
    )


def expected_outcome(expect: Expect) -> str | None:
    """`journey.outcome`, or the one of them that is expected, or None."""
    return ".".join(filter(None, (expect.journey, expect.outcome))) or None


def _checks(expect: Expect, evidence: Evidence) -> Iterator[Check]:
    unfinished, state = evidence.result.unfinished, evidence.state
    played = "every line was played" if unfinished is None else unfinished
    yield Check("lines", unfinished is None, "every line is played", played)
    yield from _said_checks(expect, evidence)
    yield from told_checks(expect.told, evidence)
    if state is None:
        for key in NEED_A_LOG:
            if getattr(expect, key) != getattr(_NOTHING, key):
                yield Check(key, False, _wanted(expect, key), "there is no log to tell")
    else:
        yield from _logged_checks(expect, evidence, state)
    yield from _row_checks(expect, evidence)
    yield from bound_checks(expect, evidence)
    yield from budget_checks(expect, evidence)


def _logged_checks(expect: Expect, evidence: Evidence, state: ConversationState) -> Iterator[Check]:
    heard = [turn.keys if not turn.text else turn.text for turn in state.caller_turns]
    for pattern in expect.heard:
        match = _first(pattern, heard)
        missing = f"/{pattern}/ matches none of {heard}"
        yield Check("heard", match is not None, f"/{pattern}/", missing if match is None else match)
    yield from _outcome_checks(expect, state)
    yield from tool_checks(expect.tools, evidence, state)
    yield from order_checks(expect.tools_in_order, state)
    yield from never_checks(expect.never_tools, evidence, state)
    if expect.escalation is not None:
        yield from escalation_checks(expect.escalation, state)
    yield from secret_checks(expect.secrets, evidence)
    yield from gate_checks(evidence)


def _said_checks(expect: Expect, evidence: Evidence) -> Iterator[Check]:
    said = evidence.said()
    for pattern in expect.said:
        match = _first(pattern, said)
        missing = f"nothing the agent said matches /{pattern}/"
        yield Check("said", match is not None, f"/{pattern}/", missing if match is None else match)
    for pattern in expect.never_said:
        wrong = [
            Check("never_said", False, f"not /{pattern}/", f"/{pattern}/ matches {text!r}")
            for text in said
            if _first(pattern, [text]) is not None
        ]
        yield from wrong or [Check("never_said", True, f"not /{pattern}/", "it was not said")]


def _row_checks(expect: Expect, evidence: Evidence) -> Iterator[Check]:
    if evidence.rows is not None:
        wanted = [
            msgspec.structs.replace(row, before=evidence.all_dated(row.before), after=evidence.all_dated(row.after))
            for row in expect.rows
        ]
        yield from row_checks(wanted, expect.no_other_rows, changes(*evidence.rows))
    elif (expect.rows or expect.no_other_rows) and not evidence.interim:
        yield Check("rows", False, _wanted(expect, "rows"), "the agent's data can't be seen")


def _outcome_checks(expect: Expect, state: ConversationState) -> Iterator[Check]:
    ended = ", ".join(f"{outcome.journey}.{outcome.outcome}" for outcome in state.outcomes) or "none"
    holds = True
    if expect.journey is not None:
        holds = any(outcome.journey == expect.journey for outcome in state.outcomes)
        found = f"outcomes: {ended}" if holds else f"journeys that came to an outcome: {ended}"
        yield Check("journey", holds, expect.journey, found)
    if expect.outcome is not None and holds:
        yield Check(
            "outcome", _matching(expect, state) is not None, str(expected_outcome(expect)), f"outcomes: {ended}"
        )
    if expect.transferred_to is not None:
        targets = [transfer.target for transfer in state.transfers]
        found = f"transfers: {', '.join(targets) or 'none'}"
        yield Check("transferred_to", expect.transferred_to in targets, expect.transferred_to, found)


def _first(pattern: str, texts: list[str]) -> str | None:
    """The first of `texts` that matches."""
    return next((text for text in texts if re.search(pattern, plain_text(text), re.IGNORECASE) is not None), None)


def _wanted(expect: Expect, key: str) -> str:
    value = getattr(expect, key)
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _matching(expect: Expect, state: ConversationState) -> str | None:
    for outcome in reversed(state.outcomes):
        if expect.journey in (None, outcome.journey) and expect.outcome in (None, outcome.outcome):
            return f"{outcome.journey}.{outcome.outcome}"
    return None


def _outcome_of(expect: Expect, state: ConversationState) -> str | None:
    """The outcome that was expected if it is there, else the last one."""
    wanted = _matching(expect, state)
    if wanted is not None or not state.outcomes:
        return wanted
    return f"{state.outcomes[-1].journey}.{state.outcomes[-1].outcome}"


def _with_heard(turns: tuple[TurnResult, ...], state: ConversationState) -> tuple[TurnResult, ...]:
    """Gives each turn what the agent took from its beginning to the next one's, by time."""
    heard: list[list[str]] = [[] for _ in turns]
    for taken in state.caller_turns:
        index = next((n for n, turn in reversed(list(enumerate(turns))) if _said_by(turn, taken.taken_us)), None)
        if index is not None:
            heard[index].append(taken.keys if not taken.text else taken.text)
    return tuple(
        msgspec.structs.replace(turn, agent_heard=" ".join(words) if words else None)
        for turn, words in zip(turns, heard, strict=True)
    )


def _said_by(turn: TurnResult, taken_us: int) -> bool:
    """Whether it is a turn that had begun by then: an aside takes none."""
    return turn.kind not in ASIDES and turn.began_ms * 1_000 <= taken_us
