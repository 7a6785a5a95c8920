"""Small things that callers notice: what is said again, in which order wishes are seen to, what is the same write."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import Dialogue, Tool, corrects, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from tests.journeys.test_writes import proposed, writes
from voice_agent.conversation.actions import CallTool, Connect
from voice_agent.conversation.commands import Affirm, AskWhatIsOffered, Deny, HoldOn, Repeat, Thank, WantHuman
from voice_agent.journeys.engine_events import TurnUnderstood
from voice_agent.journeys.load import check, load

RETURN = "journeys/return_item.yaml"


def shop(old: str = "", new: str = "") -> Dialogue:
    text = SHOP[RETURN]
    assert old in text
    call = Dialogue(load({**SHOP, RETURN: text.replace(old, new, 1)}), SHOP_TOOLS)
    call.starts()
    return call


def identified() -> Dialogue:
    call = shop()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    return call


def test_after_a_moment_the_question_before_it_is_what_is_said_again() -> None:
    call = identified()
    assert call.says("hold on", HoldOn()) == "Take your time."
    assert call.says("what did you say?", Repeat()) == "Which order: lamp or rug?"


def test_the_wish_that_was_said_first_is_seen_to_first_however_sure_the_other_is() -> None:
    call = shop()
    said = call.says("are you open, and I want to return it", wants("opening_hours", 0.6), wants("return_item", 0.95))
    assert said.startswith("We are open until six. Now, to your other question. What's your number?")


BOOK = """
journey: book
goal: A visit is booked
when: {examples: [book a visit]}
slots:
  day: {type: choice, values: {monday: [], tuesday: []}, ask: Which day?, confirm: never}
  opening:
    type: reference
    from: {list: find_openings.list, value: id, labels: [label]}
    ask: "At {opening:choices}?"
    confirm: never
tools:
  find_openings: {effect: read}
  book: {effect: write, requires: [confirmed]}
steps:
  - collect: day
  - do: find_openings
    with: {day: "{day}"}
  - collect: opening
  - confirm: "Shall I book {opening.label}?"
  - do: book
    with: {opening: "{opening}"}
"""
OPENINGS = {
    "monday": [{"id": "m9", "label": "nine"}, {"id": "m10", "label": "ten"}],
    "tuesday": [{"id": "t2", "label": "two"}, {"id": "t3", "label": "three"}],
}


def booking() -> Dialogue:
    tools: dict[str, Tool] = {
        "find_openings": lambda day: {"list": OPENINGS[day]},
        "book": lambda opening: {"ok": True},
    }
    call = Dialogue(load({**SHOP, "journeys/book.yaml": BOOK}), tools)
    call.starts()
    call.says("book a visit on monday", wants("book"), gives("day", "monday"))
    assert call.says("nine", gives("opening", "m9")) == "Shall I book nine?"
    return call


def test_what_a_corrected_day_makes_impossible_is_asked_for_without_blaming_the_caller() -> None:
    call = booking()
    assert call.says("no, tuesday", corrects("day", "tuesday")) == "At two or three?"
    assert call.says("two", gives("opening", "t2")) == "Shall I book two?"


def test_what_was_never_on_the_list_is_still_not_found() -> None:
    call = booking()
    assert call.says("no, five", corrects("opening", "m5")).startswith("Sorry, I can't find that one.")


def keys(call: Dialogue) -> list[str]:
    return [one.idempotency_key for one in call.actions if isinstance(one, CallTool) and one.effect == "write"]


def returned_twice(idempotency: str) -> Dialogue:
    call = shop("idempotency: order", f"idempotency: {idempotency}")
    for values in ((gives("account", "1234"),), ()):
        call.says("return", wants("return_item"), *values)
        call.says("yes", Affirm()) if values else None
        call.says("the lamp, it broke", gives("order", "101"), gives("reason", "damaged"))
        call.says("yes", Affirm())
        call.says("not urgent", gives("urgent", False))
        call.says("yes", Affirm())
    return call


@pytest.mark.parametrize(("idempotency", "different"), [("order", 1), ("each_time", 2)])
def test_who_goes_through_a_journey_again_has_it_done_again_only_where_the_author_says_so(
    idempotency: str, different: int
) -> None:
    call = returned_twice(idempotency)
    assert len(writes(call)) == 2
    assert len(set(keys(call))) == different


def test_what_is_tried_again_in_one_run_is_the_same_write() -> None:
    pack = load({**SHOP, RETURN: SHOP[RETURN].replace("idempotency: order", "idempotency: each_time")})
    attempts = iter([KeyError("down"), None])

    def create_return(order: str, reason: str, urgent: bool) -> dict[str, object]:
        problem = next(attempts)
        if problem is not None:
            raise problem
        return {"number": "7"}

    call = Dialogue(pack, {**SHOP_TOOLS, "create_return": create_return})
    call.starts()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    call.says("the lamp, it broke", gives("order", "101"), gives("reason", "damaged"))
    call.says("yes", Affirm())
    call.says("not urgent", gives("urgent", False))
    assert "Shall I try again?" in call.says("yes", Affirm())
    call.says("yes", Affirm())
    assert len(keys(call)) == 2
    assert len(set(keys(call))) == 1


def test_other_words_for_idempotency_are_a_mistake() -> None:
    (problem,) = check({**SHOP, RETURN: SHOP[RETURN].replace("idempotency: order", "idempotency: always")})
    assert "found for idempotency 'always'; allowed: order, reason, urgent, each_time" in str(problem)


def test_thanks_are_answered_and_count_as_no_miss() -> None:
    call = shop()
    assert call.says("thanks", Thank()) == "You're welcome. What can I do for you?"
    call.says("return", wants("return_item"), gives("account", "1234"))
    said = call.says("thank you", Thank())
    assert said == "You're welcome. So that's 1 2 3 4. Is that right?"
    for _ in range(4):
        assert "colleague" not in call.says("thanks", Thank())


def test_thanks_agree_to_nothing() -> None:
    call = shop()
    proposed(call)
    assert "Shall I return the lamp" in call.says("thanks", Thank())
    assert writes(call) == []


def test_what_the_agent_can_do_is_told_by_the_titles_of_its_journeys() -> None:
    call = shop("journey: return_item\n", "journey: return_item\ntitle: sending something back\n")
    said = call.says("what can you do", AskWhatIsOffered())
    assert said == "I can help you with opening hours and sending something back. What can I do for you?"
    call.says("return", wants("return_item"))
    assert call.says("what else", AskWhatIsOffered()).endswith("Could you say the four digits again?")


def test_a_journey_that_is_not_offered_now_is_not_told() -> None:
    call = shop("when: {observe", "when: {state: identity.verified, observe")
    assert call.says("what can you do", AskWhatIsOffered()).startswith("I can help you with opening hours. ")


CALL_BACK = """
journey: call_me
goal: A colleague calls back about something
when: {examples: [call me back]}
slots: {about: {type: text, ask: What is it about?}}
steps:
  - collect: about
  - hand_over: {reason: "{about}"}
"""


def reachable(*, journey: bool) -> Dialogue:
    agent = SHOP["agent.yaml"].replace("{to: callbacks}", "{to: callbacks, addresses: {callbacks: sip:desk@10.0.0.5}}")
    files = {**SHOP, "agent.yaml": agent} | ({"journeys/call_me.yaml": CALL_BACK} if journey else {})
    call = Dialogue(load(files), SHOP_TOOLS)
    call.starts()
    return call


def test_who_wants_to_be_called_back_is_not_put_through_now() -> None:
    call = reachable(journey=False)
    assert call.says("call me back", WantHuman(call_back=True)).startswith("I'll have a colleague call you back.")
    assert [one.reason for one in call.transfers()] == ["the caller asked to be called back"]
    assert not any(isinstance(one, Connect) for one in call.actions)
    other = reachable(journey=False)
    other.says("a person", WantHuman())
    assert any(isinstance(one, Connect) for one in other.actions)


def test_a_call_back_is_its_journeys_where_there_is_one() -> None:
    call = reachable(journey=True)
    assert call.says("call me back", wants("call_me"), WantHuman(call_back=True)) == "What is it about?"
    assert call.transfers() == []
    person = reachable(journey=True)
    person.says("a person", wants("call_me"), WantHuman())
    assert any(isinstance(one, Connect) for one in person.actions)


def test_a_no_that_says_more_does_not_end_the_call() -> None:
    call = shop()
    call.says("are you open", wants("opening_hours"))
    assert "Anything else?" in call.says("no, I want to use another card", Deny("use another card"))
    assert not call.hung_up()
    assert call.says("no", Deny()).endswith("Goodbye.")


def test_a_yes_into_the_farewell_agrees_to_nothing_that_was_proposed_before_it() -> None:
    call = shop()
    assert "Shall I return the lamp" in proposed(call)
    assert call.is_silent(3).endswith("Goodbye.")
    assert "Shall I return the lamp" in call.says("yes", Affirm())
    assert writes(call) == []
    assert "Your return number is" in call.says("yes", Affirm())


def test_a_noise_after_are_you_still_there_makes_the_next_yes_no_agreement() -> None:
    call = shop()
    assert "Shall I return the lamp" in proposed(call)
    assert call.is_silent(2) == "Are you still there?"
    assert call.feed(TurnUnderstood(9, "", ())) == ""
    assert "Shall I return the lamp" in call.says("yes", Affirm())
    assert writes(call) == []
