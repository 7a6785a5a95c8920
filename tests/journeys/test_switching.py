"""Several wishes in a call: switching, coming back, dropping one, and what carries over."""

from __future__ import annotations

from tests.journeys.dialogue import START, Dialogue, corrects, gives, wants
from tests.journeys.packs import AGENT, SHOP, SHOP_TOOLS
from voice_agent.conversation.actions import DropLate, EndTurn, Transfer
from voice_agent.conversation.commands import (
    Affirm,
    Cancel,
    Deny,
    Goodbye,
    Greet,
    HoldOn,
    NotUnderstood,
    Repeat,
    WantHuman,
)
from voice_agent.conversation.events import CallEnded, CallStarted, ToolFailed, ToolReturned, TransferFailed
from voice_agent.conversation.expectation import Expectation, SlotView
from voice_agent.journeys.engine import Engine
from voice_agent.journeys.engine_events import TurnUnderstood
from voice_agent.journeys.load import load

PACK = load(SHOP)
ASK_NUMBER = "What's your number?"
OPEN = "We are open until six."


def started() -> Dialogue:
    call = Dialogue(PACK, SHOP_TOOLS)
    call.starts()
    return call


def test_of_two_wishes_the_first_goes_first_and_the_other_follows() -> None:
    call = started()
    assert call.says("return and hours", wants("return_item", 0.5), wants("opening_hours", 0.8)) == ASK_NUMBER
    call.says("1234", gives("account", "1234"))
    call.says("yes", Affirm())
    said = call.says("never mind that", Cancel())
    assert said.startswith(f"All right, I'll leave that. Now, to your other question. {OPEN} Is there anything else")


def test_a_question_in_the_middle_is_answered_and_then_we_go_back() -> None:
    call = started()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    said = call.says("when are you open, by the way", wants("opening_hours"))
    assert said == f"{OPEN} Now, back to where we were. Which order: lamp or rug?"


def test_a_question_that_needs_no_identification_is_answered_in_the_middle_of_one() -> None:
    call = started()
    call.says("return", wants("return_item"))
    said = call.says("when are you open", wants("opening_hours"))
    assert said == f"{OPEN} Now, back to where we were. Could you say the four digits again?"


def test_a_question_that_needs_the_identification_waits_for_it() -> None:
    secret = SHOP["journeys/opening_hours.yaml"].replace("steps:", "needs: [identity.verified]\nsteps:")
    call = Dialogue(load({**SHOP, "journeys/opening_hours.yaml": secret}), SHOP_TOOLS)
    call.starts()
    call.says("return", wants("return_item"))
    assert call.says("when are you open", wants("opening_hours")) == "Could you say the four digits again?"
    call.says("1234", gives("account", "1234"))
    assert call.says("yes", Affirm()) == f"{OPEN} Now, back to where we were. Which order: lamp or rug?"


def test_a_value_and_a_wish_together_keep_the_wish_for_later() -> None:
    call = started()
    call.says("return", wants("return_item"))
    call.says("1234, and when are you open", gives("account", "1234"), wants("opening_hours"))
    call.says("yes", Affirm())
    assert OPEN in call.says("forget it", Cancel())


def test_the_same_wish_again_just_asks_again() -> None:
    call = started()
    call.says("return", wants("return_item"))
    assert call.says("I said return", wants("return_item")) == "Could you say the four digits again?"


def test_an_unknown_journey_is_not_understood() -> None:
    assert started().says("x", wants("made_up")).startswith("Sorry, I didn't catch that.")


def test_cancel_during_the_identification_drops_what_it_was_for() -> None:
    call = started()
    call.says("return", wants("return_item"))
    assert call.says("forget it", Cancel()).startswith("All right, I'll leave that. Is there anything else")
    assert call.outcomes() == [("return_item", "cancelled")]


def test_cancel_with_nothing_to_cancel() -> None:
    call = started()
    assert call.says("forget it", Cancel()) == "All right, I'll leave that. What can I do for you?"
    call.says("are you open", wants("opening_hours"))
    assert call.says("forget it", Cancel()).endswith("Goodbye.")


def test_yes_to_anything_else_asks_what() -> None:
    call = started()
    call.says("are you open", wants("opening_hours"))
    assert call.says("yes", Affirm()) == "What can I help you with?"


def test_no_to_how_can_i_help_is_not_a_goodbye() -> None:
    call = started()
    call.says("no", Deny())
    assert not call.hung_up()


def test_a_read_back_of_its_own_wording_and_an_answer_by_name() -> None:
    call = started()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    assert call.says("the rug", gives("order", "Rug")) == "The rug. Right?"
    assert call.says("the rug, yes", gives("order", "102")) == "Why do you send it back?"


def test_what_is_not_on_the_list_is_asked_again_and_ends_with_a_person() -> None:
    call = started()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    for _ in range(2):
        assert (
            call.says("the moon", gives("order", "moon")) == "Sorry, I can't find that one. Which order: lamp or rug?"
        )
    assert call.says("the moon", gives("order", "moon")).startswith("I'll have a colleague call you back.")


def test_a_value_that_was_taken_back_is_asked_for_again() -> None:
    call = started()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    call.says("the rug", gives("order", "102"))
    assert call.says("not that one", corrects("order", None)) == "Which order: lamp or rug?"


def test_an_uncertain_value_is_asked_about_even_if_it_need_not_be() -> None:
    call = started()
    call.says("return", wants("return_item"), gives("account", "5678"))
    call.says("yes", Affirm())
    assert call.says("size", gives("reason", "too_small", 0.3)) == "Just to be sure: too small. Is that right?"
    assert call.says("no", Deny()) == "Sorry about that. Is it damaged, too small or other?"


def test_both_yes_and_no_is_neither() -> None:
    call = started()
    call.says("return", wants("return_item"), gives("account", "1234"))
    assert call.says("yes no", Affirm(), Deny()).startswith("Sorry, I didn't catch that. So that's 1 2 3 4.")


def test_expectation_says_what_is_waited_for() -> None:
    call = started()
    account = SlotView("account", "digits", 4)
    assert call.engine.expectation == Expectation("open", None, None, (account,))
    call.says("return", wants("return_item"))
    assert call.engine.expectation == Expectation("digits", account, None, (account,))
    call.says("1234", gives("account", "1234"))
    expectation = call.engine.expectation
    assert (expectation.kind, expectation.confirming) == ("yes_no", "account")
    call.says("yes", Affirm())
    assert call.engine.expectation.kind == "choice"
    assert SlotView("account", "digits", 4, (), "1234") in call.engine.expectation.correctable


def test_one_offer_of_help_where_the_agent_makes_one() -> None:
    offering = AGENT.replace("{to: callbacks}", "{to: callbacks, offer: I may be able to help at once. Shall we try?}")
    call = Dialogue(load({**SHOP, "agent.yaml": offering}), SHOP_TOOLS)
    call.starts()
    assert call.says("a person", WantHuman()) == "I may be able to help at once. Shall we try?"
    assert call.is_silent(1) == "I may be able to help at once. Shall we try?"
    assert call.says("yes", Affirm()) == "What can I help you with?"
    assert call.says("a person!", WantHuman()).startswith("I'll have a colleague call you back.")


def test_no_to_the_offer_of_help_is_a_person() -> None:
    offering = AGENT.replace("{to: callbacks}", "{to: callbacks, offer: Shall we try?}")
    call = Dialogue(load({**SHOP, "agent.yaml": offering}), SHOP_TOOLS)
    call.starts()
    call.says("a person", WantHuman())
    assert call.says("no", Deny()).startswith("I'll have a colleague call you back.")


def test_a_journey_may_name_another_list_for_persons() -> None:
    call = started()
    call.says("return", wants("return_item"))
    call.says("a person, I'm 1234", WantHuman(), gives("account", "1234"))
    assert call.transfers()[0].target == "returns"
    assert "account 1234" in call.transfers()[0].summary


def failing_hand_over() -> tuple[Engine, Transfer]:
    engine = Engine(PACK, "c")
    engine.handle(CallStarted("phone", "+1", "+2", START), 0)
    actions = engine.handle(TurnUnderstood(1, "a person", (WantHuman(),)), 1)
    transfer = next(action for action in actions if isinstance(action, Transfer))
    engine.handle(TransferFailed("callbacks", "full", "the list is full"), 2)
    return engine, transfer


def test_a_hand_over_that_failed_is_owned_up_to_and_tried_again() -> None:
    engine, transfer = failing_hand_over()
    assert transfer in engine.handle(TurnUnderstood(2, "yes", (Affirm(),)), 3)


def test_a_hand_over_that_failed_may_be_left() -> None:
    engine, _ = failing_hand_over()
    actions = engine.handle(TurnUnderstood(2, "no", (Deny(),)), 3)
    assert [getattr(action, "outcome", None) for action in actions] == [None, "unresolved"]


def test_nothing_at_all_ends_the_turn_without_words() -> None:
    call = started()
    assert call.says("") == ""
    assert call.actions[-1] == EndTurn(1, "nothing was said")
    assert call.says("mumble").startswith("Sorry, I didn't catch that.")


def test_while_a_tool_is_waited_for_the_caller_is_told() -> None:
    call = started()
    call.hold_tools = True
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    assert call.says("hello?", Greet()) == "One moment, please."
    assert call.says("what", NotUnderstood("unclear")) == "I'm still looking."
    assert call.says("ok", Affirm()) == "One moment, please."
    assert call.says("wait", HoldOn()) == "Take your time."
    assert call.is_silent(3) == "I'm still looking."
    assert call.says("again", Repeat()) == "That was 1 2 3 4. Is that right?"
    assert call.tools_return() == "Which order: lamp or rug?"


def test_a_read_that_comes_while_leaving_is_kept() -> None:
    call = started()
    call.hold_tools = True
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    call.says("bye", Goodbye())
    assert call.tools_return() == ""
    assert call.says("no", Deny()) == "Which order: lamp or rug?"


def test_outside_the_call_nothing_happens() -> None:
    engine = Engine(PACK, "c")
    assert engine.handle(TurnUnderstood(1, "hello", (Greet(),)), 0) == [EndTurn(1, "the call has not started")]
    engine.handle(CallStarted("phone", "", "", "not a time"), 0)
    assert engine.handle(CallStarted("phone", "", "", START), 1) == []
    assert engine.handle(ToolReturned(9, {}, 1), 2) == [
        DropLate("tool_returned", 9, "its question was dropped or changed")
    ]
    assert engine.handle(ToolFailed(9, "x", "y"), 2) == [
        DropLate("tool_failed", 9, "its question was dropped or changed")
    ]
    engine.handle(CallEnded("caller", "hung up"), 3)
    assert engine.handle(TurnUnderstood(2, "hello", (Greet(),)), 4) == [EndTurn(2, "the call has ended")]
    assert (engine.next_wake(), engine.wake(5)) == (None, [])
