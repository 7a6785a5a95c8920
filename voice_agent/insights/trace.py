"""Why each word was said: a conversation turn by turn, from what was heard to what was done, with the time it took.

A fold over the log and over what the journeys looked at while they decided (`conversation.notes`): pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation import judging as jd
from voice_agent.conversation import planning as pl
from voice_agent.conversation.notes import Explanation, Note, TextJudged
from voice_agent.conversation.records import Record
from voice_agent.insights.latency import TurnLatency, latencies
from voice_agent.insights.shown import GapLine, LatencyLine, ModelLine, OutcomeLine, TransferLine, VerdictLine
from voice_agent.insights.trace_parts import CallLine, ConditionLine, HeardLine, SaidLine, StepLine, UnderstoodLine


class TurnTrace(msgspec.Struct, frozen=True):
    """Everything that followed from one turn. Turn 0 is what the agent did before anybody said anything."""

    turn: int
    at_us: int
    heard: HeardLine | None
    understood: UnderstoodLine | None
    steps: tuple[StepLine, ...]
    conditions: tuple[ConditionLine, ...]
    tools: tuple[CallLine, ...]
    said: tuple[SaidLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    transfers: tuple[TransferLine, ...]
    dropped: tuple[str, ...]
    models: tuple[ModelLine, ...]
    stages: LatencyLine | None
    verdicts: tuple[VerdictLine, ...] = ()
    gaps: tuple[GapLine, ...] = ()


class Trace(msgspec.Struct, frozen=True):
    """`status`: "explained"; or why there are no steps and conditions (`conversation.notes.Explanation`)."""

    id: str
    status: str
    masked: bool
    turns: tuple[TurnTrace, ...]


def trace(conversation: str, records: Sequence[Record], explanation: Explanation, *, pause_us: int) -> Trace:
    """`records` is the whole log; `pause_us` as in `insights.latency`."""
    fold = _Fold({turn.turn: turn for turn in latencies(records, pause_us=pause_us)})
    notes: dict[int, list[Note]] = {}
    for seq, note in explanation.notes:
        notes.setdefault(seq, []).append(note)
    # Notes come with an event; the turn that they are about may be taken by the actions after it.
    waiting: list[Note] = []
    at_us = 0
    for record in records:
        if record.kind == "event":
            fold.note(waiting, at_us)
            waiting, at_us = notes.get(record.seq, []), record.t_us
        fold.take(record)
    fold.note(waiting, at_us)
    return Trace(conversation, explanation.status, False, tuple(turn.shown() for turn in fold.turns))


class _Turn:
    def __init__(self, number: int, at_us: int, because: str, latency: TurnLatency | None) -> None:
        self.number = number
        self.at_us = at_us
        self.because = because
        self.latency = latency
        self.heard: HeardLine | None = None
        self.understood: UnderstoodLine | None = None
        self.steps: list[StepLine] = []
        self.conditions: list[ConditionLine] = []
        self.tools: dict[int, CallLine] = {}
        self.said: dict[int, SaidLine] = {}
        self.outcomes: list[OutcomeLine] = []
        self.transfers: list[TransferLine] = []
        self.dropped: list[str] = []
        self.models: list[ModelLine] = []
        self.verdicts: list[VerdictLine] = []
        self.gaps: list[GapLine] = []
        self.understood_us: int | None = None

    def stages(self) -> LatencyLine | None:
        """Of a spoken turn as they are measured; of one that was typed or keyed from its end to the first word."""
        latency, said = self.latency, next(iter(self.said.values()), None)
        if latency is not None:
            return LatencyLine(**msgspec.structs.asdict(latency), total_us=latency.total_us)
        if self.understood_us is None or said is None:
            return None
        understanding_us, deciding_us = self.understood_us - self.at_us, said.at_us - self.understood_us
        return LatencyLine(self.number, 0, 0, understanding_us, deciding_us, 0, understanding_us + deciding_us)

    def shown(self) -> TurnTrace:
        return TurnTrace(
            self.number,
            self.at_us,
            self.heard,
            self.understood,
            tuple(self.steps),
            tuple(self.conditions),
            tuple(self.tools.values()),
            tuple(self.said.values()),
            tuple(self.outcomes),
            tuple(self.transfers),
            tuple(self.dropped),
            tuple(self.models),
            self.stages(),
            tuple(self.verdicts),
            tuple(self.gaps),
        )


class _Fold:
    """`_transcribed` is the newest recognition, for the turn that is taken with it. `_ahead` are requests about turns
    that were not taken yet, and their answers."""

    def __init__(self, latencies: dict[int, TurnLatency]) -> None:
        self.turns = [_Turn(0, 0, "", None)]
        self._latencies = latencies
        self._transcribed: ev.Transcribed | None = None
        self._ahead: dict[int, tuple[ev.Understood, int] | None] = {}

    @property
    def _now(self) -> _Turn:
        return self.turns[-1]

    def note(self, notes: Iterable[Note], at_us: int) -> None:
        """What was looked at again with the same result is told once a turn."""
        for note in notes:
            if isinstance(note, TextJudged):
                verdict = VerdictLine(at_us, note.journey, note.text, note.supported, note.reasons)
                self._now.verdicts.append(verdict)
                continue
            fields = msgspec.structs.asdict(note)
            if "path" in fields:
                at = f"{fields['file']}:{fields['line']}"
                step = StepLine(at_us, fields["journey"], fields["path"], fields["kind"], at)
                if not any(msgspec.structs.replace(known, at_us=at_us) == step for known in self._now.steps[-1:]):
                    self._now.steps.append(step)
            else:
                line = ConditionLine(at_us, **fields)
                known = (msgspec.structs.replace(one, at_us=at_us) for one in self._now.conditions)
                if line not in known:
                    self._now.conditions.append(line)

    def take(self, record: Record) -> None:
        if record.kind == "event":
            self._take_event(record)
        else:
            self._take_action(record)

    def _take_event(self, record: Record) -> None:
        match record.entry:
            case ev.Transcribed() as transcribed:
                self._transcribed = transcribed
            case ev.Understood(request=request) as answer if request in self._ahead:
                self._ahead[request] = (answer, record.t_us)
            case ev.Understood() as answer:
                self._understand(answer, record.t_us)
            case ev.UnderstandingFailed(request=request) if request in self._ahead:
                pass
            case ev.UnderstandingFailed(code=code, message=message):
                self._now.understood = UnderstoodLine((), (), f"{code}: {message}")
            case pl.Planned(engine=engine, engine_us=took_us):
                self._now.models.append(ModelLine("planning", engine, took_us))
            case jd.Judged(engine=engine, engine_us=took_us):
                self._now.models.append(ModelLine("judging", engine, took_us))
            case ev.ToolReturned(call=call, result=result, engine_us=took_us):
                self._amend_tool(call, result=result, took_us=took_us)
            case ev.ToolFailed(call=call, code=code, message=message):
                self._amend_tool(call, error=f"{code}: {message}")
            case ev.PlayedUntil(utterance=utterance, heard=heard):
                self._amend_said(utterance, heard)
            case ev.PlaybackFinished(utterance=utterance):
                self._amend_said(utterance, None)
            case _:
                pass

    def _take_action(self, record: Record) -> None:
        turn, at_us = self._now, record.t_us
        match record.entry:
            case act.TakeTurn(turn=number, reason=reason):
                self.turns.append(_Turn(number, at_us, reason, self._latencies.get(number)))
            case act.UnderstandAhead(asked=asked):
                self._ahead[asked.request] = None
            case act.Understand() as asked:
                self._hear(asked)
                early = self._ahead.pop(asked.request, None)
                if early is not None:
                    self._understand(early[0], max(early[1], at_us))
            case act.CallTool(call=call, tool=tool, effect=effect, arguments=arguments):
                turn.tools[call] = CallLine(at_us, call, tool, effect, arguments)
            case act.Say(utterance=utterance, clauses=clauses, purpose=purpose, citations=cited):
                turn.said[utterance] = SaidLine(at_us, " ".join(clauses), purpose, None, cited)
            case act.RecordGap(question=question, nearest=nearest, score=score):
                turn.gaps.append(GapLine(at_us, question, nearest, score))
            case act.RecordOutcome(journey=journey, outcome=outcome, evidence=evidence):
                turn.outcomes.append(OutcomeLine(journey, outcome, evidence))
            case act.Transfer(target=t, reason=r, summary=s) | act.Connect(target=t, reason=r, summary=s):
                turn.transfers.append(TransferLine(t, r, s))
            case act.DropLate(event=event, reason=reason):
                turn.dropped.append(f"{event}: {reason}")
            case act.EndTurn(reason=reason):
                turn.dropped.append(f"turn: {reason}")
            case _:
                pass

    def _understand(self, answer: ev.Understood, at_us: int) -> None:
        turn, commands = self._now, tuple(msgspec.to_builtins(one) for one in answer.commands)
        turn.understood_us = at_us
        turn.understood = UnderstoodLine(commands, answer.scores)
        turn.models.append(ModelLine("understanding", answer.engine, answer.engine_us))

    def _hear(self, asked: act.Understand) -> None:
        turn, spoken = self._now, self._transcribed
        self._transcribed = None
        expected = asked.expectation
        slot = None if expected.slot is None else expected.slot.name
        confidence = None if spoken is None else spoken.confidence
        turn.heard = HeardLine(
            asked.text, asked.alternatives, asked.keys, confidence, expected.kind, slot, turn.because
        )
        if spoken is not None:
            turn.models.append(ModelLine("recognition", spoken.engine, spoken.engine_us))

    def _amend_tool(self, call: int, **changes: Any) -> None:
        for turn in self.turns:
            if call in turn.tools:
                turn.tools[call] = msgspec.structs.replace(turn.tools[call], **changes)

    def _amend_said(self, utterance: int, heard: str | None) -> None:
        for turn in self.turns:
            if utterance in turn.said:
                turn.said[utterance] = msgspec.structs.replace(turn.said[utterance], heard=heard)
