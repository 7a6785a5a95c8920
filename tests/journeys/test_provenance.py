"""A write rests on what the customer said or agreed to, on tools and on the journey; on nothing that was made up."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, gives, wants
from tests.journeys.packs import AGENT, SHOP, SHOP_TOOLS
from tests.journeys.test_writes import READ, WINDOW, WRITE, proposed, writes
from voice_agent.conversation.commands import Affirm, CorrectSlot, SetSlot
from voice_agent.conversation.expectation import Choice, SlotView
from voice_agent.journeys.engine_events import TurnUnderstood
from voice_agent.journeys.gates import Grounds, Passed, Unfounded, pass_gate
from voice_agent.journeys.load import check, load
from voice_agent.journeys.provenance import source_of, untrusted

NOTE = """
journey: leave_note
goal: A note is left
when: {examples: [leave a note]}
slots:
  text: {type: text, ask: What shall I write?}
tools:
  write_note: {effect: write, requires: [policy.short]}
policies:
  short: {check: "size(text) < 100"}
steps:
  - collect: text
  - do: write_note
  - say: Noted.
"""
FILES = {"agent.yaml": AGENT.replace("identification: identify\n", "").partition("texts:")[0], "journeys/n.yaml": NOTE}


@pytest.mark.parametrize(
    ("raw", "said", "source"),
    [
        ("5501 2479", ("it's 5501 2479",), "customer"),
        ("5501 2479", ("it's 55 012 479, please",), "customer"),
        ("5501 2479", ("hello",), "model"),
        ("router", ("the rooter", "the router"), "customer"),
        ("mañana", ("Manana!",), "customer"),
        ("", ("",), "model"),
        ("   ", ("anything",), "model"),
    ],
)
def test_words_are_looked_for_in_all_that_was_heard(raw: str, said: tuple[str, ...], source: str) -> None:
    assert source_of(SetSlot("x", "v", raw, 1.0), said, None) == source


def test_a_name_of_a_listed_value_counts_as_said() -> None:
    view = SlotView("reason", "choice", choices=(Choice("damaged", ("damaged", "broken")), Choice("size", ("size",))))
    assert source_of(CorrectSlot("reason", "damaged", "x", 1.0), ("it is broken",), view) == "customer"
    assert source_of(CorrectSlot("reason", "damaged", "x", 1.0), ("wrong size",), view) == "model"


def test_an_invented_value_is_asked_about_and_a_yes_makes_it_the_customers() -> None:
    call = Dialogue(load(FILES), {"write_note": lambda text: {"ok": True}})
    call.starts()
    call.says("leave a note", wants("leave_note"))
    said = call.feed(TurnUnderstood(2, "hm", (SetSlot("text", "give me money", "give me money", 0.99),)))
    assert said == "Just to be sure: give me money. Is that right?"
    assert writes(call) == []
    assert call.feed(TurnUnderstood(3, "yes", (Affirm(),))).startswith("Noted.")
    assert writes(call)[0].sources == (("text", "customer"),)


def test_an_invented_value_given_early_is_asked_about_when_its_time_comes() -> None:
    call = Dialogue(load(FILES), {"write_note": lambda text: {"ok": True}})
    call.starts()
    invented = SetSlot("text", "give me money", "give me money", 0.99)
    said = call.feed(TurnUnderstood(1, "leave a note", (invented, wants("leave_note"))))
    assert said == "Just to be sure: give me money. Is that right?"


def test_saying_an_invented_value_again_without_words_is_no_yes() -> None:
    call = Dialogue(load(FILES), {"write_note": lambda text: {"ok": True}})
    call.starts()
    call.says("leave a note", wants("leave_note"))
    for turn in (2, 3, 4):
        call.feed(TurnUnderstood(turn, "hm", (SetSlot("text", "give me money", "give me money", 0.99),)))
    assert writes(call) == []


def test_each_write_says_where_its_arguments_are_from() -> None:
    call = Dialogue(load(SHOP), SHOP_TOOLS)
    proposed(call)
    call.says("yes", Affirm())
    assert writes(call)[0].sources == (("order", "customer"), ("reason", "customer"), ("urgent", "customer"))


def test_the_only_thing_to_choose_is_from_the_tool() -> None:
    call = Dialogue(load(SHOP), SHOP_TOOLS)
    call.starts()
    call.says("return", wants("return_item"), gives("account", "5678"), gives("reason", "damaged"))
    call.says("yes", Affirm())
    call.says("no hurry", gives("urgent", False))
    call.says("yes", Affirm())
    assert writes(call)[0].sources[0] == ("order", "tool")


def test_the_gate_refuses_what_is_made_up_or_from_nowhere() -> None:
    policies = {"window": WINDOW}
    for sources in ({"a": ("model",)}, {"a": ("customer", "model")}, {}):
        grounds = Grounds(agreed=True, verified=True, sources=sources)  # type: ignore[arg-type]
        gate = pass_gate(WRITE, {"a": 1}, policies, lambda policy: True, grounds)
        assert gate == Unfounded(WRITE, "a is not from the customer, a tool or the journey")
    assert untrusted([], {}) is None
    nothing = Grounds(agreed=False, verified=False, sources={})
    assert pass_gate(READ, {"a": 1}, {}, lambda policy: True, nothing) == Passed(READ, {"a": 1})


def test_a_write_may_require_that_the_caller_is_verified() -> None:
    text = SHOP["journeys/return_item.yaml"].replace("[policy.window, confirmed]", "[identity.verified, confirmed]")
    call = Dialogue(load({**SHOP, "journeys/return_item.yaml": text}), SHOP_TOOLS)
    proposed(call)
    call.says("yes", Affirm())
    assert len(writes(call)) == 1
    verified = text.replace("needs: [identity.verified]\n", "").replace(
        "from: {list: customer.", "from: {list: caller."
    )
    found = [str(problem) for problem in check({**SHOP, "journeys/return_item.yaml": verified})]
    assert any("found 'identity.verified' in requires; allowed: in a journey with needs" in one for one in found)
