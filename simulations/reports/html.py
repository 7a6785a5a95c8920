"""A suite as one HTML file that needs nothing else: no network, no other file, no framework. Pure.

    Path("report.html").write_text(html_report(report, {"found.audio.1.wav": wav}), encoding="utf-8")

The page's own code lies in `page/` and is joined here; what callers and agents said goes in as data that is never
parsed as HTML, and the page's policy lets only the code with these very hashes run. docs/reading-the-report.md shows
how it is read.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from simulations.reports.recordings import MIME, MOST_SOUND_BYTES, Recording, embedded
from simulations.runs.records import RunRecord, SuiteReport

BUDGET_MS: Final = 1_100
"""From the end of a turn to the answer: what nine of ten and more answers to open speech are meant to keep within."""
_FOLDER: Final = Path(__file__).parent / "page"
_SCRIPTS: Final = (
    *("dom", "figures", "runs", "words", "address", "list", "overview", "lines", "costs", "comparison", "matrix"),
    *("waveform", "player", "transcript", "trace", "run", "keys", "main"),
)
"""In the order in which they need each other."""
_STYLES: Final = ("frame", "overview", "run", "paper")
_SLOT: Final = re.compile(r"\{\{(\w+)\}\}")


def html_report(
    report: SuiteReport,
    audio: Mapping[str, bytes],
    *,
    budget_ms: int = BUDGET_MS,
    most_sound_bytes: int = MOST_SOUND_BYTES,
) -> str:
    """The whole page. `audio` holds recordings by `RunRecord.audio`, stereo, of any kind that FFmpeg reads.

    Sound is put in up to `most_sound_bytes`, of runs that fell short first; the page says which have none and why.
    Raises UsageError where a recording can't be read.
    """
    recordings = embedded(report.runs, audio, most_bytes=most_sound_bytes)
    script, style = _script(), _style()
    slots = {
        "policy": _policy(script, style),
        "title": html.escape(f"{report.agent}: {_verdict(report)}"),
        "agent": html.escape(report.agent),
        "verdict": html.escape(_verdict(report)),
        "short": "\n".join(_row(run) for run in report.runs if run.status != "passed"),
        "style": style,
        "script": script,
        "data": _for_script(_data(report, recordings, budget_ms)),
        "sounds": "\n".join(_sound(name, each) for name, each in recordings.items() if each.sound is not None),
    }
    # In one pass, so that nothing that is put in can ask for more.
    return _SLOT.sub(lambda found: slots[found[1]], _source("page.html"))


def _verdict(report: SuiteReport) -> str:
    passed = sum(run.status == "passed" for run in report.runs)
    if not report.runs:
        return "no runs"
    whole = "" if report.complete else f", {report.planned} planned"
    return f"{passed} of {len(report.runs)} runs passed{whole}"


def _row(run: RunRecord) -> str:
    """For browsers and CI servers that run no scripts."""
    missed = [
        f"{check.expectation}: wanted {check.wanted}, found {check.found}" for check in run.checks if not check.holds
    ]
    told = (run.key.text, run.status, "; ".join(missed) if missed else run.reason)
    return f"<tr>{''.join(f'<td>{html.escape(each)}</td>' for each in told)}</tr>"


def _data(report: SuiteReport, recordings: Mapping[str, Recording], budget_ms: int) -> Any:
    """The report as it is, and beside it what only a page wants."""
    drawn = {
        name: {"peaks": each.peaks, "duration_ms": each.duration_ms, "why_none": each.why_none}
        for name, each in recordings.items()
    }
    return {"report": _brief(msgspec.to_builtins(report)), "recordings": drawn, "budget_ms": budget_ms}


def _brief(value: Any) -> Any:
    """Without what is None: a third of a report, and the same to JavaScript."""
    if isinstance(value, dict):
        return {key: _brief(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_brief(each) for each in value]
    return value


def _for_script(data: Any) -> str:
    """JSON in which no tag can begin or end, whatever somebody said."""
    text = msgspec.json.encode(data).decode("utf-8")
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _sound(name: str, recording: Recording) -> str:
    """Apart from the data, so that opening the page need not read it."""
    assert recording.sound is not None
    data = base64.b64encode(recording.sound).decode("ascii")
    return f'<script type="text/plain" data-mime="{MIME}" data-sound="{html.escape(name)}">{data}</script>'


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src 'sha256-{_sha256(script)}'; style-src 'sha256-{_sha256(style)}'; "
        "media-src blob:; base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


@functools.cache
def _script() -> str:
    """One scope of its own around all of them."""
    parts = "\n".join(_source(f"{name}.js") for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();'


@functools.cache
def _style() -> str:
    return "\n".join(_source(f"{name}.css") for name in _STYLES)


@functools.cache
def _source(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
