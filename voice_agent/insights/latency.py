"""How long a caller waited for each answer, and where the time went: a fold over the log.

    endpoint        end of the caller's voice to the turn being taken (recognition runs inside it)
    recognition     what the recogniser took, as it says itself
    understanding   the turn being taken to its commands; nothing where they were there already
    deciding        commands to the first word decided on, tools included
    synthesis       the first word decided on to its first sample being sent

`total` is their sum without `recognition`: end of voice to first sample, on this side of the network.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record


class TurnLatency(msgspec.Struct, frozen=True):
    """One caller's turn, all in microseconds."""

    turn: int
    endpoint_us: int
    recognition_us: int
    understanding_us: int
    deciding_us: int
    synthesis_us: int

    @property
    def total_us(self) -> int:
        return self.endpoint_us + self.understanding_us + self.deciding_us + self.synthesis_us


class _Open:
    """A turn whose answer has not been heard yet."""

    def __init__(self, turn: int, taken_us: int, voice_end_us: int, recognition_us: int) -> None:
        self.turn = turn
        self.taken_us = taken_us
        self.voice_end_us = voice_end_us
        self.recognition_us = recognition_us
        self.understood_us = taken_us
        self.request: int | None = None
        self.said_us = taken_us
        self.utterance: int | None = None

    def closed(self, started_us: int) -> TurnLatency:
        return TurnLatency(
            self.turn,
            self.taken_us - self.voice_end_us,
            self.recognition_us,
            self.understood_us - self.taken_us,
            self.said_us - self.understood_us,
            started_us - self.said_us,
        )


def latencies(records: Iterable[Record], *, pause_us: int) -> list[TurnLatency]:
    """One entry a spoken turn that was answered. `pause_us` is how long after the voice a pause is reported."""
    fold = _Fold(pause_us)
    for record in records:
        fold.take(record)
    return fold.answered


class _Fold:
    """`_voice_end_us` is the end of voice that no turn was made of yet, `_turn` the newest turn while it is open."""

    def __init__(self, pause_us: int) -> None:
        self.answered: list[TurnLatency] = []
        self._pause_us = pause_us
        self._voice_end_us: int | None = None
        self._recognition_us = 0
        self._turn: _Open | None = None

    def take(self, record: Record) -> None:
        match record.entry:
            case ev.SpeechPaused():
                self._voice_end_us = record.t_us - self._pause_us
            case ev.SpeechStarted() | ev.SpeechResumed() | ev.DigitPressed():
                self._voice_end_us = None
            case ev.Transcribed(engine_us=engine_us):
                self._recognition_us = engine_us
            case act.TakeTurn(turn=number):
                self._taken(number, record.t_us)
            case act.EndTurn(turn=number):
                self._ended(number)
            case _ if self._turn is not None:
                self._answer(self._turn, record)
            case _:
                pass

    def _taken(self, number: int, now_us: int) -> None:
        """A turn of keys has no end of voice, and is not measured."""
        end_us, self._voice_end_us = self._voice_end_us, None
        self._turn = None if end_us is None else _Open(number, now_us, end_us, self._recognition_us)

    def _ended(self, number: int) -> None:
        """Without words: either the open turn, or voice that came to nothing."""
        if self._turn is not None and self._turn.turn == number:
            self._turn = None
        else:
            self._voice_end_us = None

    def _answer(self, turn: _Open, record: Record) -> None:
        match record.entry:
            case act.Understand(request=request, turn=number) if number == turn.turn:
                turn.request = request
            case ev.Understood(request=request) | ev.UnderstandingFailed(request=request) if request == turn.request:
                turn.understood_us = turn.said_us = record.t_us
            case act.Say(utterance=utterance, turn=number) if turn.utterance is None and number >= turn.turn:
                turn.said_us, turn.utterance = record.t_us, utterance
            case ev.PlaybackStarted(utterance=utterance) if utterance == turn.utterance:
                self.answered.append(turn.closed(record.t_us))
                self._turn = None
            case _:
                pass
