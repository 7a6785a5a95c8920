"""Writes a chart as one SVG: readable by eye and by screen reader, in light and dark, with no font of its own."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from voice_agent.journeys.explained.chart import Chart
from voice_agent.journeys.explained.layout import box_block, placed
from voice_agent.journeys.explained.shapes import BOX_WIDTH, LINE_HEIGHT, PADDING, Arrow, Outline, Shape

_EDGE: Final = 28
_TITLE: Final = 74
_ASIDE: Final = 48

_STYLE: Final = """
svg { --ink: #1d2733; --soft: #5b6b7c; --line: #8a99a8; --page: #ffffff; --box: #f4f7fa; --ask: #e3f0fd;
  --write: #fdeede; --confirm: #fff7d6; --person: #fbe4ea; --end: #e2f4e6; --fork: #ffffff; }
@media (prefers-color-scheme: dark) { svg { --ink: #e8edf2; --soft: #a3b1bf; --line: #6c7b8a; --page: #161b21;
  --box: #222a33; --ask: #1c3550; --write: #4a3119; --confirm: #453d15; --person: #4c2230; --end: #1d3d27;
  --fork: #161b21; } }
text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.title { font-size: 20px; font-weight: 600; } .goal, .note, .label { fill: var(--soft); }
.note { font-size: 12px; } .label { font-size: 12px; } .heading { font-weight: 600; font-size: 12px; }
.shape { fill: var(--box); stroke: var(--line); stroke-width: 1.2; }
.ask { fill: var(--ask); } .write { fill: var(--write); stroke-width: 2.4; } .confirm { fill: var(--confirm); }
.person { fill: var(--person); } .end { fill: var(--end); } .fork { fill: var(--fork); }
.round { fill: none; stroke-dasharray: 5 4; }
.arrow { fill: none; stroke: var(--line); stroke-width: 1.4; } .head { fill: var(--line); }
"""


def svg(chart: Chart) -> str:
    """The whole drawing, ending in a line break."""
    flow = placed(chart.parts)
    axis = _EDGE + flow.left
    shapes = [*flow.moved(axis, _TITLE)]
    width, height = axis + flow.right + _EDGE, _TITLE + flow.height + _EDGE
    if chart.aside:
        x, y = axis + flow.right + _ASIDE + BOX_WIDTH / 2, float(_TITLE)
        for box in chart.aside:
            block = box_block(box)
            shapes += block.moved(x, y)
            y += block.height + PADDING
        width, height = x + BOX_WIDTH / 2 + _EDGE, max(height, y + _EDGE)
    width = max(width, _EDGE * 2 + 8.5 * max(len(chart.title) * 1.3, len(chart.goal)))
    title, goal = escape(chart.title), escape(chart.goal)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img"><title>{title}</title><desc>{goal}</desc><style>{_STYLE}</style>\n'
        f'<rect width="100%" height="100%" fill="var(--page)"/>\n'
        f'<text class="title" x="{_EDGE}" y="34">{title}</text>\n<text class="goal" x="{_EDGE}" y="56">{goal}</text>\n'
    )
    return head + "".join(_drawn(shapes)) + "</svg>\n"


def _drawn(shapes: Iterable[Shape]) -> Iterable[str]:
    """Arrows first, so that boxes cover their ends."""
    ordered = sorted(shapes, key=lambda shape: not isinstance(shape, Arrow))
    for shape in ordered:
        yield _arrow(shape) if isinstance(shape, Arrow) else _outline(shape)


def _arrow(arrow: Arrow) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in arrow.points)
    out = f'<polyline class="arrow" points="{points}"/>\n'
    if arrow.head:
        x, y = arrow.points[-1]
        out += f'<path class="head" d="M{x - 5:.1f},{y - 8:.1f} L{x + 5:.1f},{y - 8:.1f} L{x:.1f},{y:.1f} Z"/>\n'
    if arrow.label:
        x, y = arrow.points[-1] if arrow.head else arrow.points[0]
        dy = -12 if arrow.head else -6
        out += f'<text class="label" x="{x + 8:.1f}" y="{y + dy:.1f}">{escape(arrow.label)}</text>\n'
    return out


def _outline(outline: Outline) -> str:
    out = _shape(outline)
    y = outline.y + PADDING + LINE_HEIGHT * 0.72
    if outline.kind == "round":
        y = outline.y + outline.height - len(outline.lines) * LINE_HEIGHT
    rows = [("heading", outline.heading)] if outline.heading else []
    rows += [("", line) for line in outline.lines]
    rows += [("note", line) for line in outline.notes]
    centred = outline.kind == "fork"
    x = outline.x + (outline.width / 2 if centred else PADDING)
    anchor = ' text-anchor="middle"' if centred else ""
    for name, words in rows:
        out += f'<text class="{name}" x="{x:.1f}" y="{y:.1f}"{anchor}>{escape(words)}</text>\n'
        y += LINE_HEIGHT
    return out


def _shape(outline: Outline) -> str:
    x, y, width, height = outline.x, outline.y, outline.width, outline.height
    name = f'class="shape {outline.kind}"'
    if outline.kind == "fork":
        cut = min(16.0, height / 2)
        corners = (
            *((x + cut, y), (x + width - cut, y), (x + width, y + height / 2)),
            *((x + width - cut, y + height), (x + cut, y + height), (x, y + height / 2)),
        )
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
        return f'<polygon {name} points="{points}"/>\n'
    radius = {"ask": 14, "confirm": 14, "start": 16, "end": 16, "person": 16}.get(outline.kind, 4)
    return f'<rect {name} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius}"/>\n'
