"""Who spoke when, in whole units of time, and what the caller was doing: what turn-taking is measured on. Pure data.

A unit is a window of 10 ms for our own calls and a tick of 200 ms for traces of tau-voice. Positions count units from
the beginning of the call; an end is excluded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from simulations.loudness import WINDOW_MS, voiced_runs
from simulations.timing import GAP, LEAST

DeedKind: TypeAlias = Literal["line", "keys", "interruption", "backchannel", "cough", "side_talk"]
"""What a caller does. `line`, `keys` and `interruption` are turns: an answer is wanted. The others are none."""
AsideKind: TypeAlias = Literal["cough", "side_talk"]
"""`cough` is tau-voice's vocal tic, `side_talk` its speech that is not directed at the agent."""

TURNS: Final[frozenset[DeedKind]] = frozenset({"line", "keys", "interruption"})


class Deed(msgspec.Struct, frozen=True):
    """One thing the caller did, in windows of 10 ms. One that `continues` belongs to the turn before it."""

    kind: DeedKind
    start: int
    end: int
    continues: bool = False


class Stretch(msgspec.Struct, frozen=True):
    """One side speaks."""

    start: int
    end: int

    def covers(self, at: int) -> bool:
        return self.start <= at < self.end


class Spoken(Stretch, frozen=True):
    """The caller's voice, meant for the agent; `contains` are coughs and side talk inside it."""

    backchannel: bool = False
    contains: frozenset[AsideKind] = frozenset()


class Aside(Stretch, frozen=True):
    """A cough or words to somebody else, apart from what the caller says to the agent."""

    kind: AsideKind = "cough"


class Timeline(msgspec.Struct, frozen=True):
    """One call of `length` units of `unit_ms`. Stretches of each side are in order and don't overlap."""

    unit_ms: int
    length: int
    caller: tuple[Spoken, ...]
    agent: tuple[Stretch, ...]
    asides: tuple[Aside, ...] = ()


class Turn(msgspec.Struct, frozen=True):
    """Deeds that belong together, from the beginning of the first to the end of the last, pauses included."""

    start: int
    end: int


def turns_of(deeds: Sequence[Deed]) -> list[Turn]:
    """What the caller wants an answer to."""
    turns: list[Turn] = []
    for deed in deeds:
        if deed.kind not in TURNS:
            continue
        if deed.continues and turns:
            turns[-1] = Turn(turns[-1].start, deed.end)
        else:
            turns.append(Turn(deed.start, deed.end))
    return turns


def call_timeline(
    sent: bytes | bytearray, heard: bytes | bytearray, deeds: Sequence[Deed], ended: int | None = None
) -> Timeline:
    """A call of ours: `sent` and `heard` have one byte a window, 1 for voice; nothing from window `ended` on counts.

    A turn is one stretch from its first voice to its last, a line's hesitation included; what has no voice (keys) is
    none. The agent's voice is one stretch over pauses of less than 250 ms.
    """
    length = call_length(sent, heard, ended)
    turns = [span for turn in turns_of(deeds) if (span := _voiced_span(sent, turn.start, min(turn.end, length)))]
    caller = [Spoken(start, end) for start, end in turns]
    asides: list[Aside] = []
    for deed in deeds:
        span = _voiced_span(sent, deed.start, min(deed.end, length))
        if span is None:
            continue
        match deed.kind:
            case "cough" | "side_talk" as kind:
                asides.append(Aside(*span, kind))
            case "backchannel":
                caller.append(Spoken(*span, backchannel=True))
            case _:
                pass  # a turn
    caller.sort(key=lambda spoken: spoken.start)
    agent = tuple(Stretch(start, end) for start, end in voiced_stretches(heard, 0, length))
    return Timeline(WINDOW_MS, length, tuple(caller), agent, tuple(asides))


def call_length(sent: bytes | bytearray, heard: bytes | bytearray, ended: int | None) -> int:
    """Windows that count."""
    both = min(len(sent), len(heard))
    return both if ended is None else min(ended, both)


def voiced_stretches(track: bytes | bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """Voice between two windows, joined over pauses of less than 250 ms; clicks of one window are dropped."""
    return [(start + first, start + last) for first, last in voiced_runs(track[start:end], gap=GAP, least=LEAST)]


def _voiced_span(track: bytes | bytearray, start: int, end: int) -> tuple[int, int] | None:
    first = track.find(1, start, end)
    return None if first < 0 else (first, track.rfind(1, start, end) + 1)
