"""Waits of callers as `voice_to_voice` keeps and reports them: by what was expected, by length, by stage. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from benchmarks.matched_turns import MatchedTurn
from benchmarks.statistics import spread

BANDS: Final = ((0, 1_000), (1_000, 2_000), (2_000, 4_000), (4_000, None))
"""Lengths of what the caller said, in milliseconds, from its first voice to its last."""
EXPECTED: Final = ("yes_no", "digits", "choice")
"""Where the answer is one of few, or has a known form."""
FRAME_MS: Final = 20
STAGES: Final = ("endpoint", "recognition", "understanding", "deciding", "synthesis", "playout", "total")


class MeasuredTurn(msgspec.Struct, frozen=True):
    """One turn of a caller's, in milliseconds, as measured: nothing is subtracted yet.

    `wait_ms` is until the first sound, `relevant_ms` until the first that is no filler; None where none came (or the
    agent began before the end: `spoken_over`). `stages` are the log's; `decided_ms` is the delay from the end of voice
    that endpointing decided on, None where words came later than it; `buffer_ms` is the jitter buffer's.
    """

    expected: str
    purpose: str
    voice_ms: float
    wait_ms: float | None
    relevant_ms: float | None
    spoken_over: bool = False
    stages: dict[str, float] | None = None
    decided_ms: float | None = None
    buffer_ms: float = 0.0


def measured(turn: MatchedTurn, buffer_ms: float) -> MeasuredTurn:
    """A wait that was found in the log, with the jitter buffer's delay in its call."""
    wait = turn.wait
    stages = None
    if turn.stages is not None:
        stages = {name: getattr(turn.stages, f"{name}_us") / 1_000 for name in STAGES}
    wait_ms = None if wait.wait_us is None else wait.wait_us / 1_000
    relevant_ms = wait_ms if turn.purpose != "filler" else None
    if turn.relevant_us is not None:
        relevant_ms = (turn.relevant_us - wait.ended_us) / 1_000
    return MeasuredTurn(
        turn.expected,
        turn.purpose,
        (wait.ended_us - wait.began_us) / 1_000,
        wait_ms,
        relevant_ms,
        wait.spoken_over,
        stages,
        None if turn.decided_us is None else turn.decided_us / 1_000,
        buffer_ms,
    )


def figures(turns: Sequence[MeasuredTurn], calibration_ms: float) -> dict[str, Any]:
    """The tree that is printed. `calibration_ms` is subtracted from every wait, and from nothing else."""
    answered = [turn for turn in turns if turn.wait_ms is not None]
    kinds = sorted({turn.expected for turn in answered})
    return {
        "turns": len(turns),
        "unanswered": sum(turn.wait_ms is None and not turn.spoken_over for turn in turns),
        "spoken_over": sum(turn.spoken_over for turn in turns),
        "first_audio_ms": spread(first_audio(answered, calibration_ms)),
        "first_relevant_audio_ms": spread(
            [turn.relevant_ms - calibration_ms for turn in answered if turn.relevant_ms is not None]
        ),
        "by_expected_ms": {
            kind: spread(first_audio([turn for turn in answered if turn.expected == kind], calibration_ms))
            for kind in kinds
        },
        "by_length_ms": {
            _name(band): spread(first_audio([turn for turn in answered if _within(turn, band)], calibration_ms))
            for band in BANDS
        },
        "by_purpose_ms": {
            purpose: spread(first_audio([turn for turn in answered if turn.purpose == purpose], calibration_ms))
            for purpose in sorted({turn.purpose for turn in answered})
        },
        "by_stage_ms": {
            stage: spread([turn.stages[stage] for turn in answered if turn.stages is not None]) for stage in STAGES
        },
    }


def first_audio(turns: Sequence[MeasuredTurn], calibration_ms: float) -> list[float]:
    return [turn.wait_ms - calibration_ms for turn in turns if turn.wait_ms is not None]


def expecting(turns: Sequence[MeasuredTurn], *, something: bool) -> list[MeasuredTurn]:
    """Turns in which the journey expected something of a known form; or else open speech."""
    return [turn for turn in turns if (turn.expected in EXPECTED) == something and turn.expected != "unknown"]


def overheads(turns: Sequence[MeasuredTurn], calibration_ms: float) -> list[float]:
    """Of the server alone: waits without the endpoint's delay, the jitter buffer's, and one packet."""
    return [
        turn.wait_ms - calibration_ms - turn.decided_ms - turn.buffer_ms - FRAME_MS
        for turn in turns
        if turn.wait_ms is not None and turn.decided_ms is not None
    ]


def _within(turn: MeasuredTurn, band: tuple[int, int | None]) -> bool:
    return band[0] <= turn.voice_ms and (band[1] is None or turn.voice_ms < band[1])


def _name(band: tuple[int, int | None]) -> str:
    return f"from_{band[0]}" if band[1] is None else f"{band[0]}_to_{band[1]}"
