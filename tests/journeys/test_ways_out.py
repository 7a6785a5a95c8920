"""When a journey can't go on: what it says for that, and that the caller is never left without a way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.dialogue import Dialogue, gives, wants
from tests.journeys.packs import IDENTIFY, RETURN, SHOP, SHOP_TOOLS
from voice_agent.conversation.actions import DropLate
from voice_agent.conversation.commands import Affirm, Deny, Goodbye, NeedEmergencyHelp, WantHuman
from voice_agent.conversation.expectation import SlotView
from voice_agent.journeys.load import load

WRITES = RETURN[RETURN.index("  - do: create_return") : RETURN.index("escalate:")]
CALL_BACK = "I'll have a colleague call you back."
TROUBLE = "I'm sorry, something isn't working on my side. Shall I have a colleague call you back?"
ANYTHING_ELSE = "Is there anything else I can help you with?"


def shop(*changes: tuple[str, str], identify: str = IDENTIFY, **tools: Any) -> Dialogue:
    """A call with a changed return journey (each change must apply), begun."""
    text = RETURN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    files = {**SHOP, "journeys/return_item.yaml": text, "journeys/identify.yaml": identify}
    call = Dialogue(load(files), {**SHOP_TOOLS, **tools})
    call.starts()
    return call


def identified(call: Dialogue) -> str:
    call.says("return", wants("return_item"), gives("account", "1234"))
    return call.says("yes", Affirm())


def proposed(call: Dialogue, order: str) -> str:
    identified(call)
    call.says("that", gives("order", order), gives("reason", "other"), gives("urgent", False))
    return call.says("yes", Affirm())


def test_a_slot_may_end_the_journey_instead_of_calling_a_person() -> None:
    call = shop(("    confirm: readback\n", "    confirm: readback\n    on_fail: end\n    retries: 0\n"))
    identified(call)
    assert call.says("moon", gives("order", "moon")) == f"I'm sorry, I can't do that. {ANYTHING_ELSE}"
    assert call.outcomes() == [("return_item", "unresolved")]


def test_an_identification_may_end_what_it_is_for() -> None:
    ends = IDENTIFY.replace("type: digits,", "type: digits, retries: 0, on_fail: end,")
    call = shop(identify=ends)
    call.says("return", wants("return_item"), gives("account", "9999"))
    assert call.says("yes", Affirm()) == f"I can't find that number. I'm sorry, I can't do that. {ANYTHING_ELSE}"
    assert call.outcomes() == [("return_item", "unresolved")]


def test_a_list_with_nothing_on_it_goes_to_a_person() -> None:
    call = shop(find_customer=lambda account: {"found": True, "orders": []})
    assert identified(call).startswith(CALL_BACK)


@pytest.mark.parametrize("orders", [None, "many", [{"item": "lamp"}], ["x", "y"]])
def test_a_list_of_another_shape_is_owned_up_to(orders: Any) -> None:
    call = shop(find_customer=lambda account: {"found": True, "orders": orders})
    assert identified(call) == TROUBLE
    assert call.says("yes", Affirm()).startswith(CALL_BACK)
    assert "customer.orders" in call.transfers()[0].reason


def test_who_wants_no_person_when_nothing_works_goes_on_with_something_else() -> None:
    call = shop(find_customer=lambda account: {"found": True})
    identified(call)
    assert call.says("no", Deny()) == f"All right, I'll leave that. {ANYTHING_ELSE}"


def test_a_sentence_with_a_hole_is_never_said() -> None:
    call = shop(create_return=lambda **arguments: {})
    proposed(call, "101")
    assert call.says("yes", Affirm()) == TROUBLE


@pytest.mark.parametrize("place", ["Which order: {order:choices}?", "The {order.item}. Right?"])
def test_a_question_with_a_hole_is_never_asked(place: str) -> None:
    call = shop((place, "The one from {customer.town}?"))
    identified(call)
    assert TROUBLE in (call.says("the lamp", gives("order", "101")), *_last_said(call))


def _last_said(call: Dialogue) -> tuple[str, ...]:
    return tuple(" ".join(getattr(action, "clauses", ())) for action in call.actions)


def test_an_apology_with_a_hole_is_never_made() -> None:
    holed = IDENTIFY.replace("I can't find that number.", "I can't find {find_customer.town}.")
    call = shop(identify=holed)
    call.says("return", wants("return_item"), gives("account", "9999"))
    assert call.says("yes", Affirm()) == TROUBLE


def test_a_policy_may_call_a_person() -> None:
    call = shop(("on_fail: refuse", "on_fail: transfer"))
    assert proposed(call, "102") == f"I'm sorry, that order is too old to send back. {CALL_BACK} {ANYTHING_ELSE}"


def test_a_refusal_without_an_outcome_of_its_own_is_called_refused() -> None:
    call = shop(("  declined: {evidence: policy.window.failed}\n", ""))
    proposed(call, "102")
    assert call.outcomes() == [("return_item", "refused")]


def test_an_outcome_that_lacks_its_evidence_is_not_recorded() -> None:
    call = shop((WRITES, "  - end: resolved\n"))
    proposed(call, "101")
    call.says("yes", Affirm())
    assert call.outcomes() == [("return_item", "unresolved")]


def test_an_outcome_of_the_engine_may_be_named() -> None:
    call = shop((WRITES, "  - end: cancelled\n"))
    proposed(call, "101")
    call.says("yes", Affirm())
    assert call.outcomes() == [("return_item", "cancelled")]


def test_a_condition_for_escalation_hands_over_to_its_list() -> None:
    call = shop(('"identity.failures >= 5"', '"identity.failures >= 1"'))
    call.says("return", wants("return_item"), gives("account", "9999"))
    assert call.says("yes", Affirm()).startswith(CALL_BACK)
    assert call.transfers()[0].target == "returns"


def test_a_condition_on_the_journeys_own_data_escalates_too() -> None:
    call = shop(('"identity.failures >= 5"', "\"reason == 'other'\""), ("[summary, slots]", "[summary]"))
    identified(call)
    assert call.says("other", gives("reason", "other")).startswith("The") is False
    call.says("the lamp", gives("order", "101"))
    assert call.says("yes", Affirm()).startswith(CALL_BACK)
    assert "Given:" not in call.transfers()[0].summary


def test_no_to_another_attempt_offers_a_person() -> None:
    def broken(order: str) -> dict[str, Any]:
        raise LookupError("gone")

    call = shop(get_order=broken)
    assert proposed(call, "101").endswith("Shall I try again?")
    assert call.says("no", Deny()) == "Shall I have a colleague call you back?"


def test_yes_to_leaving_says_good_bye() -> None:
    call = shop()
    call.says("return", wants("return_item"))
    call.says("bye", Goodbye())
    assert call.says("yes", Affirm()) == "Thanks for calling Meadow Shop. Goodbye."


def test_what_comes_back_for_a_journey_that_was_dropped_is_late() -> None:
    call = shop()
    call.hold_tools = True
    identified(call)
    call.says("bye", Goodbye())
    call.says("bye", Goodbye())
    assert call.tools_return() == ""
    assert isinstance(call.actions[-1], DropLate)


def test_values_of_other_types() -> None:
    more = "  many: {type: number, ask: How many?}\n  note: {type: text, ask: What shall I write?}\n  urgent:"
    call = shop(("  urgent:", more), ("[order, reason, urgent]", "[many, note, reason, urgent, order]"))
    assert identified(call) == "How many?"
    assert call.says("x", gives("many", "three")) == "Sorry, I can't use that. How many?"
    assert call.says("three", gives("many", 3)) == "3, thank you. What shall I write?"
    view = SlotView("note", "text")
    assert (call.engine.expectation.kind, call.engine.expectation.slot) == ("open", view)
    assert call.says("", gives("note", "  ")).startswith("Sorry, I can't use that.")
    assert call.says("fragile", gives("note", "fragile")) == "Why do you send it back?"
    call.says("broken", gives("reason", "damaged"))
    view = SlotView("urgent", "yes_no")
    assert (call.engine.expectation.kind, call.engine.expectation.slot) == ("yes_no", view)
    assert call.says("perhaps", gives("urgent", "perhaps")).startswith("Sorry, I can't use that.")
    assert call.says("no", Deny()) == "Which order: lamp or rug?"
    assert call.says("no", Deny()) == "All right. What would you like to change?"


def test_two_orders_of_the_same_thing_are_told_apart() -> None:
    lamps = [{"id": "1", "item": "lamp", "colour": "red"}, {"id": "2", "item": "lamp", "colour": "blue"}]
    call = shop(
        ("labels: [item]", "labels: [item, colour]"), find_customer=lambda account: {"found": True, "orders": lamps}
    )
    assert identified(call) == "Which order: lamp red or lamp blue?"


def test_a_plain_list_of_texts_is_a_choice_too() -> None:
    changes = (
        ("{list: customer.orders, value: id, labels: [item]}", "customer.shops"),
        ("The {order.item}. Right?", "In {order}. Right?"),
        ("the {order.item} because", "to {order} because"),
    )
    call = shop(*changes, find_customer=lambda account: {"found": True, "shops": ["York", "Bath"]})
    assert identified(call) == "Which order: York or Bath?"
    assert call.says("bath", gives("order", "bath")) == "In Bath. Right?"


def test_a_policy_without_a_sentence_says_the_agents_own() -> None:
    text = RETURN.replace(", on_fail: refuse, say: window_refusal", "")
    agent = SHOP["agent.yaml"].partition("texts:")[0]
    call = Dialogue(load({**SHOP, "agent.yaml": agent, "journeys/return_item.yaml": text}), SHOP_TOOLS)
    call.starts()
    assert proposed(call, "102") == f"I'm sorry, I can't do that. {ANYTHING_ELSE}"


def test_a_tool_without_arguments_of_its_own_gets_every_slot() -> None:
    call = shop(("with: [summary, slots]", "with: [summary]"))
    proposed(call, "101")
    call.says("yes", Affirm())
    assert call.calls()[-1] == ("create_return", {"order": "101", "reason": "other", "urgent": False})


CANT_CALL = (
    "I can't call the emergency services. "
    "If anybody is in danger, please hang up and dial the emergency number yourself, now."
)


def test_who_asks_for_emergency_help_is_told_that_there_is_none_here_and_the_call_goes_on() -> None:
    call = shop()
    call.says("return", wants("return_item"))
    question = call.says("what", NeedEmergencyHelp())
    assert question.startswith(CANT_CALL)
    assert question.endswith("?")
    assert not call.outcomes()
    identified(call)


def test_emergency_help_is_neither_promised_nor_handed_on_with_other_wishes() -> None:
    call = shop()
    answer = call.says("a person, call the police", WantHuman(), NeedEmergencyHelp())
    assert answer.startswith(CANT_CALL)
    assert CALL_BACK not in answer


def test_a_farewell_is_off_for_an_emergency() -> None:
    call = shop()
    call.says("bye", Goodbye())
    assert call.says("call an ambulance", NeedEmergencyHelp()).startswith(CANT_CALL)
    assert call.says("bye", Goodbye()) != ""
