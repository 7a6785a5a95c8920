"""Steps that ask in passing, go round, call another journey, and hand over."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.dialogue import Dialogue, corrects, gives, wants
from tests.journeys.packs import AGENT, SHOP, SHOP_TOOLS
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.commands import Affirm, Cancel, Deny, WantHuman
from voice_agent.journeys.load import check, load

AGENT_ALONE = AGENT.replace("identification: identify\n", "").partition("texts:")[0]

LINE = """
journey: line_trouble
goal: The line works again
when: {examples: [my internet is down]}
slots:
  lamp: {type: choice, values: [green, red], ask: Is the lamp green or red?}
tools:
  restart: {effect: read}
steps:
  - repeat:
      at_most: 3
      until: works
      steps:
        - collect: lamp
        - do: restart
          with: {lamp: "{lamp}"}
        - say: "Restarted ({restart.count})."
        - ask: [Does it work now?, And now?]
          as: works
          yes: [say: Good.]
  - branch:
      when: "!works"
      then:
        - call: find_place
        - ask: What else should the technician know?
          as: note
        - hand_over: {to: technicians, reason: "The lamp is {lamp} at {find_place.place}. {note}"}
  - say: I'm glad that helped.
"""

PLACE = """
journey: find_place
goal: We know where it is
slots:
  place: {type: choice, values: [hall, cellar], ask: Is it in the hall or the cellar?, confirm: never}
steps:
  - collect: place
"""

FILES = {"agent.yaml": AGENT_ALONE, "journeys/line.yaml": LINE, "journeys/place.yaml": PLACE}


class Restarts:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, lamp: str) -> dict[str, Any]:
        self.count += 1
        return {"count": self.count}


def begun() -> Dialogue:
    call = Dialogue(load(FILES), {"restart": Restarts()})
    call.starts()
    assert call.says("my internet is down", wants("line_trouble")) == "Is the lamp green or red?"
    return call


def test_what_is_repeated_asks_and_acts_anew_until_it_holds() -> None:
    call = begun()
    assert call.says("green", gives("lamp", "green")) == "Restarted (1). Does it work now?"
    assert call.says("no", Deny()) == "Is the lamp green or red?"
    assert call.says("green", gives("lamp", "green")) == "Restarted (2). Does it work now?"
    assert call.says("yes", Affirm()).startswith("Good. I'm glad that helped.")
    assert call.outcomes() == [("line_trouble", "completed")]


def exhausted() -> Dialogue:
    call = begun()
    said = ""
    for _ in range(3):
        call.says("red", gives("lamp", "red"))
        said = call.says("no", Deny())
    assert said == "Is it in the hall or the cellar?"
    assert len(call.calls()) == 3
    return call


def test_after_the_last_round_another_journey_is_called_and_a_person_takes_over() -> None:
    call = exhausted()
    assert call.says("cellar", gives("place", "cellar")) == "What else should the technician know?"
    view = call.engine.expectation.slot
    assert view is not None
    assert (view.name, view.slot_type) == ("note", "text")
    said = call.says("there's a dog", gives("note", "there's a dog"))
    assert said.startswith("I'll have a colleague call you back.")
    (transfer,) = call.transfers()
    assert (transfer.target, transfer.reason) == ("technicians", "The lamp is red at cellar. there's a dog")
    assert call.outcomes() == [("line_trouble", "transferred")]


def test_a_value_of_a_journey_that_was_called_can_be_corrected_later() -> None:
    call = exhausted()
    call.says("cellar", gives("place", "cellar"))
    assert call.says("no, the hall", corrects("place", "hall")) == "What else should the technician know?"
    call.says("nothing", gives("note", "nothing"))
    assert call.transfers()[0].reason == "The lamp is red at hall. nothing"


def test_cancel_in_a_journey_that_was_called_drops_the_one_that_called_it() -> None:
    call = exhausted()
    assert call.says("forget it", Cancel()).startswith("All right, I'll leave that. Is there anything else")
    assert call.outcomes() == [("line_trouble", "cancelled")]


def test_a_person_asked_for_in_a_journey_that_was_called_ends_both_once() -> None:
    call = exhausted()
    call.says("a person", WantHuman())
    assert call.outcomes() == [("line_trouble", "transferred")]


OFFER = """
journey: cancel_contract
goal: The contract is cancelled, or kept
when: {examples: [I want to cancel]}
needs: [identity.verified]
slots:
  reason: {type: text, ask: May I ask why?}
tools:
  keep: {effect: write, requires: [confirmed], idempotency: reason}
steps:
  - collect: reason
  - ask: Would you stay for half the price?
    as: stays
    yes:
      - confirm: Half the price from now on, right?
      - do: keep
      - end: resolved
    no:
      - say: I see.
  - ask: How did you hear of us?
    values: {friend: [a friend], advert: [an advert]}
  - say: Thank you.
outcomes:
  resolved: {evidence: keep.ok}
"""


def offered() -> Dialogue:
    files = {**SHOP, "journeys/cancel.yaml": OFFER}
    call = Dialogue(load(files), {**SHOP_TOOLS, "keep": lambda reason: {"ok": True}})
    call.starts()
    call.says("I want to cancel", wants("cancel_contract"), gives("account", "1234"))
    call.says("yes", Affirm())
    assert call.says("too dear", gives("reason", "too dear")) == "Would you stay for half the price?"
    return call


def test_yes_to_a_question_leads_one_way_and_its_answer_goes_to_no_tool() -> None:
    call = offered()
    assert call.says("yes", Affirm()) == "Half the price from now on, right?"
    call.says("yes", Affirm())
    assert ("keep", {"reason": "too dear"}) in call.calls()
    assert call.outcomes() == [("cancel_contract", "resolved")]


def test_no_to_a_question_leads_the_other_way() -> None:
    call = offered()
    assert call.says("no", Deny()) == "I see. How did you hear of us?"
    assert call.says("a friend", gives("answer_2", "friend")).startswith("Thank you.")
    assert [action for action in call.actions if isinstance(action, CallTool) and action.effect == "write"] == []


def test_a_question_in_the_middle_comes_back_to_the_open_question() -> None:
    call = offered()
    said = call.says("when are you open", wants("opening_hours"))
    assert said == "We are open until six. Now, back to where we were. Would you stay for half the price?"


REFUSING = """
journey: outer
goal: x
when: {examples: [outer please]}
steps:
  - call: inner
  - branch:
      when: inner.outcome == 'refused'
      then: [say: Then not.]
      else: [say: "Done with {inner.mark}."]
"""
REFUSED = """
journey: inner
goal: x
slots:
  mark: {type: choice, values: [one, two], ask: One or two?}
tools:
  note: {effect: write, requires: [policy.first]}
policies:
  first: {check: "mark == 'one'", say: Only one.}
steps:
  - collect: mark
  - do: note
"""


@pytest.mark.parametrize(("mark", "said"), [("one", "Done with one."), ("two", "Only one. Then not.")])
def test_what_became_of_a_called_journey_is_known_to_the_caller(mark: str, said: str) -> None:
    files = {"agent.yaml": AGENT_ALONE, "journeys/a.yaml": REFUSING, "journeys/b.yaml": REFUSED}
    call = Dialogue(load(files), {"note": lambda mark: {"ok": True}})
    call.starts()
    call.says("outer please", wants("outer"))
    assert call.says(mark, gives("mark", mark)).startswith(said)
    assert call.outcomes() == [("outer", "completed")]


def test_a_write_in_each_round_is_a_write_of_its_own() -> None:
    looped = """
journey: order_parts
goal: x
when: {examples: [parts please]}
slots:
  part: {type: choice, values: [bolt, nut], ask: Which part?}
tools:
  order: {effect: write, requires: [confirmed], idempotency: part}
steps:
  - repeat:
      at_most: 5
      until: "!more"
      steps:
        - collect: part
        - confirm: "Order a {part}?"
        - do: order
        - ask: Another one?
          as: more
          yes: [say: Fine.]
"""
    call = Dialogue(
        load({"agent.yaml": AGENT_ALONE, "journeys/a.yaml": looped}), {"order": lambda part: {"number": part}}
    )
    call.starts()
    call.says("parts", wants("order_parts"), gives("part", "bolt"))
    call.says("yes", Affirm())
    assert call.says("yes", Affirm()) == "Fine. Which part?"
    assert call.says("nut", gives("part", "nut")) == "Order a nut?"
    call.says("yes", Affirm())
    call.says("no", Deny())
    writes = [action for action in call.actions if isinstance(action, CallTool)]
    assert [write.arguments["part"] for write in writes] == ["bolt", "nut"]
    assert len({write.idempotency_key for write in writes}) == 2


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("line", "at_most: 3", "at_most: 99", "found '99' for at_most; allowed: a whole number, 1 to 20"),
        ("line", "      until: works\n", "", "found repeat without 'until'"),
        ("line", "until: works", "until: worked", "found the unknown name 'worked'"),
        ("line", "as: works", "as: lamp", "found the name 'lamp', which is taken"),
        ("line", "as: works", "as: restart", "found the name 'restart', which is taken"),
        ("line", "call: find_place", "call: find_plaice", "found for call the journey 'find_plaice'"),
        ("line", "call: find_place", "call: line_trouble", "found for call the journey 'line_trouble'"),
        ("line", "- call: find_place\n", "- say: x\n", "found a journey that nothing leads to"),
        ("line", "- call: find_place\n", "- say: x\n", "found the unknown name 'find_place'"),
        ("line", 'reason: "The', 'because: "The', "found hand_over without 'reason'"),
        (
            "line",
            "          as: note\n",
            "          as: note\n        - end: completed\n",
            "found a step after the end",
        ),
        ("line", "yes: [say: Good.]", "values: [a]\n          no: [say: x]", "found 'values' beside 'yes' and 'no'"),
        ("place", "- collect: place", "- collect: place\n  - call: line_trouble", "calls itself in the end"),
    ],
)
def test_mistakes_in_these_steps_are_found(file: str, old: str, new: str, message: str) -> None:
    path = f"journeys/{file}.yaml"
    assert old in FILES[path]
    problems = check({**FILES, path: FILES[path].replace(old, new, 1)})
    assert any(message in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_the_identification_can_not_be_called() -> None:
    files = {**SHOP, "journeys/opening_hours.yaml": SHOP["journeys/opening_hours.yaml"] + "  - call: identify\n"}
    assert any("which identifies callers" in str(problem) for problem in check(files))
    assert check(SHOP) == []
