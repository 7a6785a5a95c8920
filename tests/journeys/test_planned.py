"""A journey whose author left the steps out: planned one by one, by a model or by rule, inside the same gates."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.journeys.dialogue import Broken, Dialogue, chooses, corrects, gives, wants
from tests.journeys.packs import IDENTIFY, RETURN, SHOP_TOOLS
from tests.journeys.planned_journey import ALL, COLLECT, FILES, OPEN_PACK, PACK, PLANNED, RETURNS, begun, plans_asked
from voice_agent.conversation.commands import Affirm, Deny
from voice_agent.conversation.planning import (
    CallPerson,
    CollectSlot,
    EndJourney,
    PlanFailed,
    Planned,
    SayWords,
    UseTool,
)
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.load import check, load
from voice_agent.journeys.open_plan import PATIENCE_US


def test_without_a_model_slots_are_collected_in_order_then_it_is_read_confirmed_written_told_and_ended() -> None:
    call = begun()
    assert "What's your number?" in call.says("return", wants("return_item"))
    assert call.says("1234", gives("account", "1234")) == "Which order: lamp or rug?"
    assert call.says("lamp", gives("order", "101")) == "The lamp. Right?"
    assert call.says("yes", Affirm()) == "Why do you send it back?"
    assert call.says("broken", gives("reason", "damaged")) == "Is it urgent?"
    proposed = call.says("no", gives("urgent", False))
    assert proposed == "Shall I go ahead with this: create return: order lamp, reason damaged, urgent no?"
    assert call.calls() == [("find_customer", {"account": "1234"}), ("get_order", {"order": "101"})]
    done = call.says("yes", Affirm())
    assert done == "That's done. Here is what I have: number 7 1 0 1. Is there anything else I can help you with?"
    assert call.calls()[-1] == ("create_return", {"order": "101", "reason": "damaged", "urgent": False})
    assert call.outcomes() == [("return_item", "resolved")]
    assert len(plans_asked(call)) == 1


def test_a_model_that_fails_is_asked_no_more_in_that_journey() -> None:
    call = begun()
    call.plans = lambda asked: PlanFailed(asked.request, "deadline", "too late")
    call.says("return the lamp, it is broken, not urgent", wants("return_item"), *ALL)
    call.says("yes", Affirm())
    assert len(plans_asked(call)) == 1
    assert "That's done." in call.says("yes", Affirm())


def test_a_policy_refuses_before_anybody_is_asked_to_agree() -> None:
    call = begun()
    call.says("return the rug", wants("return_item"), *ALL[:1], gives("order", "102"), *ALL[2:])
    refused = call.says("yes", Affirm())
    assert refused.startswith("I'm sorry, that order is too old to send back.")
    assert call.outcomes() == [("return_item", "declined")]
    assert "create_return" not in [tool for tool, _ in call.calls()]


def test_values_that_are_there_already_are_not_asked_for_and_no_model_is_asked_about_them() -> None:
    call = begun()
    call.says("return", wants("return_item"), *ALL)
    call.says("yes", Affirm())
    assert plans_asked(call)[0].done == ("collect order, reason, urgent",)


def test_a_model_chooses_among_what_is_offered() -> None:
    call = begun()
    call.plans = chooses(
        CollectSlot("urgent"),
        CollectSlot("order"),
        UseTool("get_order"),
        CollectSlot("reason"),
        RETURNS,
        SayWords("Your return number is {create_return.number:spelled}."),
        EndJourney("resolved"),
    )
    call.says("return", wants("return_item"))
    assert call.says("1234", gives("account", "1234")) == "Is it urgent?"
    assert call.says("yes", Affirm()) == "Which order: lamp or rug?"
    call.says("lamp", gives("order", "101"))
    assert call.says("yes", Affirm()) == "Why do you send it back?"
    assert call.says("broken", gives("reason", "damaged")).startswith("Shall I go ahead with this: create return")
    said = call.says("yes", Affirm())
    assert said == "Your return number is 7 1 0 1. Is there anything else I can help you with?"
    assert call.outcomes() == [("return_item", "resolved")]


def test_what_a_plan_may_know_and_choose_stands_in_the_action() -> None:
    call = begun()
    call.plans = chooses(*COLLECT, UseTool("get_order"))
    call.says("return", wants("return_item"), *ALL)
    call.says("yes", Affirm())
    first, last = plans_asked(call)[0], plans_asked(call)[-1]
    assert first.choices.tools == ("get_order",)
    assert first.choices.outcomes == ("unresolved",)
    assert {"order", "reason", "customer.name", "today"} <= set(first.choices.references)
    assert first.deadline_us == PATIENCE_US
    assert {tool.name: tool.effect for tool in first.tools} == {"get_order": "read", "create_return": "write"}
    assert last.goal == "The return is booked, or fairly refused"


MALICE: Final = [
    CollectSlot("find_customer"),
    UseTool("find_customer"),
    UseTool("create_return", (("order", "102"),)),
    UseTool("create_return", (("order", "order"),)),
    SayWords("{customer.password}"),
    SayWords("  "),
    SayWords("{"),
    EndJourney("resolved"),
    EndJourney("won"),
    RETURNS,
]


@pytest.mark.parametrize("move", MALICE, ids=str)
def test_what_was_not_offered_is_refused_once_with_the_reason_then_the_journey_goes_by_rule(move: Any) -> None:
    call = begun()
    call.plans = chooses(move, move)
    said = call.says("return", wants("return_item"), gives("account", "1234"))
    assert said == "Which order: lamp or rug?"
    assert len(plans_asked(call)) == 2
    assert plans_asked(call)[1].refused != ""
    assert [tool for tool, _ in call.calls()] == ["find_customer"]
    assert call.outcomes() == []


def test_no_answer_of_a_model_reaches_a_write_without_the_callers_yes() -> None:
    call = begun()
    call.plans = chooses(UseTool("get_order"), RETURNS)
    call.says("return", wants("return_item"), *ALL)
    proposed = call.says("yes", Affirm())
    assert proposed.startswith("Shall I go ahead with this")
    assert call.says("no", Deny()) == "All right. What would you like to change?"
    assert "create_return" not in [tool for tool, _ in call.calls()]


def test_a_write_that_requires_no_confirmation_gets_one_all_the_same() -> None:
    files = {**FILES, "journeys/return_item.yaml": PLANNED.replace("[policy.window, confirmed]", "[policy.window]")}
    call = begun(load(files))
    call.plans = chooses(UseTool("get_order"), RETURNS)
    call.says("return", wants("return_item"), *ALL)
    assert call.says("yes", Affirm()).startswith("Shall I go ahead with this")
    assert "create_return" not in [tool for tool, _ in call.calls()]


def test_the_author_may_word_the_proposal() -> None:
    worded = PLANNED.replace("idempotency: order}", 'idempotency: order, confirm: "Send the {order.item} back?"}')
    call = begun(load({**FILES, "journeys/return_item.yaml": worded}))
    call.says("return", wants("return_item"), *ALL)
    assert call.says("yes", Affirm()) == "Send the lamp back?"


def test_a_correction_after_the_write_was_planned_is_proposed_anew() -> None:
    call = begun()
    call.plans = chooses(UseTool("get_order"), RETURNS)
    call.says("return", wants("return_item"), *ALL)
    call.says("yes", Affirm())
    changed = call.says("no, it is too small", corrects("reason", "too_small"))
    assert changed == "Shall I go ahead with this: create return: order lamp, reason too small, urgent no?"
    call.says("yes", Affirm())
    assert call.calls()[-1] == ("create_return", {"order": "101", "reason": "too_small", "urgent": False})


def test_open_arguments_are_chosen_as_references_and_by_name_without_a_model() -> None:
    call = begun(OPEN_PACK)
    call.plans = chooses(UseTool("get_order", (("order", "order"),)))
    call.says("return", wants("return_item"), *ALL)
    call.says("yes", Affirm())
    assert call.calls()[-1] == ("get_order", {"order": "101"})
    alone = begun(OPEN_PACK)
    alone.says("return", wants("return_item"), *ALL)
    alone.says("yes", Affirm())
    assert alone.calls()[-1] == ("get_order", {"order": "101"})


@pytest.mark.parametrize("arguments", [(), (("order", "102"),), (("order", "order"), ("order", "order"))], ids=str)
def test_open_arguments_take_references_only(arguments: tuple[tuple[str, str], ...]) -> None:
    call = begun(OPEN_PACK)
    call.plans = chooses(UseTool("get_order", arguments), CallPerson())
    call.says("return", wants("return_item"), *ALL)
    call.says("yes", Affirm())
    assert "get_order" not in [tool for tool, _ in call.calls()]


def test_a_plan_may_call_a_person() -> None:
    call = begun()
    call.plans = chooses(CallPerson())
    call.says("return", wants("return_item"), gives("account", "1234"))
    assert [transfer.reason for transfer in call.transfers()] == ["it needs a person to go on"]


def test_a_model_is_asked_for_so_many_moves_and_no_more() -> None:
    call = begun()
    call.plans = lambda asked: Planned(asked.request, SayWords("Let me see.") if asked.choices.say else COLLECT[0])
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("lamp", gives("order", "101"))
    call.says("yes", Affirm())
    assert len(plans_asked(call)) <= 16


def test_a_failed_write_is_owned_up_to_and_tried_again() -> None:
    def broken(**_: Any) -> dict[str, Any]:
        raise Broken("no")

    call = Dialogue(PACK, {**SHOP_TOOLS, "create_return": broken})
    call.starts()
    call.says("return", wants("return_item"), *ALL)
    call.says("yes", Affirm())
    assert call.says("yes", Affirm()) == "I'm sorry, that didn't work just now. Shall I try again?"


def test_a_planned_journey_may_be_gone_through_by_another() -> None:
    outer = (
        "journey: outer\ngoal: x\nwhen: {examples: [do all]}\nneeds: [identity.verified]\n"
        "steps:\n  - call: return_item\n  - say: So much for that.\n"
    )
    call = begun(load({**FILES, "journeys/outer.yaml": outer}))
    call.says("do all", wants("outer"), *ALL)
    call.says("yes", Affirm())
    assert "So much for that." in call.says("yes", Affirm())


@pytest.mark.parametrize(
    ("journey", "found"),
    [
        (PLANNED.replace("with: {order:", 'with: {order: x, oops: "{nothing}", z:'), "unknown name 'nothing'"),
        (PLANNED.replace("days(get_order.delivered_on", "days(get_rder.delivered_on"), "unknown name 'get_rder'"),
        (
            RETURN.replace("get_order: {effect: read}", 'get_order: {effect: read, with: {order: "{order}"}}'),
            "'with' under",
        ),
        (RETURN.replace("idempotency: order}", "idempotency: order, confirm: Shall I?}"), "'confirm' under"),
        (PLANNED + "secure: {order: {entry: keypad_only}}\n", "without 'steps'"),
    ],
)
def test_mistakes_are_found_with_their_place(journey: str, found: str) -> None:
    problems = [str(problem) for problem in check({**FILES, "journeys/return_item.yaml": journey})]
    assert any(found in problem and "return_item.yaml:" in problem for problem in problems), problems


def test_an_identification_is_never_left_to_a_plan() -> None:
    with pytest.raises(AgentFolderError, match="without 'steps'"):
        load({**FILES, "journeys/identify.yaml": IDENTIFY.partition("steps:")[0]})
