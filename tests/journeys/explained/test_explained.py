"""What reviewers read and see of a journey."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.journeys.dialogue import load_example
from tests.journeys.test_steps import FILES
from voice_agent.journeys.explained.chart import Box, Chart, Fork, Part, Round
from voice_agent.journeys.explained.charting import chart_of
from voice_agent.journeys.explained.drawing import svg
from voice_agent.journeys.explained.layout import placed
from voice_agent.journeys.explained.prose import prose
from voice_agent.journeys.explained.shapes import Outline
from voice_agent.journeys.explained.words import condition, named
from voice_agent.journeys.load import load

PACK = load_example()
SVG = "{http://www.w3.org/2000/svg}"


def box(name: str, *, ends: bool = False) -> Box:
    return Box("say", "Say", name, ends=ends)


def outlines(*parts: Part) -> dict[str, Outline]:
    found = [shape for shape in placed(parts).shapes if isinstance(shape, Outline) and shape.lines]
    return {" ".join(shape.lines): shape for shape in found}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("days(order.delivered_on, today) <= 30", "order delivered on was at most 30 days ago"),
        ("size(customer.orders) == 0", "the customer has no orders"),
        ("!find_openings.exact", "openings not exact"),
        ("get_order.status == 'on_its_way'", "order status is “on its way”"),
        ("a.b >= 2 && !has(c.d) || x != 'y && z'", "a b is at least 2 and there is no c d or x is not “y && z”"),
        ("!(stays)", "not (stays)"),
        ("!get_bill.found || get_bill.paid", "bill not found or bill paid"),
        ("!check_outage.outage", "no outage"),
        ("!customer.moved", "not the customer's moved"),
        ("size(get_visits.visits) == 0", "there are no visits"),
        ("has(get_contract.offer)", "there is a contract offer"),
        ("days(today, visit.day) >= 1", "visit day is tomorrow or later"),
        ("days(until, get_delay.latest) >= 0", "until is not after delay latest"),
        ("days(a.b, c.d) <= 14", "c d is at most 14 days after a b"),
        ("frustration >= high", "the customer is very annoyed"),
    ],
)
def test_conditions_are_said_in_words(source: str, words: str) -> None:
    assert condition(source) == words


def test_names_are_said_as_words() -> None:
    assert named("get_order.delivery_date") == "order delivery date"
    assert named("track_order") == "track order"
    assert named("create_return.number") == "return number"
    assert named("check_outage.outage") == "outage"
    assert named("customer.orders") == "the customer's orders"


def test_every_step_of_the_example_is_told() -> None:
    journey = PACK.journey("track_order")
    assert journey is not None
    told = prose(chart_of(journey), journey)
    assert told.startswith("# Track order\n")
    for words in ("We know who is calling", "Look up: order", "Otherwise:", "(proof: order could be looked up)"):
        assert words in told
    assert "{" not in told


@pytest.mark.parametrize("name", [journey.name for journey in PACK.journeys])
def test_every_journey_of_the_example_is_drawn_without_overlaps(name: str) -> None:
    journey = PACK.journey(name)
    assert journey is not None
    drawing = svg(chart_of(journey))
    root = ElementTree.fromstring(drawing)
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    for rect in root.iter(f"{SVG}rect"):
        if rect.attrib["width"] != "100%":
            assert 0 <= float(rect.attrib["x"]) <= width - float(rect.attrib["width"])
            assert 0 <= float(rect.attrib["y"]) <= height - float(rect.attrib["height"])
    shapes = [shape for shape in placed(chart_of(journey).parts).shapes if isinstance(shape, Outline)]
    for at, one in enumerate(shapes):
        for other in shapes[at + 1 :]:
            assert one.kind == "round" or other.kind == "round" or not _overlap(one, other), (one, other)


def _overlap(one: Outline, other: Outline) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def test_yes_stands_to_the_left_of_no() -> None:
    found = outlines(Fork("is it so", (box("then"),), (box("else"),)), box("after"))
    assert found["then"].x + found["then"].width < found["else"].x
    assert found["then"].y == found["else"].y
    assert found["after"].y > found["then"].y + found["then"].height


def test_an_answer_of_yes_or_no_is_said_as_one() -> None:
    journey = PACK.journey("diagnose_outage")
    assert journey is not None
    told = prose(chart_of(journey), journey)
    assert "(restarted: yes or no)" in told
    assert "If “restarted” is no:" in told


def test_a_fork_without_otherwise_is_passed_by() -> None:
    found = outlines(Fork("is it so", (box("then"),), ()), box("after"))
    assert found["then"].x == found["is it so?"].x == found["after"].x


def test_what_comes_after_an_end_is_not_drawn() -> None:
    found = outlines(box("bye", ends=True), box("never"))
    assert "never" not in found
    both = Fork("is it so", (box("bye", ends=True),), (box("ciao", ends=True),))
    assert "never" not in outlines(both, box("never"))


def test_what_is_repeated_stands_in_a_frame() -> None:
    shapes = placed((Round("until it works", (box("try"),)),)).shapes
    frame, inner = (shape for shape in shapes if isinstance(shape, Outline))
    assert frame.kind == "round"
    assert frame.x < inner.x
    assert inner.x + inner.width < frame.x + frame.width
    assert inner.y + inner.height < frame.y + frame.height


def test_words_of_an_author_are_no_markup() -> None:
    drawing = svg(Chart("<b>", "a & b", (Box("say", "Say", "<script>alert(1)</script>"),)))
    assert "<script>" not in drawing
    assert not re.search(r"<b>", drawing)
    ElementTree.fromstring(drawing)


def test_questions_rounds_calls_and_hand_overs_are_told() -> None:
    journey = load(FILES).journey("line_trouble")
    assert journey is not None
    told = prose(chart_of(journey), journey)
    assert "This is repeated, until works, 3 times at most:" in told
    assert "If the answer is yes:" in told
    assert "Go through: find place (and come back)." in told
    assert "Hand over: to technicians (The lamp is [lamp] at [place]. [note])" in told
