"""Reads a tick trace of tau-voice (tau2-bench) as a timeline. Pure.

A tick is 200 ms. Of each side it says whether there was speech, of the caller also what the simulator decided and what
was mixed into its audio. Unknown keys are skipped: traces carry much that is not asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from simulations.measures.timeline import Aside, AsideKind, Spoken, Stretch, Timeline


class Insert(msgspec.Struct, frozen=True):
    """Something mixed in: `vocal_tic` or words to somebody else."""

    text: str | None = None
    type: str = "vocal_tic"


class Effects(msgspec.Struct, frozen=True):
    speech_insert: Insert | None = None


class Action(msgspec.Struct, frozen=True):
    action: str = ""


class Chunk(msgspec.Struct, frozen=True):
    contains_speech: bool | None = None
    turn_taking_action: Action | None = None
    speech_effects: Effects | None = None
    source_effects: Effects | None = None


class Tick(msgspec.Struct, frozen=True):
    agent_chunk: Chunk | None = None
    user_chunk: Chunk | None = None


class Trace(msgspec.Struct, frozen=True):
    id: str
    ticks: list[Tick] = []


def read_trace(data: bytes) -> Trace:
    """Raises msgspec.MsgspecError for another form."""
    return msgspec.json.decode(data, type=Trace)


def timeline_of(trace: Trace, tick_ms: int) -> Timeline:
    """A last tick that alone holds the caller's voice is the mark of the end, not speech, and is left out."""
    caller = [tick.user_chunk for tick in trace.ticks]
    agent = [tick.agent_chunk for tick in trace.ticks]
    if len(caller) > 1 and _speaks(caller[-1]) and not _speaks(caller[-2]):
        caller, agent = caller[:-1], agent[:-1]
    return Timeline(
        unit_ms=tick_ms,
        length=len(caller),
        caller=tuple(_spoken(caller, start, end) for start, end in _runs([_speaks(chunk) for chunk in caller])),
        agent=tuple(Stretch(start, end) for start, end in _runs([_speaks(chunk) for chunk in agent])),
        asides=tuple(_asides(caller)),
    )


def _speaks(chunk: Chunk | None) -> bool:
    return chunk is not None and chunk.contains_speech is True


def _spoken(chunks: Sequence[Chunk | None], start: int, end: int) -> Spoken:
    """The first tick says whether it is a backchannel."""
    first = chunks[start]
    decided = None if first is None else first.turn_taking_action
    contains = frozenset(_kind(insert) for chunk in chunks[start:end] for insert in _inserts(chunk))
    return Spoken(start, end, decided is not None and decided.action == "backchannel", contains)


def _asides(chunks: Sequence[Chunk | None]) -> Iterator[Aside]:
    """Inserts in ticks without the caller's speech; the same one in consecutive ticks is one aside."""
    active = [Counter[Insert]() if _speaks(chunk) else Counter(_inserts(chunk)) for chunk in chunks]
    for insert in dict.fromkeys(insert for each in active for insert in each):
        # Twice in one tick, which no trace has shown, would be two of them.
        for times in range(1, max(each[insert] for each in active) + 1):
            for start, end in _runs([each[insert] >= times for each in active]):
                yield Aside(start, end, _kind(insert))


def _inserts(chunk: Chunk | None) -> list[Insert]:
    effects = () if chunk is None else (chunk.source_effects, chunk.speech_effects)
    found = (each.speech_insert for each in effects if each is not None)
    return [insert for insert in found if insert is not None]


def _kind(insert: Insert) -> AsideKind:
    return "cough" if insert.type == "vocal_tic" else "side_talk"


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Stretches `(from, to)` of consecutive ticks that are true."""
    for on, places in groupby(range(len(flags)), key=flags.__getitem__):
        if on:
            run = list(places)
            yield run[0], run[-1] + 1
