"""Draws what the benchmark `endpointing` found as SVG: turns cut off against latency, one panel a group. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from benchmarks.endpointing_rules import Point

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 380, 250, 60, 70, 60
_MOST_MS: Final = 1_600.0
_LINES: Final = (
    ("product", "voice-agent", "#1f6fb4", ""),
    ("product_without_prosody", "without smart-turn", "#1f6fb4", "5 3"),
    ("product_with_words_in_time", "the same, words in time", "#1f6fb4", "2 3"),
    ("silence", "fixed silence", "#d1662a", ""),
    ("smart_turn", "smart-turn alone", "#4c8c3b", ""),
)
_TITLES: Final = {"expected": "something is expected", "open": "open speech"}


def drawn(found: Mapping[str, Mapping[str, Sequence[Point]]]) -> str:
    """A whole SVG file. `found` is group to rule to points."""
    width, height = 2 * (_LEFT + _WIDTH) + 20, _TOP + _HEIGHT + _GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>Turns cut off against mean latency</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for column, (group, title) in enumerate(_TITLES.items()):
        left = _LEFT + column * (_LEFT + _WIDTH)
        parts += _panel(left, f"turns cut off, %, where {title}")
        for rule, _, colour, dash in _LINES:
            parts.append(_line(frontier(found[group][rule]), left, colour, dash))
        operating = next(each for each in found[group]["product"] if each.setting == "patience 1")
        x, y = _at(operating, left)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#1f6fb4"/>')
    parts += _legend()
    return "\n".join([*parts, "</svg>", ""])


def frontier(points: Sequence[Point]) -> list[Point]:
    """The points that no other beats in both, fastest first."""
    out: list[Point] = []
    for each in sorted(points, key=lambda one: (one.mean_ms, one.turns_cut)):
        if not out or each.turns_cut < out[-1].turns_cut:
            out.append(each)
    return out


def _at(each: Point, left: int) -> tuple[float, float]:
    return left + _WIDTH * each.mean_ms / _MOST_MS, _TOP + _HEIGHT * (1 - each.turns_cut / 100)


def _panel(left: int, title: str) -> Iterator[str]:
    yield f'<text x="{left}" y="{_TOP - 10}" font-weight="bold">{title}</text>'
    for percent in range(0, 101, 20):
        y = _TOP + _HEIGHT * (1 - percent / 100)
        yield f'<line x1="{left}" y1="{y:.1f}" x2="{left + _WIDTH}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{percent}</text>'
    for ms in range(0, int(_MOST_MS) + 1, 200):
        x = left + _WIDTH * ms / _MOST_MS
        yield f'<text x="{x:.1f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{ms}</text>'
    yield (
        f'<text x="{left + _WIDTH / 2:.1f}" y="{_TOP + _HEIGHT + 40}" text-anchor="middle">'
        "mean latency from the end of the last word, ms</text>"
    )


def _line(points: Sequence[Point], left: int, colour: str, dash: str) -> str:
    shown = [_at(each, left) for each in points if each.mean_ms <= _MOST_MS]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in shown)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def _legend() -> Iterator[str]:
    for at, (_, name, colour, dash) in enumerate(_LINES):
        x = _LEFT + at * 176
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        yield f'<line x1="{x}" y1="24" x2="{x + 24}" y2="24" stroke="{colour}" stroke-width="2"{dashed}/>'
        yield f'<text x="{x + 30}" y="28">{name}</text>'
