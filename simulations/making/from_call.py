"""A real conversation becomes a scenario: the caller's turns, their timing and words, and what it came to. Pure.

    text = file_from(header, records, name="billing_question")         # for simulations/billing_question.yaml

Each turn waits for the chief words of what the agent had said before it. What was keyed in confidence is in no log, so
it can't be in a scenario either: a variable stands in its place, to be filled in. Days that tools were asked for are
counted from that of the call.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from simulations.making.chief_words import chief_words
from simulations.making.writing import written
from simulations.scenario import Expect, Line, Scenario, ToolExpected, Who
from simulations.scenario_line import Interrupt
from voice_agent.conversation import events as ev
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.records import Header, Record
from voice_agent.conversation.redaction import TOMBSTONE
from voice_agent.conversation.state import CallerTurn, ConversationState, Outcome, Spoken, fold
from voice_agent.errors import UsageError
from voice_agent.journeys.load import NO_JOURNEY

DAYS: Final = 400
"""Dates nearer than this to the call are written as days from it."""
DONE_MS: Final = 700
"""What a simulated caller waits anyway until the agent is done."""
LONGEST_WAIT_MS: Final = 20_000
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def file_from(header: Header, records: Sequence[Record], *, name: str) -> str:
    """A scenario file. Raises UsageError for a conversation in which the caller said nothing, or that was erased."""
    if any(record.entry is None for record in records):
        raise UsageError(f"{header.conversation} was erased: there is nothing to make a scenario of")
    state = fold(records)
    if state.started is None or not (state.caller_turns or _captures(records)):
        raise UsageError(f"in {header.conversation} the caller said nothing")
    secure = {f"secure_{number}": "0" * length for number, length in enumerate(_lengths(records), start=1)}
    about = f"As {header.conversation} of {state.started.civil_start[:10]} went."
    if secure:
        about += f" What was keyed in confidence is not known: fill in {', '.join(secure)}."
    scenario = Scenario(
        v=2,
        scenario=name,
        who=Who(state.started.caller, customer=state.started.customer, language=state.started.language),
        lines=tuple(_lines(state, records)),
        about=about,
        seed=header.seed,
        expect=_expected(state),
        tags=("made_from_call",),
        variables=dict(secure),
    )
    return written(scenario)


def _lines(state: ConversationState, records: Sequence[Record]) -> list[Line]:
    begun = _beginnings(state, records)
    lines: list[Line] = []
    for at_us, turn in begun:
        before = _before(state.spoken, at_us)
        said = turn if isinstance(turn, CallerTurn) else None
        # The figures of a variable, and the key that ends such a number.
        keys = f"{{secure_{turn}}}#" if said is None else said.keys
        text = "" if said is None else " ".join(said.text.split())
        cued = _cued(before, at_us, records, first=not lines)
        if text:
            lines.append(msgspec.structs.replace(cued, say=text))
        if keys:
            lines.append(Line(wait_ms=0, keys=keys) if text else msgspec.structs.replace(cued, keys=keys))
    last = _before(state.spoken, state.last_us)
    lines.append(
        Line(when=chief_words(last.text), hang_up=True) if last is not None else Line(after="agent", hang_up=True)
    )
    return lines


def _cued(before: Spoken | None, at_us: int, records: Sequence[Record], *, first: bool) -> Line:
    """The cue of what comes at `at_us`: after what was said before, or into it."""
    if before is None or before.started_us is None:
        return Line(after="greeting" if first else "agent", wait_ms=DONE_MS)
    ended_us = _ended_us(before, records)
    if ended_us is None or ended_us > at_us:
        after_ms = max(200, (at_us - before.started_us) // 1_000)
        return Line(interrupt=Interrupt(min(after_ms, LONGEST_WAIT_MS)), wait_ms=0)
    wait_ms = min(LONGEST_WAIT_MS, max(0, (at_us - ended_us) // 1_000 - DONE_MS))
    if first:
        return Line(after="greeting", wait_ms=wait_ms)
    words = chief_words(before.text)
    return Line(when=words, after=None if words is not None else "agent", wait_ms=wait_ms)


def _beginnings(state: ConversationState, records: Sequence[Record]) -> list[tuple[int, CallerTurn | int]]:
    """When the voice, or the first key, of each turn began; secure captures by their number among themselves."""
    begins = [
        record.t_us
        for record in records
        if isinstance(record.entry, ev.SpeechStarted | ev.DigitPressed | ev.TextReceived)
    ]
    out: list[tuple[int, CallerTurn | int]] = []
    since_us = -1
    for turn in state.caller_turns:
        within = [at_us for at_us in begins if since_us < at_us <= turn.taken_us]
        out.append((within[0] if within else turn.taken_us, turn))
        since_us = turn.taken_us
    out += [(at_us, number) for number, at_us in enumerate(_captures(records), start=1)]
    return sorted(out, key=lambda one: one[0])


def _captures(records: Sequence[Record]) -> list[int]:
    """When something valid was keyed in confidence."""
    return [record.t_us for record in records if isinstance(record.entry, sec.SecureCaptured) and record.entry.valid]


def _lengths(records: Sequence[Record]) -> list[int]:
    return [one.entry.length for one in records if isinstance(one.entry, sec.SecureCaptured) and one.entry.valid]


def _before(spoken: Sequence[Spoken], at_us: int) -> Spoken | None:
    """What the agent was saying or had said last."""
    return next((one for one in reversed(spoken) if one.started_us is not None and one.started_us <= at_us), None)


def _ended_us(spoken: Spoken, records: Sequence[Record]) -> int | None:
    for record in records:
        match record.entry:
            case ev.PlaybackFinished(utterance=utterance) if utterance == spoken.utterance:
                return record.t_us
            case _:
                pass
    return None


def _expected(state: ConversationState) -> Expect:
    """The last outcome of a journey, transfers, and the tools that answered."""
    outcome: Outcome | None = next((one for one in reversed(state.outcomes) if one.journey != NO_JOURNEY), None)
    today = datetime.datetime.fromisoformat(state.started.civil_start).date() if state.started is not None else None
    tools = [
        ToolExpected(use.tool, {name: _dated(value, today) for name, value in use.arguments.items() if _told(value)})
        for use in state.tools
        if use.result is not None
    ]
    return Expect(
        journey=None if outcome is None else outcome.journey,
        outcome=None if outcome is None else outcome.outcome,
        tools=tuple(tool for at, tool in enumerate(tools) if tool not in tools[:at]),
        transferred_to=state.transfers[-1].target if state.transfers else None,
    )


def _told(value: Any) -> bool:
    """Whether nothing of it is secret."""
    if isinstance(value, dict):
        return all(map(_told, value.values()))
    return all(map(_told, value)) if isinstance(value, list) else value != TOMBSTONE


def _dated(value: Any, today: datetime.date | None) -> Any:
    if today is None or not isinstance(value, str) or _DATE.fullmatch(value) is None:
        return value
    days = (datetime.date.fromisoformat(value) - today).days
    return value if abs(days) > DAYS else "{today}" if days == 0 else f"{{today{days:+d}}}"
