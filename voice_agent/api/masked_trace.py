"""A trace as a viewer sees it: how it was decided stays, what values were given does not."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from voice_agent.api.masking import Mask
from voice_agent.conversation.records import Record
from voice_agent.insights.shown import TransferLine, VerdictLine
from voice_agent.insights.trace import Trace, TurnTrace
from voice_agent.insights.trace_parts import CallLine, ConditionLine, HeardLine, SaidLine, UnderstoodLine


def masked_trace(shown: Trace, records: Iterable[Record]) -> Trace:
    """`records` is the whole log."""
    mask = Mask(records)
    return msgspec.structs.replace(shown, masked=True, turns=tuple(_turn(turn, mask) for turn in shown.turns))


def _turn(turn: TurnTrace, mask: Mask) -> TurnTrace:
    return msgspec.structs.replace(
        turn,
        heard=None if turn.heard is None else _heard(turn.heard, mask),
        understood=None if turn.understood is None else _understood(turn.understood, mask),
        conditions=tuple(_condition(line, mask) for line in turn.conditions),
        tools=tuple(_tool(line, mask) for line in turn.tools),
        said=tuple(_said(line, mask) for line in turn.said),
        verdicts=tuple(_verdict(line, mask) for line in turn.verdicts),
        gaps=tuple(msgspec.structs.replace(gap, question=mask.text(gap.question)) for gap in turn.gaps),
        transfers=tuple(TransferLine(t.target, mask.text(t.reason), mask.text(t.summary)) for t in turn.transfers),
    )


def _heard(line: HeardLine, mask: Mask) -> HeardLine:
    return msgspec.structs.replace(
        line,
        text=mask.text(line.text),
        alternatives=tuple(mask.text(text) for text in line.alternatives),
        keys=mask.text(line.keys),
    )


def _understood(line: UnderstoodLine, mask: Mask) -> UnderstoodLine:
    error = None if line.error is None else line.error.partition(":")[0]
    return msgspec.structs.replace(line, commands=tuple(mask.body(command) for command in line.commands), error=error)


def _condition(line: ConditionLine, mask: Mask) -> ConditionLine:
    return msgspec.structs.replace(line, values=mask.body(line.values, within_values=True))


def _verdict(line: VerdictLine, mask: Mask) -> VerdictLine:
    reasons = tuple(mask.text(reason) for reason in line.reasons)
    return msgspec.structs.replace(line, text=mask.text(line.text), reasons=reasons)


def _tool(line: CallLine, mask: Mask) -> CallLine:
    return msgspec.structs.replace(
        line,
        arguments=mask.body(line.arguments, within_values=True),
        result=mask.body(line.result, within_values=True),
        error=None if line.error is None else line.error.partition(":")[0],
    )


def _said(line: SaidLine, mask: Mask) -> SaidLine:
    return msgspec.structs.replace(
        line, text=mask.text(line.text), heard=None if line.heard is None else mask.text(line.heard)
    )
