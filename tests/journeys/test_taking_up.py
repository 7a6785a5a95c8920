"""What a caller cut off of a reply is said again, where they wanted nothing instead."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from voice_agent.conversation.commands import AnyCommand, Cancel, Deny, Greet, HoldOn, NotUnderstood, Repeat, Thank
from voice_agent.journeys.engine_events import TurnUnderstood
from voice_agent.journeys.load import load

_NEWS = """
journey: opening_hours
goal: The caller knows when the shop is open
when: {examples: [when are you open]}
steps:
  - say: We are open until six. On Sundays we are closed.
"""
PACK = load({**SHOP, "journeys/opening_hours.yaml": _NEWS})
FIRST = "We are open until six."
REST = "As I was saying: On Sundays we are closed."


class Interrupted:
    """A caller who has asked for the opening hours, and spoke when so much of them had been said."""

    def __init__(self) -> None:
        self.call = Dialogue(PACK, SHOP_TOOLS, channel="text")
        self.call.starts()
        self.told = self.turn(1, wants("opening_hours"))

    def turn(self, number: int, *commands: AnyCommand, heard: str | None = None) -> str:
        return self.call.feed(TurnUnderstood(number, "something", commands, heard))


@pytest.mark.parametrize("command", [NotUnderstood("unclear"), Thank(), Greet()])
def test_who_wanted_nothing_hears_the_rest_before_the_question(command: AnyCommand) -> None:
    caller = Interrupted()
    assert caller.told.startswith(f"{FIRST} On Sundays we are closed.")
    answer = caller.turn(2, command, heard=FIRST)
    assert REST in answer
    assert FIRST not in answer
    assert answer.endswith("?")


def test_a_clause_that_was_heard_in_part_is_said_from_its_beginning() -> None:
    assert REST in Interrupted().turn(2, NotUnderstood("unclear"), heard=f"{FIRST} On Sundays")
    assert f"As I was saying: {FIRST}" in Interrupted().turn(2, NotUnderstood("unclear"), heard="We are")


def test_the_question_alone_is_only_asked_again() -> None:
    answer = Interrupted().turn(2, NotUnderstood("unclear"), heard=f"{FIRST} On Sundays we are closed. Is there")
    assert "As I was saying" not in answer
    assert answer.endswith("?")


@pytest.mark.parametrize(
    "command", [wants("return_item"), Deny(), Cancel(), Repeat(), NotUnderstood("out_of_scope")], ids=str
)
def test_who_wanted_something_else_does_not_hear_it(command: AnyCommand) -> None:
    assert "As I was saying" not in Interrupted().turn(2, command, heard=FIRST)


def test_nothing_is_taken_up_where_nothing_was_cut_off() -> None:
    assert "As I was saying" not in Interrupted().turn(2, Thank())


def test_who_asked_for_a_moment_hears_the_rest_when_they_are_back() -> None:
    caller = Interrupted()
    assert "As I was saying" not in caller.turn(2, HoldOn(), heard=FIRST)
    assert REST in caller.turn(3, Greet())
    assert "As I was saying" not in caller.turn(4, Greet())


def test_who_asked_for_a_moment_and_then_for_something_else_does_not() -> None:
    caller = Interrupted()
    caller.turn(2, HoldOn(), heard=FIRST)
    caller.turn(3, wants("return_item"))
    assert "As I was saying" not in caller.turn(4, NotUnderstood("unclear"))


def test_of_a_greeting_the_caller_hears_what_it_tells() -> None:
    call = Dialogue(PACK, SHOP_TOOLS, channel="text")
    call.starts()
    answer = call.feed(TurnUnderstood(1, "", (NotUnderstood("unclear"),), "Hello,"))
    assert "As I was saying: I'm an automated assistant." in answer
    assert "Hello" not in answer


def test_an_apology_is_not_taken_up() -> None:
    caller = Interrupted()
    caller.turn(2, NotUnderstood("unclear"))
    assert "As I was saying" not in caller.turn(3, NotUnderstood("unclear"), heard="Sorry,")
