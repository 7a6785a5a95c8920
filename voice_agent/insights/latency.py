"""How long a caller waited for each answer, and where the time went: a fold over the log.

    endpoint        end of the caller's voice to the turn being taken (recognition runs inside it)
    recognition     what the recogniser took, as it says itself; `ahead` where it began before the pause was certain
    partial         what the recogniser took for words of a part of the turn, which later ones overtook; nobody waited
    late            of the endpoint, what was waited for words longer than the wait that was decided on
    understanding   the turn being taken to its commands; nothing where they were there already
    deciding        commands to the first word decided on, tools included
    tools           of deciding, until the tools that it waited for had come back
    synthesis       the first word decided on to its first sound being made; nothing where that was there already
    playout         the first sound being made to its first sample being sent: behind what is still being said, and
                    until the next packet; in older logs a part of `synthesis`

`total` is the sum of endpoint, understanding, deciding, synthesis and playout: end of voice to first sample, on this
side of the network. `relevant` is the same until the first words that are no filler, None where none came.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record
from voice_agent.conversation.votes import Vote


class TurnLatency(msgspec.Struct, frozen=True):
    """One caller's turn, all in microseconds."""

    turn: int
    endpoint_us: int
    recognition_us: int
    understanding_us: int
    deciding_us: int
    synthesis_us: int
    late_us: int = 0
    tools_us: int = 0
    ahead: bool = False
    relevant_us: int | None = None
    playout_us: int = 0
    partial_us: int = 0

    @property
    def total_us(self) -> int:
        deciding_us = self.understanding_us + self.deciding_us
        return self.endpoint_us + deciding_us + self.synthesis_us + self.playout_us


class _Open:
    """A turn whose answer has not been heard yet."""

    def __init__(self, turn: int, taken_us: int, voice_end_us: int) -> None:
        self.turn = turn
        self.taken_us = taken_us
        self.voice_end_us = voice_end_us
        self.recognition_us = 0
        self.partial_us = 0
        self.ahead = False
        self.late_us = 0
        self.understood_us = taken_us
        self.request: int | None = None
        self.tool_us: int | None = None
        """When the last tool before the first word came back."""
        self.said_us = taken_us
        self.utterance: int | None = None

    def closed(self, started_us: int, waited_us: int, *, relevant: bool) -> TurnLatency:
        playout_us = min(waited_us, started_us - self.said_us)
        return TurnLatency(
            self.turn,
            self.taken_us - self.voice_end_us,
            self.recognition_us,
            self.understood_us - self.taken_us,
            self.said_us - self.understood_us,
            started_us - self.said_us - playout_us,
            self.late_us,
            0 if self.tool_us is None else self.tool_us - self.understood_us,
            self.ahead,
            started_us - self.voice_end_us if relevant else None,
            playout_us,
            self.partial_us,
        )


def latencies(records: Iterable[Record], *, pause_us: int) -> list[TurnLatency]:
    """One entry a spoken turn that was answered. `pause_us` is how long after the voice a pause is reported."""
    fold = _Fold(pause_us)
    for record in records:
        fold.take(record)
    return fold.answered


class _Fold:
    """`_voice_end_us` is the end of voice that no turn was made of yet, `_turn` the newest turn while it is open.

    `_filled` is the newest turn that was answered by a filler only, and when its voice had ended.
    """

    def __init__(self, pause_us: int) -> None:
        self.answered: list[TurnLatency] = []
        self._pause_us = pause_us
        self._voice_end_us: int | None = None
        self._recognition_us = 0
        self._partial_us = 0
        self._ahead = False
        self._early: set[int] = set()
        self._turn: _Open | None = None
        self._filled: tuple[int, int] | None = None
        self._said: dict[int, act.Say] = {}

    def take(self, record: Record) -> None:
        match record.entry:
            case ev.SpeechPaused():
                self._voice_end_us = record.t_us - self._pause_us
            case ev.SpeechStarted() | ev.SpeechResumed() | ev.DigitPressed():
                self._voice_end_us = None
            case act.Transcribe(job=job, urgency="early"):
                self._early.add(job)
            case ev.Transcribed(job=job, engine_us=engine_us):
                self._partial_us += self._recognition_us
                self._recognition_us, self._ahead = engine_us, job in self._early
            case act.TakeTurn(turn=number, votes=votes):
                self._taken(number, record.t_us, votes)
            case act.EndTurn(turn=number):
                self._ended(number)
            case act.Say() as said:
                self._said[said.utterance] = said
                if self._turn is not None:
                    self._answer(self._turn, record)
            case ev.PlaybackStarted() as begun:
                self._sounds(begun, record.t_us)
            case _ if self._turn is not None:
                self._answer(self._turn, record)
            case _:
                pass

    def _taken(self, number: int, now_us: int, votes: tuple[Vote, ...]) -> None:
        """A turn of keys has no end of voice, and is not measured."""
        end_us, self._voice_end_us = self._voice_end_us, None
        self._turn = self._filled = None
        if end_us is None:
            return
        turn = self._turn = _Open(number, now_us, end_us)
        turn.recognition_us, turn.partial_us = self._recognition_us, self._partial_us
        turn.ahead, self._recognition_us, self._partial_us = self._ahead, 0, 0
        turn.late_us = max(0, now_us - end_us - votes[0].delay_us) if votes else 0

    def _ended(self, number: int) -> None:
        """Without words: either the open turn, or voice that came to nothing."""
        if self._turn is not None and self._turn.turn == number:
            self._turn = None
        else:
            self._voice_end_us = None
            self._recognition_us = self._partial_us = 0

    def _answer(self, turn: _Open, record: Record) -> None:
        match record.entry:
            case act.Understand(request=request, turn=number) if number == turn.turn:
                turn.request = request
            case ev.Understood(request=request) | ev.UnderstandingFailed(request=request) if request == turn.request:
                turn.understood_us = turn.said_us = max(record.t_us, turn.taken_us)
                turn.tool_us = None  # nothing that came back before waited for these words to be understood
            case ev.ToolReturned() | ev.ToolFailed() if turn.utterance is None:
                turn.tool_us = record.t_us
            case act.Say(utterance=utterance, turn=number) if turn.utterance is None and number >= turn.turn:
                turn.said_us, turn.utterance = record.t_us, utterance
            case _:
                pass

    def _sounds(self, begun: ev.PlaybackStarted, now_us: int) -> None:
        said = self._said.get(begun.utterance)
        relevant = said is not None and said.purpose != "filler"
        if self._turn is not None and begun.utterance == self._turn.utterance:
            waited_us = 0 if begun.waited_us is None else begun.waited_us
            self.answered.append(self._turn.closed(now_us, waited_us, relevant=relevant))
            self._filled = None if relevant else (self._turn.turn, self._turn.voice_end_us)
            self._turn = None
        elif relevant and said is not None and self._filled is not None and said.turn >= self._filled[0]:
            self.answered[-1] = msgspec.structs.replace(self.answered[-1], relevant_us=now_us - self._filled[1])
            self._filled = None
