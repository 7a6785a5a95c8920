"""Who said what when in a synthetic call, as the caller knows it; turned into a `CallResult` at its end. Pure."""

from __future__ import annotations

from typing import Final

import msgspec

from simulations.judge import expected_outcome
from simulations.loudness import WINDOW_MS
from simulations.measures.timeline import Deed, DeedKind
from simulations.measures.turn_taking import TurnTaking, observe
from simulations.result import CallResult, TurnResult
from simulations.scenario import Scenario
from simulations.timing import Timing, first_voice_ms, measure

_OPEN: Final = 2**31
"""Where a deed ends that hasn't ended yet: after any call."""


class _Turn:
    """One turn of the caller's, from its first to its last line."""

    def __init__(self, began: int, kind: DeedKind) -> None:
        self.began = began
        self.kind = kind
        self.ended: int | None = None
        self.lines: list[str] = []
        self.answers: list[tuple[int, str]] = []


class Transcript:
    """Positions are windows of 10 ms from the answer. `sent` and `heard` have one byte each a window, 1 for voice."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.heard = bytearray()
        self.problems: list[str] = []
        self._deeds: list[Deed] = []
        self._greeting: list[tuple[int, str]] = []
        self._turns: list[_Turn] = []
        self._asides: list[_Turn] = []
        self._ended: int | None = None

    def turn_began(self, said: str, window: int, *, continues: bool, kind: DeedKind = "line") -> None:
        """The caller begins a line; one that continues belongs to the turn before."""
        self._deeds.append(Deed(kind, window, _OPEN, continues))
        if not continues or not self._turns:
            self._turns.append(_Turn(window, kind))
        turn = self._turns[-1]
        turn.ended = None
        turn.lines.append(said)

    def turn_ended(self, window: int) -> None:
        """The line has been sent."""
        self._turns[-1].ended = window
        self._deed_ended(window)

    def aside_began(self, said: str, window: int, *, kind: DeedKind) -> None:
        """The caller begins a sound that no answer is wanted to: a backchannel, a cough, words to somebody else."""
        self._deeds.append(Deed(kind, window, _OPEN))
        self._asides.append(_Turn(window, kind))
        self._asides[-1].lines.append(said)

    def aside_ended(self, window: int) -> None:
        self._asides[-1].ended = window
        self._deed_ended(window)

    def agent_said(self, text: str, start: int) -> None:
        """Words whose voice began at `start`: they belong to the turn that had begun by then."""
        if text:
            turn = next((turn for turn in reversed(self._turns) if turn.began <= start), None)
            (self._greeting if turn is None else turn.answers).append((start, text))

    def call_ended(self, window: int) -> None:
        self._ended = window

    def result(self, call_id: str, scenario: Scenario, *, by: str, reason: str, unfinished: str | None) -> CallResult:
        """All of it, measured; `ok` as far as the caller can tell."""
        end = len(self.heard) if self._ended is None else self._ended
        begins = [turn.began for turn in self._turns[1:]]
        turns = [self._turn(turn, until) for turn, until in zip(self._turns, [*begins, end], strict=False)]
        asides = [self._aside(aside, end) for aside in self._asides]
        return CallResult(
            id=call_id,
            scenario=scenario.scenario,
            ok=unfinished is None,
            outcome=None,
            expected=expected_outcome(scenario.expect),
            turns=tuple(sorted([*turns, *asides], key=lambda turn: turn.began_ms)),
            greeting=_joined(self._greeting),
            greeting_ms=first_voice_ms(self.heard),
            ended_by=by,
            reason=reason,
            duration_ms=end * WINDOW_MS,
            unfinished=unfinished,
            problems=tuple(self.problems),
            turn_taking=self.turn_taking(),
        )

    def turn_taking(self) -> TurnTaking:
        """How the turns were taken, as far as the call has come."""
        return observe(self.sent, self.heard, self._deeds, self._ended)

    def _deed_ended(self, window: int) -> None:
        self._deeds[-1] = msgspec.structs.replace(self._deeds[-1], end=window)

    def _turn(self, turn: _Turn, until: int) -> TurnResult:
        ended = until if turn.ended is None else turn.ended
        timing = measure(self.sent, self.heard, turn.began, ended, until)
        return TurnResult(
            caller_said=" ".join(turn.lines),
            agent_said=_joined(turn.answers),
            voice_to_voice_ms=timing.voice_to_voice_ms,
            timing=timing,
            began_ms=turn.began * WINDOW_MS,
            ended_ms=ended * WINDOW_MS,
            kind=turn.kind,
        )

    def _aside(self, aside: _Turn, end: int) -> TurnResult:
        """Nobody answers it; how long the agent went on after it began is measured as of an interruption."""
        ended = end if aside.ended is None else aside.ended
        timing = measure(self.sent, self.heard, aside.began, ended, ended)
        kept = Timing(None, False, timing.spoken_over, timing.stopped_after_ms)
        said = " ".join(aside.lines)
        return TurnResult(said, "", None, kept, aside.began * WINDOW_MS, None, ended * WINDOW_MS, aside.kind)


def _joined(said: list[tuple[int, str]]) -> str:
    return " ".join(text for _, text in sorted(said, key=lambda item: item[0]))
