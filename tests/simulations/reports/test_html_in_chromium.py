"""The page of a report in a real browser: drawn without complaint, found by link, key and click, heard, and inert."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import av
import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from simulations.judges.verdicts import Vote, judgement
from simulations.reports.html import html_report
from simulations.runs.records import Blame, Check, RunTurn, SuiteReport, TraceLine
from tests.simulations.reports.suites import HOSTILE, TURNS, a_group, a_report, a_run, every_kind, failed_run, recording
from tests.testkit.chromium import Chromium

pytestmark = pytest.mark.peer("chromium")

DESK, TABLET, TELEPHONE = 1_440, 1_024, 360
LIGHT, DARK = "prefers-color-scheme:light", "prefers-color-scheme:dark"
REFUND: Final = "#run=refund/clean/audio/1"
OVERFLOW: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LISTED: Final = "[...document.querySelectorAll('#list a')].map((link) => link.dataset.run)"


def told(chromium: Chromium, selector: str) -> list[str]:
    """What is read in each element, units on one line with their numbers or not."""
    texts = chromium.evaluate(f"[...document.querySelectorAll({selector!r})].map((each) => each.innerText)")
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium.started(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of runs of every kind, with sound for all recordings but one."""
    names = ("clean.1.wav", "clean.2.wav", "street.1.wav", "refund.wav")
    return written(tmp_path_factory.mktemp("page"), every_kind(), dict.fromkeys(names, recording()))


def written(folder: Path, report: SuiteReport, audio: dict[str, bytes] | None = None) -> Path:
    path = folder / "report.html"
    path.write_text(html_report(report, {} if audio is None else audio), encoding="utf-8")
    return path


def pixels(png: bytes) -> npt.NDArray[np.uint8]:
    """`uint8[height, width, 3]`."""
    with av.open(io.BytesIO(png), "r") as container:
        frame = next(container.decode(video=0))
        return cast("npt.NDArray[np.uint8]", frame.to_ndarray(format="rgb24"))


@pytest.mark.parametrize("media", [LIGHT, DARK])
@pytest.mark.parametrize("width", [DESK, TABLET, TELEPHONE])
@pytest.mark.parametrize("address", ["", REFUND])
def test_every_view_is_drawn_within_its_width_without_complaint(
    chromium: Chromium, page: Path, width: int, media: str, address: str
) -> None:
    chromium.open(page, address=address, width=width, height=800, media=media)
    seen = pixels(chromium.screenshot())
    assert chromium.evaluate(OVERFLOW) == 0
    assert chromium.complaints == []
    assert (seen.mean() > 128) == (media == LIGHT)
    assert len(np.unique(seen[::2, ::2].reshape(-1, 3) @ np.array([1, 256, 65_536]))) > 100


def test_a_link_opens_a_run_and_keys_go_on_from_it(chromium: Chromium, page: Path) -> None:
    chromium.open(page, address=REFUND)
    assert chromium.evaluate("document.getElementById('run-title').textContent") == "Failed: refund"
    assert "with perfect ears it passed" in chromium.evaluate("document.querySelector('.missed').textContent")
    again = "voice-agent simulate AGENT refund --level audio --condition clean --runs 1 --seed 5"
    assert told(chromium, ".facts code")[0] == again
    chromium.press("j")
    chromium.soon("location.hash", "#run=refund/street/audio/1")
    assert "the caller's voice is missing" in chromium.evaluate("document.querySelector('.missed').textContent")
    chromium.press("k")
    chromium.soon("location.hash", REFUND)
    chromium.press("Escape")
    chromium.soon("document.querySelector('.big')?.textContent", "83\N{NO-BREAK SPACE}%of runs passed")
    chromium.soon("document.title", "Riverside Broadband: 5 of 7 runs passed")
    chromium.press("j")
    chromium.press("Enter")
    chromium.soon("location.hash", "#run=refund/street/audio/1")
    assert chromium.complaints == []


def test_a_cell_a_chip_a_menu_and_a_search_filter_the_list(chromium: Chromium, page: Path) -> None:
    chromium.open(page)
    chromium.soon(f"{LISTED}.length", 7)
    cells = chromium.evaluate("[...document.querySelectorAll('.cell')].map((cell) => [cell.className, cell.title])")
    assert ["cell mixed", "refund, clean: 1 of 2 passed"] in cells
    assert ["cell error", "refund, street: 0 of 0 passed, 1 could not be played"] in cells
    chromium.click(".cell.mixed")
    chromium.soon(LISTED, ["refund/clean/audio/1", "refund/clean/audio/2"])
    chromium.click("[data-status=failed]")
    chromium.soon("location.hash", "#status=failed&scenario=refund&condition=clean")
    chromium.soon(LISTED, ["refund/clean/audio/1"])
    chromium.click("#found button")
    chromium.soon(f"{LISTED}.length", 7)
    chromium.press("/")
    chromium.call("Input.insertText", text="boarder refund")
    chromium.soon(LISTED, ["refund/clean/audio/1", "refund/clean/audio/2"])
    chromium.open(page, address="#layer=recognition")
    chromium.soon(LISTED, ["refund/clean/audio/1"])


SAME: Final = (
    ("Yes, please!", "yes please"),
    ("That was 4 4 1 2.", "That was 4412."),
    ("Seven one oh.", "710"),
    ("your eight-digit number", "your 8-digit number"),
    ("It's José.", "its josé"),
)
OTHER: Final[tuple[tuple[str, str, list[str], list[str]], ...]] = (
    ("I said no thank you", "I said thank you", ["no"], []),
    ("go on", "go on then", [], ["then"]),
    ("nine oh five", "nine five five", ["oh"], ["five"]),
    ("", "hello", [], ["hello"]),
)


def test_only_words_that_differ_are_marked(chromium: Chromium, tmp_path: Path) -> None:
    turns = [RunTurn(said, "Right.", agent_heard=heard) for said, heard in (*SAME, *(each[:2] for each in OTHER))]
    path = written(tmp_path, a_report([a_run(turns=tuple(turns), greeting="")]))
    chromium.open(path, address="#run=track_order/audio/1")
    rows = chromium.evaluate(
        "[...document.querySelectorAll('tr.caller')].map((row) => ['del', 'ins'].map((kind) =>"
        " [...row.querySelectorAll(kind)].map((each) => each.textContent)))"
    )
    assert rows == [[[], []] for _ in SAME] + [[lost, made_up] for _, _, lost, made_up in OTHER]


def test_what_was_heard_otherwise_is_marked_word_by_word(chromium: Chromium, page: Path) -> None:
    chromium.open(page, address=REFUND)
    assert chromium.evaluate("[...document.querySelectorAll('del, ins')].map((e) => e.textContent)") == [
        "order?",
        "boarder?",
    ]
    assert told(chromium, ".stages .number") == ["600 ms", "1,300 ms over"]
    parts = "[...document.querySelectorAll('.track .stage')].map((part) => part.className.split(' ')[1])"
    assert {part.replace("_", " ") for part in chromium.evaluate(parts)} <= set(told(chromium, ".legend span"))
    assert chromium.evaluate("document.querySelector('.mark').textContent") == "keys"


def test_sound_plays_and_the_page_keeps_step_with_it(chromium: Chromium, page: Path) -> None:
    chromium.open(page, address=REFUND)
    path = chromium.evaluate("document.querySelector('.voices .agent').getAttribute('d')")
    assert path.count("L") > 300
    chromium.until("document.querySelector('audio').readyState === 4")
    assert chromium.evaluate("document.querySelector('audio').duration") == pytest.approx(4.0, abs=0.1)
    chromium.click(".toggle")
    chromium.until("document.querySelector('audio').currentTime >= 0.6")
    chromium.until("parseFloat(document.querySelector('.clock').textContent.slice(2)) >= 0.6")
    assert chromium.evaluate("document.querySelectorAll('[aria-current=true] .said').length") == 1
    chromium.press("p")
    chromium.until("document.querySelector('.toggle').getAttribute('aria-label') === 'Play'")
    chromium.click("tr.agent:nth-child(3) .at-time")
    chromium.soon("document.querySelector('.clock').textContent", "0:01.6 of 0:04")
    assert chromium.evaluate("document.querySelector('audio').currentTime") == pytest.approx(1.6)
    assert chromium.evaluate("document.querySelector('[aria-current=true] .said').textContent") == TURNS[0].agent_said
    assert chromium.evaluate("document.querySelector('.trace .now .kind').textContent") == "heard"
    assert chromium.complaints == []


def test_sounds_that_are_no_turn_are_marked_and_want_no_answer(chromium: Chromium, tmp_path: Path) -> None:
    turns = (
        msgspec.structs.replace(TURNS[0], agent_heard=TURNS[0].caller_said),
        RunTurn("[cough]", "", kind="cough", began_ms=1_700, ended_ms=1_900),
        RunTurn("right", "", kind="backchannel", began_ms=2_000, ended_ms=2_200),
        RunTurn("Hello?", "", kind="interruption", began_ms=2_500, ended_ms=2_900),
    )
    opinion = judgement("polite", [Vote("holds", "Thank you.", 4, "it thanks"), Vote("holds"), Vote("broken")])
    chromium.open(
        written(tmp_path, a_report([a_run(turns=turns, judgements=(opinion,))])), address="#run=track_order/audio/1"
    )
    said = chromium.evaluate("[...document.querySelectorAll('.said')].slice(3).map((cell) => cell.innerText.trim())")
    assert said == [
        "What's your account number?",
        "coughed\ncough",
        "backchannel right",
        "interrupted Hello?",
        "no answer",
    ]
    marks = chromium.evaluate("[...document.querySelectorAll('.mark')].map((mark) => mark.textContent)")
    assert marks == ["cough", "mhm", "interrupts"]
    assert "polite\tholds\t2 of 3" in chromium.evaluate("document.querySelector('main').innerText")


def test_decisions_open_where_a_run_failed_and_are_filtered_by_kind(chromium: Chromium, page: Path) -> None:
    kinds = "[...document.querySelectorAll('.trace tbody tr:not([hidden]) .kind')].map((cell) => cell.textContent)"
    chromium.open(page, address=REFUND)
    assert chromium.evaluate(kinds) == ["heard", "understood", "tool"]
    chromium.click(".trace .chip:nth-child(3)")
    chromium.soon(kinds, ["heard", "understood"])
    chromium.evaluate("location.hash = '#run=refund/clean/audio/2'")
    chromium.soon("document.querySelector('details').open", False)
    chromium.click("summary")
    chromium.soon(kinds, ["heard", "understood"])


def test_a_run_without_sound_says_why(chromium: Chromium, page: Path) -> None:
    chromium.open(page, address="#run=track_order/street/audio/2")
    assert "street.2.wav was not there" in chromium.evaluate("document.querySelector('.controls').textContent")
    chromium.open(page, address="#run=refund/clean/audio/2")
    assert "recordings were not kept" in chromium.evaluate("document.querySelector('.controls').textContent")


def test_nothing_that_was_said_runs(chromium: Chromium, tmp_path: Path) -> None:
    runs = [
        failed_run(
            f"hostile_{number}",
            **dict.fromkeys(("greeting", "about", "reason", "variant", "ended_by", "outcome", "voice", "audio"), said),
            turns=(RunTurn(said, said, agent_heard=f"{said} then", caller_heard=said[1:], kind=said, latency_ms=5),),
            trace=(TraceLine(1, said, said),),
            checks=(Check(said, False, said, said),),
            blame=Blame("tool", said),
            problems=(said,),
        )
        for number, said in enumerate(HOSTILE)
    ]
    chromium.open(written(tmp_path, a_report(runs, agent=HOSTILE[0], agent_digest=HOSTILE[1], began=HOSTILE[2])))
    for number in range(len(HOSTILE)):
        chromium.evaluate(f"document.querySelectorAll('#list a')[{number}].click()")
        chromium.until(f"document.getElementById('run-title').textContent.endsWith('hostile_{number}')")
    assert chromium.evaluate("window.ran") is None
    assert chromium.evaluate("document.querySelectorAll('img').length") == 0
    assert chromium.complaints == []


def test_figures_come_with_how_sure_they_are(chromium: Chromium, page: Path, tmp_path: Path) -> None:
    chromium.open(page)
    heads, first, _ = (row.split("\t") for row in told(chromium, ".lines tr"))
    assert heads == ["Line", "Passed", "95 % interval", "Wait p50", "p95", "Words misheard", "Not played"]
    assert [cell.strip() for cell in first[:6]] == ["clean", "75 % 3/4", "44 % to 97 %", "600 ms", "1,300 ms", "10 %"]
    assert told(chromium, ".comparison .verdict") == ["really worse", "may be chance"]
    alone = a_report([failed_run()], summary={"groups": [a_group("", 3, 4)]})
    chromium.open(written(tmp_path, alone))
    (leading,) = told(chromium, ".leading")
    assert "95 % interval 44 % to 97 %" in leading
    assert "580 to 640 ms" in leading
    assert "words were misheard, 95 % interval 5 % to 20 %" in leading


def test_an_incomplete_run_says_so_first(chromium: Chromium, tmp_path: Path) -> None:
    chromium.open(written(tmp_path, a_report([a_run()], complete=False, planned=9)))
    assert chromium.evaluate("document.querySelector('main > :first-child').textContent").startswith(
        "Interrupted: 1 of 9 planned runs were played"
    )
    chromium.open(written(tmp_path, a_report([a_run()])), address="#run=of/another/report")
    assert "no run of/another/report" in chromium.evaluate("document.querySelector('.notice').textContent")
    chromium.open(written(tmp_path, a_report([], complete=False, planned=9)))
    assert "No run was played" in chromium.evaluate("document.querySelector('main').textContent")
    assert chromium.complaints == []


def test_a_thousand_runs_open_at_once_and_are_listed_as_they_are_reached(chromium: Chromium, tmp_path: Path) -> None:
    runs = [a_run(f"scenario_{n % 50}", variant=f"row_{n % 3}", repetition=n // 200 + 1) for n in range(1_000)]
    chromium.open(written(tmp_path, a_report(runs, level="text", repetitions=5)))
    assert chromium.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 5_000
    listed = len(chromium.evaluate(LISTED))
    assert 100 <= listed <= 300
    chromium.evaluate("document.getElementById('list').scrollTo(0, 1e6)")
    chromium.until(f"document.querySelectorAll('#list a').length > {listed}")
    assert chromium.evaluate("document.querySelectorAll('.cell').length") == 150


def test_the_theme_can_be_chosen_and_is_kept(chromium: Chromium, page: Path) -> None:
    chromium.open(page, media=LIGHT)
    chromium.press("t")
    chromium.press("t")
    chromium.soon("document.documentElement.dataset.theme", "dark")
    assert pixels(chromium.screenshot()).mean() < 128
    chromium.open(page, media=LIGHT)
    assert pixels(chromium.screenshot()).mean() < 128
    chromium.press("t")
    chromium.soon("document.documentElement.dataset.theme ?? 'none'", "none")
    assert pixels(chromium.screenshot()).mean() > 128


def test_everything_has_a_name_for_those_who_do_not_see_it(chromium: Chromium, page: Path) -> None:
    for address in ("", REFUND):
        chromium.open(page, address=address)
        tree = chromium.call("Accessibility.getFullAXTree")["nodes"]
        asked = {"button", "link", "searchbox", "combobox", "checkbox", "slider", "navigation", "main"}
        nodes = [(node.get("role", {}).get("value"), node.get("name", {}).get("value")) for node in tree]
        assert [role for role, name in nodes if role in asked - {"main"} and not name] == []
        assert {"navigation", "main", "banner", "heading"} <= {role for role, _ in nodes}
