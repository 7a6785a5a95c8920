"""Gives the parts of a chart their places: from top to bottom, forks side by side, "yes" on the left.

A structured flowchart needs no graph drawing: every part is a block with one way in and at most one way out, and blocks
are put below or beside each other.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Final, assert_never

from voice_agent.journeys.explained.chart import Box, Fork, Part, Round
from voice_agent.journeys.explained.shapes import BOX_WIDTH, LINE_HEIGHT, PADDING, Arrow, Block, Outline, Shape

_GAP: Final = 30
_BETWEEN: Final = 36
_CHARACTERS: Final = 34
"""What fits into a line of a box, at 13 pixels."""
_MARGIN: Final = 18
_LABEL: Final = 36


def placed(parts: Iterable[Part]) -> Block:
    """Everything in `parts`, one below the other, joined by arrows."""
    shapes: list[Shape] = []
    left = right = y = 0.0
    ends = False
    for at, part in enumerate(parts):
        if at > 0:
            shapes.append(Arrow(((0.0, y), (0.0, y + _GAP))))
            y += _GAP
        block = _block(part)
        shapes += block.moved(0.0, y)
        y += block.height
        left, right, ends = max(left, block.left), max(right, block.right), block.ends
        if ends:
            break
    return Block(tuple(shapes), left, right, y, ends)


def _block(part: Part) -> Block:
    match part:
        case Box():
            return box_block(part)
        case Fork():
            return _fork(part)
        case Round():
            return _round(part)
        case _:
            assert_never(part)


def box_block(box: Box) -> Block:
    """One box, as high as its words need."""
    lines = _wrapped(box.text)
    notes = tuple(line for note in box.notes for line in _wrapped(note))
    rows = (1 if box.heading else 0) + len(lines) + len(notes)
    height = rows * LINE_HEIGHT + 2 * PADDING
    outline = Outline(-BOX_WIDTH / 2, 0.0, BOX_WIDTH, height, box.kind, box.heading, lines, notes)
    return Block((outline,), BOX_WIDTH / 2, BOX_WIDTH / 2, height, box.ends)


def _wrapped(text: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, _CHARACTERS))


def _fork(fork: Fork) -> Block:
    lines = _wrapped(f"{fork.condition}?")
    top = len(lines) * LINE_HEIGHT + 2 * PADDING
    outline = Outline(-BOX_WIDTH / 2, 0.0, BOX_WIDTH, top, "fork", "", lines)
    yes, no = placed(fork.yes), placed(fork.no)
    yes_x = -(yes.right + _BETWEEN / 2)
    no_x = no.left + _BETWEEN / 2
    if not fork.no:
        yes_x, no_x = 0.0, yes.right + _BETWEEN
    start = top + _LABEL
    shapes: list[Shape] = [outline]
    shapes.append(_into(yes_x, top, start, fork.yes_label, head=bool(fork.yes)))
    shapes += yes.moved(yes_x, start)
    if fork.no:
        shapes.append(_into(no_x, top, start, fork.no_label, head=True))
        shapes += no.moved(no_x, start)
    bottom = start + max(yes.height, no.height) + _GAP / 2
    ends = yes.ends and no.ends and bool(fork.no)
    if not yes.ends:
        shapes.append(_out_of(yes_x, start + yes.height, bottom))
    if not fork.no:
        shapes.append(_past(no_x, top, bottom, fork.no_label))
    elif not no.ends:
        shapes.append(_out_of(no_x, start + no.height, bottom))
    left = max(BOX_WIDTH / 2, yes.left - yes_x)
    right = max(BOX_WIDTH / 2, (no.right if fork.no else 0.0) + no_x, yes.right + yes_x)
    return Block(tuple(shapes), left, right, max(start + yes.height, start + no.height) if ends else bottom, ends)


def _into(x: float, top: float, start: float, label: str, *, head: bool) -> Arrow:
    """From the lower edge of a fork down into the column at `x`."""
    reach = BOX_WIDTH / 2 - 2 * PADDING  # beyond that its corners are cut
    edge = max(-reach, min(reach, x))
    if edge == x:
        return Arrow(((x, top), (x, start)), label, head)
    return Arrow(((edge, top), (edge, top + 8), (x, top + 8), (x, start)), label, head)


def _out_of(x: float, end: float, bottom: float) -> Arrow:
    return Arrow(((x, end), (x, bottom), (0.0, bottom)), head=False)


def _past(x: float, top: float, bottom: float, label: str) -> Arrow:
    """Round a column that is for "yes" only."""
    middle = top / 2
    return Arrow(((BOX_WIDTH / 2, middle), (x, middle), (x, bottom), (0.0, bottom)), label, head=False)


def _round(part: Round) -> Block:
    """A frame around what is repeated, with the reason to stop in its foot."""
    inner = placed(part.parts)
    lines = _wrapped(part.until)
    foot = len(lines) * LINE_HEIGHT + PADDING
    left, right = inner.left + _MARGIN, inner.right + _MARGIN
    height = _MARGIN + inner.height + PADDING + foot
    frame = Outline(-left, 0.0, left + right, height, "round", "", lines)
    way_in = Arrow(((0.0, 0.0), (0.0, _MARGIN)))
    return Block((frame, way_in, *inner.moved(0.0, _MARGIN)), left, right, height, inner.ends)
