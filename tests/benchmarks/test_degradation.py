"""Which points the curves of degradation have, how they are drawn, and how a call's words are counted."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Any

import msgspec
import pytest

from benchmarks.degradation import NOISES, SCENARIOS, callers, curves, points
from benchmarks.degradation_curves import Curve, drawn
from benchmarks.degraded_calls import heard_in
from benchmarks.server_process import EXAMPLE
from simulations.result import CallResult, TurnResult
from simulations.timing import Timing
from voice_agent.errors import UsageError

SVG = "{http://www.w3.org/2000/svg}"


def test_parts_have_the_clean_line_and_make_up_the_whole() -> None:
    whole, noise, loss = ({each.name for each in points(part, quick=False)} for part in (None, "noise", "loss"))
    assert whole == noise | loss
    assert noise & loss == {"clean"}
    assert len(noise) == 1 + 5 * len(NOISES)
    with pytest.raises(UsageError, match="no part 'both'"):
        list(points("both", quick=False))


def test_every_point_impairs_what_it_says_and_only_for_the_agent() -> None:
    for point in points(None, quick=False):
        line = point.line
        assert line.codec == "pcmu"
        if point.curve.endswith("snr_db"):
            assert line.noise is not None
            assert line.noise.snr_db == point.at
            assert line.loss is None
        elif point.curve.endswith("loss_percent"):
            assert line.loss is not None
            assert 100 * line.loss.rate == pytest.approx(point.at)
            assert line.loss.way == "to_agent"
            assert (line.loss.mean_burst is None) == point.curve.startswith("random")


def test_its_scenarios_are_the_examples() -> None:
    there = {path.stem for path in (EXAMPLE / "simulations").glob("*.yaml")}
    assert set(SCENARIOS) <= there


def test_no_two_calls_of_a_point_hear_the_same_noise() -> None:
    found = callers(SCENARIOS, 7, quick=False)
    assert len({seed for _, seed in found}) == len(found) == 2 * len(SCENARIOS)
    assert callers(SCENARIOS[:2], 7, quick=True) == [(SCENARIOS[0], 7), (SCENARIOS[1], 8)]


def figures(curve: str, at: float | None, share: float, wer: float) -> dict[str, Any]:
    return {"curve": curve, "at": at, "success": {"share": share}, "wer_percent": wer}


def test_curves_of_loss_begin_at_the_clean_line() -> None:
    found = {
        "clean": figures("clean", None, 1.0, 2.0),
        "a": figures("random_loss_percent", 10, 0.5, 30.0),
        "b": figures("white_snr_db", 20, 0.75, 10.0),
    }
    assert curves(found) == [
        Curve("random_loss_percent", (0.0, 10), (100.0, 50.0), (2.0, 30.0)),
        Curve("white_snr_db", (20,), (75.0,), (10.0,)),
    ]


def test_the_drawing_has_a_line_and_a_legend_for_each_curve_and_good_is_up() -> None:
    text = drawn(
        [
            Curve("white_snr_db", (20.0, 0.0), (100.0, 0.0), (0.0, 130.0)),
            Curve("bursty_loss_percent", (0.0, 20.0), (100.0, 50.0), (5.0, 40.0)),
        ]
    )
    image = ElementTree.fromstring(text)
    lines = [line.attrib["points"].split() for line in image.iter(f"{SVG}polyline")]
    assert len(lines) == 4
    good, bad = (tuple(map(float, place.split(","))) for place in lines[0])
    assert good[0] < bad[0]
    assert good[1] < bad[1]
    words = [text.text for text in image.iter(f"{SVG}text")]
    assert "white" in words
    assert "bursty" in words
    width, height = float(image.attrib["width"]), float(image.attrib["height"])
    for line in lines:
        for place in line:
            x, y = map(float, place.split(","))
            assert 0 < x < width
            assert 0 < y < height


def test_words_are_compared_turn_by_turn_and_keys_are_none() -> None:
    def turn(said: str, heard: str | None) -> TurnResult:
        return TurnResult(said, "Yes?", None, Timing(None, False), 0, agent_heard=heard)

    turns = (turn("Where is my order?", "where is my odour"), turn("[42#]", "42"), turn("No thanks.", None))
    call = CallResult("1", "a", True, None, None, turns, "", None, "caller", "", 0)
    assert msgspec.to_builtins(heard_in(call)) == {
        "ok": True,
        "errors": {"words": 6, "substituted": 1, "deleted": 2, "inserted": 0},
        "unheard": 1,
        "failures": (),
    }
