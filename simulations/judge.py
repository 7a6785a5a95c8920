"""Whether a call came to what its scenario expects, by the conversation's log where there is one. Pure.

Expectations about tools, outcomes and transfers rest on the log alone: what an agent says is no evidence. Without a log
(a call to somebody else's agent) they fail and say so.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from simulations.cues import plain_text
from simulations.result import CallResult, Failure, TurnResult
from simulations.runs.records import Check
from simulations.scenario import Expect, Scenario, ToolExpected
from simulations.scenario_line import ASIDES
from voice_agent.conversation.state import ConversationState, ToolUse

_DAY: Final = re.compile(r"\{today(?:([+-]\d{1,4}))?\}")
"""A date counted from the day of the call."""


def judge(scenario: Scenario, result: CallResult, state: ConversationState | None) -> list[Failure]:
    """What didn't hold; empty where all did. A call that its caller couldn't play to the end has failed."""
    return [Failure(one.expectation, one.found) for one in checks(scenario, result, state) if not one.holds]


def checks(scenario: Scenario, result: CallResult, state: ConversationState | None) -> list[Check]:
    """Every expectation of `scenario`, those that held as well; first whether the caller could play its lines."""
    return list(_checks(scenario, result, state))


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


def _checks(scenario: Scenario, result: CallResult, state: ConversationState | None) -> Iterator[Check]:
    expect = scenario.expect
    played = "every line was played" if result.unfinished is None else result.unfinished
    yield Check("lines", result.unfinished is None, "every line is played", played)
    said = _said(result, state)
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
    if state is None:
        yield from (
            Check(key, False, _wanted(expect, key), "there is no log to tell") for key in _needing_a_log(expect)
        )
        return
    heard = [turn.keys if not turn.text else turn.text for turn in state.caller_turns]
    for pattern in expect.heard:
        match = _first(pattern, heard)
        missing = f"/{pattern}/ matches none of {heard}"
        yield Check("heard", match is not None, f"/{pattern}/", missing if match is None else match)
    yield from _outcome_checks(expect, state)
    yield from _tool_checks(expect, state)


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


def _tool_checks(expect: Expect, state: ConversationState) -> Iterator[Check]:
    for wanted in (_dated(wanted, state) for wanted in expect.tools):
        calls = [f"{use.tool}({use.arguments})" for use in state.tools if use.tool == wanted.name]
        made, text = ", ".join(calls) or "no calls", f"{wanted.name}({wanted.arguments})"
        holds = any(_fits(use, wanted) for use in state.tools)
        yield Check("tools", holds, text, made if holds else f"{text} not among: {made}")
    for name in expect.never_tools:
        called = any(use.tool == name for use in state.tools)
        yield Check("never_tools", not called, f"no {name}", f"{name} was {'' if called else 'not '}called")


def _fits(use: ToolUse, wanted: ToolExpected) -> bool:
    return use.tool == wanted.name and wanted.arguments.items() <= use.arguments.items()


def _dated(wanted: ToolExpected, state: ConversationState) -> ToolExpected:
    """With dates where days are counted from that of the call."""
    if state.started is None:
        return wanted
    today = datetime.datetime.fromisoformat(state.started.civil_start).date()

    def day(found: re.Match[str]) -> str:
        return (today + datetime.timedelta(days=int(found[1] or "0"))).isoformat()

    arguments: dict[str, Any] = {
        name: _DAY.sub(day, value) if isinstance(value, str) else value for name, value in wanted.arguments.items()
    }
    return ToolExpected(wanted.name, arguments)


def _needing_a_log(expect: Expect) -> list[str]:
    default = Expect()
    return [
        key
        for key in ("journey", "outcome", "heard", "tools", "never_tools", "transferred_to")
        if getattr(expect, key) != getattr(default, key)
    ]


def _said(result: CallResult, state: ConversationState | None) -> list[str]:
    """What reached the caller: by the log, where a word is a word, else as the caller's own ears had it."""
    if state is None:
        return [result.greeting, *(turn.agent_said for turn in result.turns)]
    typed = state.started is not None and state.started.channel == "text"
    played = [spoken for spoken in state.spoken if typed or spoken.started_us is not None]
    return [spoken.text if spoken.heard is None else spoken.heard for spoken in played]


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
