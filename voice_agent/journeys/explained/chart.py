"""What a flowchart of a journey holds, before anything has a place: boxes in a row, forks and rounds. Pure data."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

BoxKind: TypeAlias = Literal["start", "ask", "look_up", "write", "confirm", "say", "journey", "person", "end"]


class Box(msgspec.Struct, frozen=True, tag=True):
    """One thing that is done. `heading` is a word or two, `text` what is said or meant, `notes` what else holds (rules
    of a write, values of a slot). `ends`: nothing comes after it."""

    kind: BoxKind
    heading: str
    text: str = ""
    notes: tuple[str, ...] = ()
    ends: bool = False


class Fork(msgspec.Struct, frozen=True, tag=True):
    """A condition, and what is done where it holds and where it doesn't."""

    condition: str
    yes: tuple[Part, ...]
    no: tuple[Part, ...]
    yes_label: str = "yes"
    no_label: str = "no"


class Round(msgspec.Struct, frozen=True, tag=True):
    """Parts that are gone through again: `until` says how long."""

    until: str
    parts: tuple[Part, ...]


Part: TypeAlias = Box | Fork | Round


class Chart(msgspec.Struct, frozen=True):
    """A whole journey. `aside` are boxes beside it: what may happen at any point, such as asking for a person."""

    title: str
    goal: str
    parts: tuple[Part, ...]
    aside: tuple[Box, ...] = ()
