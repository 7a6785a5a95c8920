"""Draws how waits grow with the number of calls, as SVG. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

_WIDTH, _HEIGHT, _LEFT, _TOP, _BELOW = 460, 240, 64, 40, 56
_COLOURS: Final = ("#1f6fb4", "#d1662a", "#4c8c3b")
_STEPS_MS: Final = 500


def drawn(calls: Sequence[int], waits_ms: Mapping[str, Sequence[float]]) -> str:
    """A whole SVG file: a curve for each name of `waits_ms`, whose values belong to `calls`."""
    top_ms = max(_STEPS_MS, *(value for values in waits_ms.values() for value in values))
    top_ms = -(-top_ms // _STEPS_MS) * _STEPS_MS
    width, height = _LEFT + _WIDTH + 90, _TOP + _HEIGHT + _BELOW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>Waits for an answer against calls at a time</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="{_TOP - 14}" font-weight="bold">wait for an answer, ms, against calls at a time</text>',
        *_axes(calls, top_ms),
    ]
    for (name, values), colour in zip(waits_ms.items(), _COLOURS, strict=False):
        points = [(_x(each, calls), _y(value, top_ms)) for each, value in zip(calls, values, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        x, y = points[-1]
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _axes(calls: Sequence[int], top_ms: float) -> Iterator[str]:
    for at_ms in range(0, int(top_ms) + 1, _STEPS_MS):
        y = _y(at_ms, top_ms)
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_LEFT + _WIDTH}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{at_ms}</text>'
    for each in calls:
        x = _x(each, calls)
        yield f'<text x="{x:.1f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{each}</text>'


def _x(calls: int, all_calls: Sequence[int]) -> float:
    return _LEFT + _WIDTH * calls / max(all_calls)


def _y(value_ms: float, top_ms: float) -> float:
    return _TOP + _HEIGHT * (1 - value_ms / top_ms)
