"""What becomes of a turn that nothing could be done upon."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, finds, gives, load_example, wants
from voice_agent.conversation.actions import Consult, RecordGap
from voice_agent.conversation.commands import Affirm, Deny, NotUnderstood
from voice_agent.conversation.knowledge import ConsultFailed

PACK = load_example()
STRANGE = NotUnderstood("out_of_scope")


def started() -> Dialogue:
    call = Dialogue(PACK)
    call.starts()
    return call


def test_a_sentence_that_nobody_understood_may_be_what_an_article_is_about() -> None:
    call = started()
    call.knows = finds("router-lights#opening")
    said = call.says("the router has a red light", STRANGE)
    assert "red light" in said
    assert said.endswith("Is there anything else I can help you with?")
    assert [one.query for one in call.actions if isinstance(one, Consult)] == ["the router has a red light"]


@pytest.mark.parametrize("score", [0.0, 0.49])
def test_where_no_article_is_about_it_it_is_out_of_scope_and_no_gap(score: float) -> None:
    call = started()
    call.knows = finds("router-lights#opening", score)
    assert call.says("my dog ate the remote", STRANGE).startswith("I'm afraid I can't help with that.")
    assert not any(isinstance(one, RecordGap) for one in call.actions)


def test_a_search_that_fails_is_a_turn_that_was_missed() -> None:
    call = started()
    call.knows = lambda asked: ConsultFailed(asked.request, "engine_down", "no engine")
    assert call.says("my dog ate the remote", STRANGE).startswith("I'm afraid I can't help with that.")


def test_in_the_middle_of_a_journey_nothing_is_looked_up() -> None:
    call = started()
    call.says("where is my order", wants("track_order"))
    call.knows = finds("router-lights#opening")
    assert "account number" in call.says("the dog has a red light", STRANGE)
    assert not any(isinstance(one, Consult) for one in call.actions)


def test_a_number_that_nobody_asked_for_is_kept_and_no_call_back() -> None:
    call = started()
    said = [call.says("mumble", NotUnderstood("unclear")) for _ in range(3)]
    assert said[-1].endswith("Shall I have a colleague call you back?")
    noted = call.says("5501 2479", gives("account", "55012479"))
    assert noted == "Thank you, I've noted that. What can I help you with?"
    assert call.transfers() == []
    assert call.says("where is my order", wants("track_order")) == "That was 5 5 0 1, 2 4 7 9. Is that right?"


def test_who_has_not_got_the_number_is_told_where_it_is_and_then_offered_a_person() -> None:
    call = started()
    call.says("where is my order", wants("track_order"))
    said = call.says("I don't have it", NotUnderstood("unsure"))
    assert said.startswith("That's all right. Could you give me the eight digits")
    assert (
        call.says("I don't know it", NotUnderstood("unsure")) == "No problem. Shall I have a colleague call you back?"
    )


def test_no_after_anything_else_was_asked_for_is_the_end() -> None:
    call = started()
    call.knows = finds("router-lights#opening")
    call.says("the router has a red light", STRANGE)
    assert call.says("okay", Affirm()) == "What can I help you with?"
    assert call.says("no, nothing", Deny()) == "Thanks for calling Riverside Broadband. Goodbye."
