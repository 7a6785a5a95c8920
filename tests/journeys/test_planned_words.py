"""What a model writes for a planned journey is spoken where something supports it; callers are heard while it plans."""

from __future__ import annotations

from typing import Final

from tests.journeys.dialogue import Dialogue, chooses, corrects, gives, wants
from tests.journeys.packs import SHOP_TOOLS, get_order
from tests.journeys.planned_journey import ALL, FILES, PLANNED, RETURNS, begun, plans_asked
from voice_agent.conversation.actions import DropLate, Say
from voice_agent.conversation.commands import Affirm, NotUnderstood, WantHuman
from voice_agent.conversation.notes import Note, TextJudged
from voice_agent.conversation.planning import CallPerson, CollectSlot, Planned, SayWords, UseTool
from voice_agent.journeys.load import load
from voice_agent.journeys.open_plan import PATIENCE_US

UNSUPPORTED: Final = SayWords("It was delivered on March 3, and the refund is free.")
SUPPORTED: Final = SayWords("It was delivered on the twentieth of February.")


def test_a_text_that_nothing_supports_is_never_spoken_and_asked_for_once_more_with_the_reason() -> None:
    notes: list[Note] = []
    call = begun(watch=notes.append)
    call.plans = chooses(UseTool("get_order"), UNSUPPORTED, SUPPORTED, RETURNS)
    call.says("return", wants("return_item"), *ALL)
    said = call.says("yes", Affirm())
    assert said.startswith("It was delivered on the twentieth of February. Shall I go ahead")
    reason = plans_asked(call)[2].refused
    assert "the date 'March 3'" in reason
    assert "the promise 'refund'" in reason
    verdicts = [note for note in notes if isinstance(note, TextJudged)]
    assert [verdict.supported for verdict in verdicts] == [False, True]
    assert verdicts[0].text == UNSUPPORTED.text


def test_a_second_text_without_support_is_replaced_by_a_sentence_of_ours_and_the_model_writes_no_more() -> None:
    call = begun()
    call.plans = chooses(UseTool("get_order"), UNSUPPORTED, UNSUPPORTED, RETURNS)
    call.says("return", wants("return_item"), *ALL)
    said = call.says("yes", Affirm())
    assert said.startswith("Here is what I have: delivered on Friday, the twentieth of February. Shall I go ahead")
    assert plans_asked(call)[-1].choices.say is False
    spoken = " ".join(clause for action in call.actions if isinstance(action, Say) for clause in action.clauses)
    assert "refund" not in spoken
    assert "March 3" not in spoken


def test_without_anybody_to_read_it_no_text_of_a_model_is_spoken() -> None:
    call = begun()
    call.engine._talk.planner.reads = None
    call.plans = chooses(SayWords("Let me see."), SayWords("Let me see."), CollectSlot("order"))
    assert call.says("return", wants("return_item"), gives("account", "1234")) == "Which order: lamp or rug?"


def test_a_text_with_facts_that_were_corrected_is_not_said_again() -> None:
    tools = {
        **SHOP_TOOLS,
        "get_order": lambda order: {**get_order(order), "price": "4.00 USD" if order == "101" else "9.00 USD"},
    }
    call = Dialogue(load({**FILES, "journeys/return_item.yaml": PLANNED.replace("<= 30", "<= 300")}), tools)
    call.starts()
    call.plans = chooses(UseTool("get_order"), SayWords("It cost $4.00."), RETURNS)
    call.says("return", wants("return_item"), *ALL)
    assert "It cost $4.00." in call.says("yes", Affirm())
    call.says("no, the rug", corrects("order", "102"))
    assert "$4.00" not in call.says("yes", Affirm())


def test_the_caller_hears_that_it_takes_a_moment_and_after_that_the_journey_goes_by_rule() -> None:
    call = begun()
    call.plans = lambda asked: None
    assert call.says("return", wants("return_item"), gives("account", "1234")) == ""
    asked_us = call._now_us
    assert call.engine.next_wake() == asked_us + 900_000
    filler = call.engine.wake(asked_us + 900_000)
    assert [(one.clauses, one.purpose) for one in filler if isinstance(one, Say)] == [
        (("One moment, please.",), "filler")
    ]
    assert call.engine.next_wake() == asked_us + PATIENCE_US
    said = call.engine.wake(asked_us + PATIENCE_US)
    assert [one.clauses for one in said if isinstance(one, Say)] == [("Which order: lamp or rug?",)]
    late = call.engine.handle(Planned(1, CallPerson()), asked_us + PATIENCE_US + 1)
    assert [type(action) for action in late] == [DropLate]


def test_while_a_plan_is_waited_for_the_caller_is_heard() -> None:
    call = begun()
    call.plans = lambda asked: None
    call.says("return", wants("return_item"), gives("account", "1234"))
    assert call.says("hello?", NotUnderstood("unclear")) == "One moment, please."
    assert call.says("yes", Affirm()) == "I'm still looking."
    assert call.is_silent(1) == "One moment, please."
    assert len(plans_asked(call)) == 1
    call.says("the lamp", gives("order", "101"))
    assert call.says("yes", Affirm()) == ""
    assert len(plans_asked(call)) == 2
    assert call.feed(Planned(1, CallPerson())) == ""
    assert call.feed(Planned(2, CollectSlot("reason"))) == "Why do you send it back?"
    assert "colleague" in call.says("a person please", WantHuman())


def test_an_answer_for_a_journey_that_was_dropped_is_late() -> None:
    call = begun()
    call.plans = lambda asked: None
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("a person please", WantHuman())
    call.feed(Planned(1, UseTool("get_order")))
    assert "get_order" not in [tool for tool, _ in call.calls()]
