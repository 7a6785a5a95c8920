"""Who waits long for a tool is put on hold where the folder says so, and off it as soon as nothing is waited for."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, wants
from tests.journeys.packs import AGENT, SHOP
from voice_agent.conversation.actions import HoldMusic
from voice_agent.conversation.commands import Cancel
from voice_agent.conversation.events import CallEnded, ToolFailed, ToolProgressed, ToolReturned
from voice_agent.journeys.late_filler import FILLER_AFTER_US
from voice_agent.journeys.load import check, load
from voice_agent.journeys.pack import Hold

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
HOLD = "hold: {music: soft, after: 5}\n"
BEGUN_US = 6_000_000
"""When the tool of the second event begins."""


class Waiting(Dialogue):
    """A caller whose line is being tested."""

    def __init__(self, hold: str = HOLD, *, channel: str = "phone") -> None:
        super().__init__(
            load({**SHOP, "agent.yaml": AGENT + hold, "journeys/test_line.yaml": MEASURE}), channel=channel
        )
        self.hold_tools = True
        self.starts()
        self.says("my line is dead", wants("test_line"))
        self.wakes(BEGUN_US + FILLER_AFTER_US)  # "I'm testing your line."

    def wakes(self, now_us: int) -> None:
        self.actions += self.engine.wake(now_us)

    def music(self) -> list[HoldMusic]:
        return [action for action in self.actions if isinstance(action, HoldMusic)]


def test_music_begins_after_the_time_that_the_folder_names_and_not_before() -> None:
    call = Waiting()
    assert call.engine.next_wake() == BEGUN_US + 5_000_000
    call.wakes(BEGUN_US + 4_999_999)
    assert call.music() == []
    call.wakes(BEGUN_US + 5_000_000)
    assert call.music() == [HoldMusic(1, on=True)]
    assert call.engine.next_wake() is None


@pytest.mark.parametrize("end", [ToolReturned(1, {"speed": "80"}, 1), ToolFailed(1, "tool", "no")])
def test_it_ends_before_anything_is_said_of_the_result(end: ToolReturned | ToolFailed) -> None:
    call = Waiting()
    call.wakes(BEGUN_US + 5_000_000)
    call.feed(end)
    tags = [type(action).__name__ for action in call.actions]
    assert call.music()[-1] == HoldMusic(1, on=False)
    assert tags.index("HoldMusic", tags.index("HoldMusic") + 1) < len(tags) - 1 - tags[::-1].index("Say")


def test_who_gives_up_waiting_or_hangs_up_ends_it() -> None:
    call = Waiting()
    call.wakes(BEGUN_US + 5_000_000)
    call.says("leave it", Cancel())
    assert call.music()[-1] == HoldMusic(1, on=False)
    gone = Waiting()
    gone.wakes(BEGUN_US + 5_000_000)
    gone.feed(CallEnded("caller", "hung up"))
    assert gone.music()[-1] == HoldMusic(1, on=False)


def test_a_quick_tool_brings_no_music() -> None:
    call = Waiting()
    call.feed(ToolReturned(1, {"speed": "80"}, 1))
    assert call.music() == []


def test_lines_about_progress_are_said_over_music_that_goes_on() -> None:
    call = Waiting()
    call.wakes(BEGUN_US + 5_000_000)
    assert [call.feed(ToolProgressed(1, n, 10)) for n in (1, 2, 3)] == ["", "", "One moment, please."]
    assert call.is_silent(1) == "I'm still looking."
    assert call.music() == [HoldMusic(1, on=True)]


def test_nobody_is_put_on_hold_in_a_chat_or_where_the_folder_says_nothing() -> None:
    for call in (Waiting(channel="text"), Waiting(hold="")):
        assert call.engine.next_wake() is None
        call.wakes(BEGUN_US + 60_000_000)
        assert call.music() == []


def test_what_the_folder_says_is_read() -> None:
    assert load({**SHOP, "agent.yaml": AGENT}).agent.hold is None
    hold = load({**SHOP, "agent.yaml": AGENT + "hold: {music: sounds/hold.wav}\n"}).agent.hold
    assert isinstance(hold, Hold)
    assert (hold.music, hold.after_s) == ("sounds/hold.wav", 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hold: {music: loud}\n", "found 'loud' for music; allowed: soft, or a file of the folder such as hold.wav"),
        ("hold: {music: ../hold.wav}\n", "found '../hold.wav' for music"),
        ("hold: {music: soft, after: 31}\n", "found '31' for after; allowed: a whole number, 1 to 30"),
        ("hold: {after: 3}\n", "found hold without 'music'"),
        ("hold: {music: soft, volume: 3}\n", "the key 'volume'"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, message: str) -> None:
    problems = [str(problem) for problem in check({**SHOP, "agent.yaml": AGENT + text})]
    line = AGENT.count("\n") + 1
    assert any(found.startswith(f"agent.yaml:{line}: ") and message in found for found in problems), problems
