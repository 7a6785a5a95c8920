"""A filler is said when a tool takes long, and never before an answer that comes at once."""

from __future__ import annotations

from typing import Literal

from tests.journeys.dialogue import Dialogue, wants
from tests.journeys.packs import SHOP
from voice_agent.conversation.actions import AnyAction, CallTool, Say
from voice_agent.conversation.commands import Cancel
from voice_agent.conversation.events import ToolReturned
from voice_agent.journeys.late_filler import FILLER_AFTER_US
from voice_agent.journeys.load import load

MEASURE = """
journey: test_line
goal: The caller knows what is wrong with the line
when: {examples: [my line is dead]}
tools: {measure: {effect: read, filler: I'm testing your line.}}
steps:
  - do: measure
    with: {line: "7"}
  - say: "Your line is fine, at {measure.speed}."
"""
BEGUN_US = 6_000_000


class Waiting(Dialogue):
    def __init__(self, *, channel: Literal["phone", "text"] = "phone") -> None:
        super().__init__(load({**SHOP, "journeys/test_line.yaml": MEASURE}), channel=channel)
        self.hold_tools = True
        self.starts()
        self.first = self.says("my line is dead", wants("test_line"))

    def wakes(self, now_us: int) -> list[AnyAction]:
        return self.engine.wake(now_us)


def test_a_tool_that_comes_back_at_once_is_answered_without_a_filler() -> None:
    call = Waiting()
    assert call.first == ""
    assert [action.tool for action in call.actions if isinstance(action, CallTool)] == ["measure"]
    assert call.engine.next_wake() == BEGUN_US + FILLER_AFTER_US
    assert call.wakes(BEGUN_US + FILLER_AFTER_US - 1) == []
    assert call.feed(ToolReturned(1, {"speed": "80"}, 1)).startswith("Your line is fine, at 80.")
    assert call.engine.next_wake() is None


def test_a_tool_that_takes_long_is_bridged_once() -> None:
    call = Waiting()
    (said,) = call.wakes(BEGUN_US + FILLER_AFTER_US)
    assert isinstance(said, Say)
    assert (said.clauses, said.purpose) == (("I'm testing your line.",), "filler")
    assert call.engine.next_wake() is None


def test_who_no_longer_waits_hears_no_filler() -> None:
    call = Waiting()
    call.says("leave it", Cancel())
    assert call.engine.next_wake() is None
    assert call.wakes(BEGUN_US + 2 * FILLER_AFTER_US) == []


def test_in_writing_it_is_the_answer() -> None:
    assert Waiting(channel="text").first == "I'm testing your line."
