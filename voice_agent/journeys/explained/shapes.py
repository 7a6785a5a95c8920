"""Shapes with places: what a drawing consists of, in pixels, with the flow's axis at x = 0. Pure data."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from voice_agent.journeys.explained.chart import BoxKind

Kind: TypeAlias = BoxKind | Literal["fork", "round"]

LINE_HEIGHT: Final = 18
PADDING: Final = 12
BOX_WIDTH: Final = 272


class Outline(msgspec.Struct, frozen=True):
    """A box at `x`, `y` (upper left corner). `heading`, `lines` and `notes` stand in it one below the other."""

    x: float
    y: float
    width: float
    height: float
    kind: Kind
    heading: str = ""
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def moved(self, dx: float, dy: float) -> Outline:
        return msgspec.structs.replace(self, x=self.x + dx, y=self.y + dy)


class Arrow(msgspec.Struct, frozen=True):
    """A line through `points`; `label` stands beside its first stretch. `head`: it ends in an arrowhead."""

    points: tuple[tuple[float, float], ...]
    label: str = ""
    head: bool = True

    def moved(self, dx: float, dy: float) -> Arrow:
        return msgspec.structs.replace(self, points=tuple((x + dx, y + dy) for x, y in self.points))


Shape: TypeAlias = Outline | Arrow


class Block(msgspec.Struct, frozen=True):
    """Shapes that belong together. The flow enters at (0, 0) and leaves at (0, `height`), unless it `ends` inside;
    `left` and `right` are how far they reach to both sides of the axis, as positive numbers."""

    shapes: tuple[Shape, ...]
    left: float
    right: float
    height: float
    ends: bool = False

    def moved(self, dx: float, dy: float) -> tuple[Shape, ...]:
        return tuple(shape.moved(dx, dy) for shape in self.shapes)
