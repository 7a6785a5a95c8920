"""Draws an interrupted call as SVG: both tracks of its recording, what the caller did, and what was decided. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

import numpy as np

from benchmarks.interrupted_evidence import Evidence, onsets
from voice_agent.audio import RATE_HZ, Pcm
from voice_agent.conversation import actions as act

_WIDTH, _LEFT, _RIGHT, _LANE, _TOP, _BETWEEN, _BELOW = 1_120, 64, 16, 44, 66, 30, 40
_CALLER, _AGENT, _STOP, _GO_ON, _MUTED = "#d1662a", "#1f6fb4", "#b3261e", "#4c8c3b", "#f3e3b5"
_FULL: Final = 12_000
"""This amplitude fills a lane."""


def drawn(evidence: Evidence) -> str:
    """A whole SVG file: the caller above, the agent below, shaded while it was muted, lines where it was decided.

    The recording begins where the caller had been told of it; what lies before is left out.
    """
    began_us = next((r.t_us for r in evidence.records if isinstance(r.entry, act.StartRecording)), 0)
    from_us, until_us = began_us, evidence.caller.size * 1_000_000 // RATE_HZ
    width, height = _LEFT + _WIDTH + _RIGHT, _agent_y() + _LANE + _BELOW
    scale = _Scale(from_us, max(until_us, from_us + 1))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>A call that is interrupted: caller, agent, and what was decided</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_muted(evidence, scale),
        f'<text x="8" y="{_TOP + 4}" fill="{_CALLER}">caller</text>',
        f'<text x="8" y="{_agent_y() + 4}" fill="{_AGENT}">agent</text>',
        _wave(evidence.caller, _TOP, scale, _CALLER),
        _wave(evidence.agent, _agent_y(), scale, _AGENT),
        *_cues(evidence, scale),
        *_decisions(evidence, scale),
        *_seconds(scale, height),
    ]
    return "\n".join([*parts, "</svg>", ""])


class _Scale:
    def __init__(self, from_us: int, until_us: int) -> None:
        self.from_us, self.until_us = from_us, until_us

    def x(self, t_us: float) -> float:
        return _LEFT + _WIDTH * (t_us - self.from_us) / (self.until_us - self.from_us)


def _wave(track: Pcm, y: int, scale: _Scale, colour: str) -> str:
    """The loudest sample of each pixel, up and down."""
    samples = track[scale.from_us * RATE_HZ // 1_000_000 :].astype(np.int32)
    peaks = [int(np.abs(each).max()) if each.size else 0 for each in np.array_split(samples, _WIDTH)]
    half = [max(0.5, min(1.0, peak / _FULL) * _LANE) for peak in peaks]
    above = [f"{_LEFT + at},{y - each:.1f}" for at, each in enumerate(half)]
    below = [f"{_LEFT + at},{y + each:.1f}" for at, each in reversed(list(enumerate(half)))]
    return f'<polygon points="{" ".join([*above, *below])}" fill="{colour}"/>'


def _cues(evidence: Evidence, scale: _Scale) -> Iterator[str]:
    for name, onset_us in onsets(evidence.caller, evidence.uttered).items():
        x = scale.x(onset_us)
        y = _TOP - _LANE - 6
        yield f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{_TOP + _LANE}" stroke="{_CALLER}"/>'
        yield f'<text x="{x - 2:.1f}" y="{y - 3}" font-size="10" fill="{_CALLER}">{escape(name)}</text>'


def _muted(evidence: Evidence, scale: _Scale) -> Iterator[str]:
    held_us: int | None = None
    for record in evidence.records:
        if isinstance(record.entry, act.HoldSpeaking) and held_us is None:
            held_us = record.t_us
        elif isinstance(record.entry, act.ResumeSpeaking | act.StopSpeaking) and held_us is not None:
            if record.t_us > scale.from_us:
                x, until = scale.x(max(held_us, scale.from_us)), scale.x(record.t_us)
                y, high = _agent_y() - _LANE, 2 * _LANE
                yield f'<rect x="{x:.1f}" y="{y}" width="{until - x:.1f}" height="{high}" fill="{_MUTED}"/>'
            held_us = None


def _decisions(evidence: Evidence, scale: _Scale) -> Iterator[str]:
    for record in evidence.records:
        if record.t_us <= scale.from_us:
            continue
        match record.entry:
            case act.StopSpeaking():
                colour, text = _STOP, "stop"
            case act.ResumeSpeaking():
                colour, text = _GO_ON, "go on"
            case act.TakeTurn():
                colour, text = "#555555", "turn"
            case _:
                continue
        x, y = scale.x(record.t_us), _agent_y() - _LANE
        if text != "turn":
            yield f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{y + 2 * _LANE}" stroke="{colour}"/>'
        low = y + 2 * _LANE + 11 if text == "turn" else y - 3
        yield f'<text x="{x:.1f}" y="{low}" font-size="10" fill="{colour}" text-anchor="middle">{text}</text>'


def _seconds(scale: _Scale, height: int) -> Iterator[str]:
    for second in range(-(-scale.from_us // 1_000_000), scale.until_us // 1_000_000 + 1):
        x = scale.x(second * 1_000_000)
        yield f'<line x1="{x:.1f}" y1="{height - 22}" x2="{x:.1f}" y2="{height - 18}" stroke="#555555"/>'
        if second % 2 == 0:
            yield f'<text x="{x:.1f}" y="{height - 6}" font-size="10" text-anchor="middle">{second} s</text>'


def _agent_y() -> int:
    return _TOP + 2 * _LANE + _BETWEEN
