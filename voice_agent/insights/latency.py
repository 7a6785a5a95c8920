"""How long a caller waited for each answer, and where the time went: a fold over the log.

    endpoint        end of the caller's voice to the turn being taken (recognition runs inside it)
    recognition     what the recogniser took, as it says itself
    understanding   the turn being taken to its commands
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
        self.said_us: int | None = None
        self.utterance: int | None = None


def latencies(records: Iterable[Record], *, pause_us: int) -> list[TurnLatency]:
    """One entry a spoken turn that was answered. `pause_us` is how long after the voice a pause is reported."""
    out: list[TurnLatency] = []
    voice_end_us: int | None = None
    recognition_us = 0
    turn: _Open | None = None
    for record in records:
        match record.entry:
            case ev.SpeechPaused():
                voice_end_us = record.t_us - pause_us
            case ev.Transcribed(engine_us=engine_us):
                recognition_us = engine_us
            case act.TakeTurn(turn=number) if voice_end_us is not None:
                turn = _Open(number, record.t_us, voice_end_us, recognition_us)
                voice_end_us = None
            case ev.Understood() if turn is not None:
                turn.understood_us = record.t_us
            case act.Say(utterance=utterance) if turn is not None and turn.utterance is None:
                turn.said_us, turn.utterance = record.t_us, utterance
            case ev.PlaybackStarted(utterance=utterance) if turn is not None and utterance == turn.utterance:
                out.append(_closed(turn, record.t_us))
                turn = None
            case _:
                pass
    return out


def _closed(turn: _Open, started_us: int) -> TurnLatency:
    said_us = turn.understood_us if turn.said_us is None else turn.said_us
    return TurnLatency(
        turn.turn,
        turn.taken_us - turn.voice_end_us,
        turn.recognition_us,
        turn.understood_us - turn.taken_us,
        said_us - turn.understood_us,
        started_us - said_us,
    )
