"""The phases of a jitter buffer's output, and its one table of transitions. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Phase(Enum):
    """What a jitter buffer gives out."""

    EMPTY = "empty"
    """Nothing ever came: silence."""
    FILLING = "filling"
    """Packets came, none of them is due: silence."""
    PLAYING = "playing"
    CONCEALING = "concealing"
    """Made-up samples, fading."""
    SILENT = "silent"
    """Nothing came for longer than the fade."""


class Cue(Enum):
    """What happened to it."""

    ANCHORED = "anchored"
    """The first packet was given its place in time."""
    WHOLE = "whole"
    """Every sample of the frame due was there."""
    HOLED = "holed"
    """Samples of the frame due were missing and made up."""
    FADED = "faded"
    """All were missing, and the fade was over."""


TRANSITIONS: Final[Mapping[tuple[Phase, Cue], Phase]] = MappingProxyType({
    (Phase.EMPTY, Cue.ANCHORED): Phase.FILLING,
    (Phase.FILLING, Cue.WHOLE): Phase.PLAYING,
    (Phase.FILLING, Cue.HOLED): Phase.CONCEALING,
    (Phase.PLAYING, Cue.WHOLE): Phase.PLAYING,
    (Phase.PLAYING, Cue.HOLED): Phase.CONCEALING,
    (Phase.CONCEALING, Cue.WHOLE): Phase.PLAYING,
    (Phase.CONCEALING, Cue.HOLED): Phase.CONCEALING,
    (Phase.CONCEALING, Cue.FADED): Phase.SILENT,
    (Phase.SILENT, Cue.WHOLE): Phase.PLAYING,
    (Phase.SILENT, Cue.HOLED): Phase.CONCEALING,
    (Phase.SILENT, Cue.FADED): Phase.SILENT,
})  # fmt: skip


def advance(phase: Phase, cue: Cue) -> Phase:
    """The next phase; KeyError for a pair the table does not have, which is a defect of the caller."""
    return TRANSITIONS[phase, cue]
