"""The page of a report: whole in one file, with the data as it is, and nothing in it that anybody said can run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pytest

from simulations.reports import html
from simulations.reports.html import html_report
from simulations.reports.recording_folder import RecordingFolder
from simulations.reports.recordings import embedded
from simulations.runs.records import RunRecord
from tests.simulations.reports.suites import HOSTILE, a_report, a_run, every_kind, failed_run, recording
from voice_agent.errors import UsageError

PAGE: Final = Path(html.__file__).parent / "page"


class Parts(HTMLParser):
    """Elements of a page with their attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is not None:
            self.texts[-1] += data

    def scripts(self, kind: str | None) -> list[str]:
        return [
            text
            for (tag, attributes), text in zip(self.elements, self.texts, strict=True)
            if tag == "script" and attributes.get("type") == kind
        ]


def data_of(page: str) -> Any:
    return json.loads(Parts(page).scripts("application/json")[0])


def test_the_page_holds_the_report_without_what_is_none() -> None:
    report = every_kind()
    held = data_of(html_report(report, {}))["report"]
    assert msgspec.convert(held["runs"], tuple[RunRecord, ...]) == report.runs
    assert held["comparison"]["pairs"] == 6
    assert "blame" not in held["runs"][0]


def test_the_title_says_what_came_of_it() -> None:
    assert "<title>Riverside Broadband: 5 of 7 runs passed</title>" in html_report(every_kind(), {})
    halted = a_report([a_run()], complete=False, planned=9)
    assert "<title>Riverside Broadband: 1 of 1 runs passed, 9 planned</title>" in html_report(halted, {})
    assert "<title>Riverside Broadband: no runs</title>" in html_report(a_report([]), {})


def test_what_fell_short_is_told_where_no_script_may_run() -> None:
    report = a_report([a_run("fine"), failed_run("refund", variant="<row>")])
    static = html_report(report, {}).split("<noscript>")[1].split("</noscript>")[0]
    assert "<td>refund/&lt;row&gt;/audio/1</td><td>failed</td>" in static
    assert "outcome: wanted track_order.resolved, found outcomes: none" in static
    assert "fine" not in static


def test_the_page_needs_nothing_else() -> None:
    page = html_report(every_kind(), {"clean.1.wav": recording()})
    elements = Parts(page).elements
    assert [tag for tag, attributes in elements if attributes.keys() & {"src", "srcset", "data", "action"}] == []
    assert [tag for tag, attributes in elements if not str(attributes.get("href", "#")).startswith("#")] == []
    assert re.findall(r"@import|@font-face|url\(|\bfetch\(|XMLHttpRequest|import\(", page) == []


@pytest.mark.parametrize("said", HOSTILE)
def test_what_anybody_said_begins_and_ends_no_tag(said: str) -> None:
    plain, hostile = (
        html_report(
            a_report([failed_run(greeting=text, about=text, reason=text, problems=(text,), audio=name)], agent=text),
            {name: recording(200)},
        )
        for text, name in (("hello", "a.wav"), (said, said))
    )
    assert [tag for tag, _ in Parts(hostile).elements] == [tag for tag, _ in Parts(plain).elements]
    assert data_of(hostile)["report"]["runs"][0]["greeting"] == said
    assert Parts(hostile).scripts(None) == Parts(plain).scripts(None)


def test_only_the_pages_own_code_may_run() -> None:
    page = html_report(every_kind(), {})
    parts = Parts(page)
    policy = next(str(each["content"]) for tag, each in parts.elements if tag == "meta" and "http-equiv" in each)
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    (script,) = parts.scripts(None)
    assert allowed["default-src"] == "'none'"
    assert allowed["script-src"] == f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_pages_code_never_takes_text_for_html() -> None:
    for path in PAGE.glob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", source) == []


def test_no_name_is_given_twice_where_all_sources_share_one_scope() -> None:
    given = [
        name
        for path in sorted(PAGE.glob("*.js"))
        for name in re.findall(r"^(?:function|const|let) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(given) > 100
    assert [name for name, times in Counter(given).items() if times > 1] == []


def test_every_source_of_the_page_is_in_it_and_can_be_read_at_once() -> None:
    joined = {f"{name}.js" for name in html._SCRIPTS} | {f"{name}.css" for name in html._STYLES} | {"page.html"}
    assert {path.name for path in PAGE.iterdir()} == joined
    assert [path.name for path in PAGE.iterdir() if path.read_text(encoding="utf-8").count("\n") > 300] == []


def test_sound_is_carried_as_opus_and_its_shape_as_peaks() -> None:
    wav = recording()
    page = html_report(a_report([a_run(audio="a.wav")]), {"a.wav": wav})
    sound = base64.b64decode(Parts(page).scripts("text/plain")[0])
    assert b"OpusHead" in sound
    assert len(sound) < len(wav) / 3
    drawn = data_of(page)["recordings"]["a.wav"]
    peaks = np.frombuffer(base64.b64decode(drawn["peaks"]), np.uint8).reshape(2, -1)
    assert drawn["duration_ms"] == 4_000
    assert peaks.shape == (2, 200)
    assert peaks[0, :100].min() > 100
    assert peaks[0, 100:].max() == 0
    assert peaks[1, 100:].min() > 100


def test_failed_runs_have_sound_first_and_the_others_a_reason_why_not() -> None:
    runs = [a_run("one", audio="one.wav"), failed_run("two", audio="two.wav"), a_run("three", audio="three.wav")]
    audio = {f"{name}.wav": recording() for name in ("one", "two", "three")}
    size = len(embedded(runs[:1], audio, most_bytes=1_000_000)["one.wav"].sound or b"")
    found = embedded(runs, audio, most_bytes=size + 1)
    assert {name for name, each in found.items() if each.sound is not None} == {"two.wav"}
    assert "of failed runs first" in found["one.wav"].why_none
    assert found["one.wav"].peaks == found["two.wav"].peaks


def test_a_recording_that_is_missing_is_left_out_and_one_that_is_none_is_an_error() -> None:
    report = a_report([a_run(audio="a.wav")])
    assert data_of(html_report(report, {}))["recordings"] == {}
    with pytest.raises(UsageError, match=r"a\.wav is no recording that can be read"):
        html_report(report, {"a.wav": b"RIFFnothing"})
    assert embedded(report.runs, {"a.wav": recording(0)}, most_bytes=1_000_000)["a.wav"].duration_ms == 0


def test_recordings_are_read_from_their_folder_when_they_are_wanted(tmp_path: Path) -> None:
    folder = tmp_path / "audio"
    folder.mkdir()
    (folder / "a.wav").write_bytes(recording())
    (tmp_path / "secret.wav").write_bytes(recording())
    audio = RecordingFolder(folder)
    page = html_report(a_report([a_run(audio="a.wav"), a_run("b", audio="../secret.wav"), a_run("c", audio="")]), audio)
    assert list(data_of(page)["recordings"]) == ["a.wav"]
    assert list(audio) == ["a.wav"]
    with pytest.raises(KeyError):
        audio["../secret.wav"]
    assert len(RecordingFolder(None)) == 0
    assert "a.wav" not in RecordingFolder(None)


def test_words_can_be_read_on_what_they_stand_on() -> None:
    """WCAG's contrast for text, 4.5 and more, in both themes."""
    text = (PAGE / "frame.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+(?:-sheet)?): light-dark\((#\w{6}, #\w{6})\)", text))
    both = {name: pair.split(", ") for name, pair in colours.items()}
    tinted = [(name, f"{name}-sheet") for name in ("passed", "failed", "mixed", "error")]
    plain = [
        (word, sheet)
        for word in ("ink", "muted", "accent", "caller", "agent", "failed", "mixed")
        for sheet in ("paper", "sheet", "chosen")
    ]
    others = [("ink", "failed-sheet"), ("muted", "failed-sheet"), ("ink", "mixed-sheet"), ("muted", "sunk")]
    low = [
        (word, sheet, theme)
        for word, sheet in (*tinted, *plain, *others)
        for theme in (0, 1)
        if _contrast(both[word][theme], both[sheet][theme]) < 4.5
    ]
    assert low == []


def _contrast(one: str, other: str) -> float:
    lights = sorted((_luminance(colour) for colour in (one, other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at:end], 16) / 255 for at, end in pairwise((1, 3, 5, 7))]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
