"""A tool that writes is reached through its policies and the caller's agreement to just what it will do."""

from __future__ import annotations

from typing import Any

import msgspec

from tests.journeys.dialogue import Broken, Dialogue, corrects, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from voice_agent.conversation.actions import CallTool, RecordOutcome
from voice_agent.conversation.commands import Affirm, Cancel, Deny, Goodbye, NeedEmergencyHelp, WantHuman
from voice_agent.journeys.gates import (
    Grounds,
    Passed,
    Refused,
    Unconfirmed,
    Unfounded,
    Unjudged,
    idempotency_key,
    pass_gate,
)
from voice_agent.journeys.load import check, load
from voice_agent.journeys.pack import Policy, Tool

PACK = load(SHOP)
PROPOSAL = "Shall I return the lamp because it is damaged?"


def proposed(call: Dialogue, order: str = "101") -> str:
    """A call up to the answer to the yes that settles the last slot."""
    call.starts()
    call.says("I want to return my lamp", wants("return_item"))
    call.says("1234", gives("account", "1234"))
    call.says("yes", Affirm())
    call.says("that one, it's broken", gives("order", order), gives("reason", "damaged"), gives("urgent", False))
    return call.says("yes", Affirm())


def writes(call: Dialogue) -> list[CallTool]:
    return [action for action in call.actions if isinstance(action, CallTool) and action.effect == "write"]


def test_yes_to_the_proposal_writes_once_with_a_key_that_repeats() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    assert proposed(call) == PROPOSAL
    assert writes(call) == []
    assert call.says("yes", Affirm()).startswith("Done. Your return number is 7 1 0 1.")
    (write,) = writes(call)
    assert write.arguments == {"order": "101", "reason": "damaged", "urgent": False}
    assert write.idempotency_key == "conversation-1:create_return:101"
    assert ("return_item", "resolved") in call.outcomes()


def test_no_to_the_proposal_asks_what_to_change_and_proposes_anew() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    assert call.says("no", Deny()) == "All right. What would you like to change?"
    said = call.says("it's too small", gives("reason", "too_small"))
    assert said == "Shall I return the lamp because it is too small?"
    assert writes(call) == []


def test_a_change_that_the_proposal_does_not_name_is_proposed_anew_too() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    assert call.says("yes, and it is urgent", Affirm(), corrects("urgent", True)) == PROPOSAL
    assert writes(call) == []
    call.says("yes", Affirm())
    assert writes(call)[0].arguments["urgent"] is True


def test_no_and_nothing_to_change_drops_it() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    call.says("no", Deny())
    assert call.says("no", Deny()).startswith("All right, I'll leave that.")
    assert ("return_item", "cancelled") in call.outcomes()
    assert writes(call) == []


def test_a_policy_refuses_before_anybody_is_asked_to_agree() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    assert proposed(call, "102").startswith("I'm sorry, that order is too old to send back.")
    assert writes(call) == []
    assert RecordOutcome("return_item", "declined", ("policy.window.failed",)) in call.actions


def test_a_policy_that_lacks_its_data_refuses() -> None:
    call = Dialogue(PACK, {**SHOP_TOOLS, "get_order": lambda order: {}})
    assert proposed(call).startswith("I'm sorry, that order is too old")
    assert writes(call) == []


def test_a_proposal_that_was_cut_off_early_is_not_agreed_to() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    assert call.says("yes yes", Affirm(), heard="Shall I return") == PROPOSAL
    assert writes(call) == []
    call.says("yes", Affirm(), heard="Shall I return the lamp because it is")
    assert len(writes(call)) == 1


def test_what_was_written_can_not_be_corrected_any_more() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    call.says("yes", Affirm())
    said = call.says("no, the rug", corrects("order", "102"))
    assert (
        said == "That has already gone through, so I can't change it any more. Shall I have a colleague call you back?"
    )
    assert len(writes(call)) == 1


def test_what_is_asked_while_a_write_runs_is_done_after_it() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    call.hold_tools = True
    call.says("yes", Affirm())
    assert call.says("stop", Cancel()) == "One moment, please."
    assert call.says("and give me a person", WantHuman()) == "I'm still looking."
    assert call.transfers() == []
    said = call.tools_return()
    assert said.startswith("Done. Your return number is 7 1 0 1. I'll have a colleague call you back.")
    assert call.outcomes() == [("return_item", "resolved"), ("conversation", "transferred")]


def test_good_bye_while_a_write_runs_waits_for_it() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    call.hold_tools = True
    call.says("yes", Affirm())
    call.says("bye", Goodbye())
    assert not call.hung_up()
    assert call.tools_return() == "Done. Your return number is 7 1 0 1. Thanks for calling Meadow Shop. Goodbye."
    assert call.hung_up()


def test_a_write_that_failed_is_tried_again_under_the_same_key() -> None:
    failures = [Broken("timed out")]

    def flaky(**arguments: Any) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return {"number": "7101"}

    call = Dialogue(PACK, {**SHOP_TOOLS, "create_return": flaky})
    proposed(call)
    assert call.says("yes", Affirm()) == "I'm sorry, that didn't work just now. Shall I try again?"
    assert call.says("yes", Affirm()).startswith("Done.")
    assert len({write.idempotency_key for write in writes(call)}) == 1


def test_after_a_failed_write_its_values_stay_as_they_are() -> None:
    def broken(**arguments: Any) -> dict[str, Any]:
        raise Broken("timed out: it may have happened")

    call = Dialogue(PACK, {**SHOP_TOOLS, "create_return": broken})
    proposed(call)
    call.says("yes", Affirm())
    assert call.says("no, the rug", corrects("order", "102")).endswith("Shall I have a colleague call you back?")
    assert {write.arguments["order"] for write in writes(call)} == {"101"}


def test_another_customer_does_not_inherit_an_agreement() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    call.says("sorry, my number is 5678", corrects("account", "5678"))
    assert call.says("yes", Affirm()) == "Shall I return the vase because it is damaged?"
    assert writes(call) == []


def test_what_is_collected_after_the_agreement_is_not_agreed_to() -> None:
    text = SHOP["journeys/return_item.yaml"]
    text = text.replace("[order, reason, urgent]", "[order, reason]")
    text = text.replace("  - do: create_return\n", "  - collect: urgent\n  - do: create_return\n")
    (problem,) = check({**SHOP, "journeys/return_item.yaml": text})
    assert problem.message == "found 'do: create_return' without a confirm step before it; allowed: after one"


WINDOW = load(SHOP).journeys[2].policies[0]
READ = Tool("look", "read", WINDOW.place)
WRITE = Tool("book", "write", WINDOW.place, ("policy.window", "confirmed"))


def _gate(tool: Tool, *, holds: bool, agreed: bool, policies: dict[str, Policy]) -> Passed | Refused | Unconfirmed:
    grounds = Grounds(agreed, verified=False, sources={"a": ("customer", "journey")})
    gate = pass_gate(tool, {"a": 1}, policies, lambda policy: holds, grounds)
    assert not isinstance(gate, Unfounded | Unjudged)
    return msgspec.structs.replace(gate, sources={}) if isinstance(gate, Passed) else gate


def test_gate_lets_reads_through_and_writes_only_with_everything() -> None:
    known = {"window": WINDOW}
    assert _gate(READ, holds=False, agreed=False, policies={}) == Passed(READ, {"a": 1})
    assert _gate(WRITE, holds=True, agreed=True, policies=known) == Passed(WRITE, {"a": 1})
    assert _gate(WRITE, holds=False, agreed=True, policies=known) == Refused(WINDOW)
    assert _gate(WRITE, holds=True, agreed=False, policies=known) == Unconfirmed(WRITE)
    assert _gate(WRITE, holds=True, agreed=True, policies={}) == Unconfirmed(WRITE)
    bare = Tool("bare", "write", WINDOW.place)
    assert _gate(bare, holds=True, agreed=True, policies=known) == Unconfirmed(bare)


def test_keys_of_writes_tell_conversations_tools_and_arguments_apart() -> None:
    one = idempotency_key("c1", Passed(WRITE, {"a": 1, "b": 2}), {})
    assert one == idempotency_key("c1", Passed(WRITE, {"b": 2, "a": 1}), {})
    assert one != idempotency_key("c2", Passed(WRITE, {"a": 1, "b": 2}), {})
    assert one != idempotency_key("c1", Passed(WRITE, {"a": 1, "b": 3}), {})
    assert idempotency_key("c1", Passed(READ, {"a": 1}), {}) == ""


def test_a_cry_for_help_is_answered_while_a_write_is_under_way() -> None:
    call = Dialogue(PACK, SHOP_TOOLS)
    proposed(call)
    call.hold_tools = True
    call.says("yes", Affirm())
    answer = call.says("call the police", NeedEmergencyHelp())
    assert answer.startswith("I can't call the emergency services.")
    assert answer.endswith("dial the emergency number yourself, now.")
