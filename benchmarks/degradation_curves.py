"""Draws curves of degradation as SVG: success and word errors, against noise and against loss. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

import msgspec

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 360, 230, 62, 54, 78
_COLOURS: Final = ("#1f6fb4", "#d1662a", "#4c8c3b", "#8d4fa8", "#b33a4a")
_DASHES: Final = ("", "6 3", "2 3", "8 3 2 3", "4 4")
_PANELS: Final = (
    ("snr_db", "signal-to-noise ratio, dB", (20.0, 0.0)),
    ("loss_percent", "packets lost, %", (0.0, 20.0)),
)
_MEASURES: Final = (("success", "calls that came to their end, %"), ("wer", "word errors, %"))


class Curve(msgspec.Struct, frozen=True):
    """`name` ends in `snr_db` or `loss_percent`, which is what `at` are; `success` and `wer` are percent."""

    name: str
    at: tuple[float, ...]
    success: tuple[float, ...]
    wer: tuple[float, ...]


def drawn(curves: Sequence[Curve]) -> str:
    """A whole SVG file: two rows by two columns, the better line always on the left."""
    width = 2 * _LEFT + 2 * _WIDTH + 20
    height = _TOP + 2 * (_HEIGHT + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>Task success and word errors against noise and loss</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for column, (suffix, label, span) in enumerate(_PANELS):
        chosen = [curve for curve in curves if curve.name.endswith(suffix)]
        for row, (measure, title) in enumerate(_MEASURES):
            left, top = _LEFT + column * (_WIDTH + _LEFT), _TOP + row * (_HEIGHT + _GAP)
            parts += _panel(left, top, f"{title}", label, span)
            parts += _lines(chosen, measure, left, top, span)
        parts += _legend(chosen, suffix, _LEFT + column * (_WIDTH + _LEFT))
    return "\n".join([*parts, "</svg>", ""])


def _panel(left: int, top: int, title: str, label: str, span: tuple[float, float]) -> Iterator[str]:
    """Frame, grid, ticks and words."""
    yield f'<text x="{left}" y="{top - 8}" font-weight="bold">{escape(title)}</text>'
    for percent in range(0, 101, 20):
        y = _y(percent, top)
        yield f'<line x1="{left}" y1="{y:.1f}" x2="{left + _WIDTH}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{percent}</text>'
    for at in range(0, 21, 5):
        x = _x(at, left, span)
        yield f'<line x1="{x:.1f}" y1="{top + _HEIGHT}" x2="{x:.1f}" y2="{top + _HEIGHT + 5}" stroke="#444444"/>'
        yield f'<text x="{x:.1f}" y="{top + _HEIGHT + 18}" text-anchor="middle">{at}</text>'
    yield f'<rect x="{left}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#444444"/>'
    yield f'<text x="{left + _WIDTH / 2}" y="{top + _HEIGHT + 36}" text-anchor="middle">{escape(label)}</text>'


def _lines(curves: Sequence[Curve], measure: str, left: int, top: int, span: tuple[float, float]) -> Iterator[str]:
    for number, curve in enumerate(curves):
        values: Mapping[str, tuple[float, ...]] = {"success": curve.success, "wer": curve.wer}
        places = [
            (_x(at, left, span), _y(min(value, 100.0), top))
            for at, value in zip(curve.at, values[measure], strict=True)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{path}" fill="none" {_stroke(number)}/>'
        for x, y in places:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_COLOURS[number % len(_COLOURS)]}"/>'


def _legend(curves: Sequence[Curve], suffix: str, left: int) -> Iterator[str]:
    x = left
    for number, curve in enumerate(curves):
        name = curve.name.removesuffix(f"_{suffix}").replace("_", " ")
        yield f'<line x1="{x}" y1="16" x2="{x + 28}" y2="16" {_stroke(number)}/>'
        yield f'<text x="{x + 34}" y="20">{escape(name)}</text>'
        x += 60 + 8 * len(name)


def _stroke(number: int) -> str:
    dash = _DASHES[number % len(_DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{_COLOURS[number % len(_COLOURS)]}" stroke-width="2"{dashed}'


def _x(at: float, left: int, span: tuple[float, float]) -> float:
    return left + _WIDTH * (at - span[0]) / (span[1] - span[0])


def _y(percent: float, top: int) -> float:
    return top + _HEIGHT * (1 - percent / 100)
