"""An appointment: dates and times in a journey, with what is asked about, refused, said and given to tools."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.journeys.dialogue import Dialogue, wants
from tests.journeys.packs import AGENT, IDENTIFY
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import AnyCommand, SetSlot
from voice_agent.conversation.expectation import Expectation, Setting, SlotView
from voice_agent.journeys.load import check, load
from voice_agent.understanding.local import commands_for

MOVE = """
journey: move_visit
goal: The visit is at a time that suits
when: {examples: [I want to move my appointment]}
slots:
  day: {type: date, tense: future, ask: Which day?, on_fail: end}
  hour: {type: time, ask: At what time?}
  window: {type: period, ask: When may we call you?}
tools:
  move: {effect: write, requires: [confirmed]}
steps:
  - collect: [day, hour, window]
  - confirm: "Shall I move it to {day} at {hour}, and call {window}?"
  - do: move
    with: {day: "{day}", hour: "{hour}", calls_from: "{window.start}"}
  - say: "It is moved, {day:when}."
"""
FILES = {"agent.yaml": AGENT, "journeys/identify.yaml": IDENTIFY, "journeys/move.yaml": MOVE}
AGENT_ALONE = AGENT.replace("identification: identify\n", "").split("texts:")[0]


def folder(**changes: str) -> dict[str, str]:
    return {"agent.yaml": AGENT_ALONE, "journeys/move.yaml": MOVE, **changes}


class Appointment(Dialogue):
    """The dialogue with the understander in place of commands."""

    def __init__(self) -> None:
        self.moved: dict[str, Any] = {}
        super().__init__(load(folder()), {"move": self._move})

    def _move(self, **arguments: Any) -> dict[str, Any]:
        self.moved = arguments
        return {"ok": True}

    def hears(self, text: str) -> str:
        return self.says(text, *self.understood(text))

    def understood(self, text: str) -> tuple[AnyCommand, ...]:
        return commands_for(Understand(1, 1, text, (), "", self.engine.expected(self._now_us)), None)


def test_an_appointment_is_moved() -> None:
    call = Appointment()
    call.starts()
    assert "Which day?" in call.says("I want to move my appointment", wants("move_visit"))
    answer = call.hears("next Tuesday")
    assert answer.startswith("Tuesday, the tenth of March, thank you.")
    assert "At what time?" in answer
    assert "four thirty in the afternoon. Is that right?" in call.hears("half past four")
    assert "When may we call" in call.hears("yes")
    answer = call.hears("tomorrow morning")
    assert "Shall I move it to Tuesday, the tenth of March at four thirty in the afternoon" in answer
    call.hears("yes please")
    assert call.moved == {"day": "2026-03-10", "hour": "16:30", "calls_from": "2026-03-05T08:00"}


def test_one_answer_fills_the_day_and_the_time() -> None:
    call = Appointment()
    call.starts()
    call.says("I want to move my appointment", wants("move_visit"))
    answer = call.hears("Thursday at 4 pm")
    assert "Thursday, the fifth of March, thank you." in answer
    assert "Four in the afternoon, thank you." in answer
    assert "When may we call" in answer


def test_a_day_said_in_passing_is_no_birthday() -> None:
    asked = Expectation(correctable=(SlotView("birthday", "date", tense="past"), SlotView("day", "date")))
    timed = msgspec.structs.replace(asked, setting=Setting("2026-03-04T10:00:00"))
    commands = commands_for(Understand(1, 1, "it has been down since yesterday", (), "", timed), None)
    assert [command.slot for command in commands if isinstance(command, SetSlot)] == ["day"]


def test_a_day_that_has_passed_is_refused() -> None:
    call = Appointment()
    call.starts()
    call.says("I want to move my appointment", wants("move_visit"))
    assert "That day has passed." in call.hears("yesterday")


def test_a_day_of_this_week_that_is_over_is_asked_about_where_any_day_will_do() -> None:
    asked = Expectation("value", SlotView("day", "date"), None, (), Setting("2026-03-04T10:00:00"))
    scores = {}
    for text in ("Tuesday this week", "Friday this week", "last Tuesday"):
        (command,) = commands_for(Understand(1, 1, text, (), "", asked), None)
        assert isinstance(command, SetSlot)
        scores[text] = (command.value, command.score < 0.5)
    assert scores == {
        "Tuesday this week": ("2026-03-03", True),
        "Friday this week": ("2026-03-06", False),
        "last Tuesday": ("2026-03-03", False),
    }


def test_the_time_is_part_of_what_is_logged_only_where_dates_are_waited_for() -> None:
    call = Appointment()
    call.starts()
    assert call.engine.expected(call._now_us).setting.now == ""
    call.says("I want to move my appointment", wants("move_visit"))
    assert call.engine.expected(call._now_us).setting.now.startswith("2026-03-04T10:")
    assert call.engine.expectation.setting.now == ""


def test_mistakes_about_dates_are_named() -> None:
    wrong = MOVE.replace("tense: future", "tense: soon").replace("{window.start}", "{window.first}")
    problems = [str(problem) for problem in check(folder(**{"journeys/move.yaml": wrong}))]
    assert any("tense" in problem and "past, future, any" in problem for problem in problems)
    assert any("the part" in problem and "start, end" in problem for problem in problems)
    nowhere = check(folder(**{"agent.yaml": AGENT_ALONE + "region: ZZ\n"}))
    assert any("region" in str(problem) for problem in nowhere)
