"""The example, read aloud: whole calls with the agent of examples/riverside_broadband."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.dialogue import (
    Broken,
    Dialogue,
    corrects,
    gives,
    load_example,
    riverside_database,
    riverside_tools,
    wants,
)
from voice_agent.conversation.actions import CallTool, HangUp, RecordOutcome, Say, StartRecording
from voice_agent.conversation.commands import (
    Affirm,
    Deny,
    Goodbye,
    Greet,
    HoldOn,
    NotUnderstood,
    Repeat,
    WantHuman,
)

PACK = load_example()
ASK_ACCOUNT = "What's your eight-digit account number?"
ASK_ACCOUNT_AGAIN = "Could you give me the eight digits of your account number? It's at the top of your bill."
ANYTHING_ELSE = "Is there anything else I can help you with?"
CALL_BACK = "I'll have a colleague call you back."


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    connection = riverside_database()
    yield connection
    connection.close()


@pytest.fixture
def call(database: sqlite3.Connection) -> Dialogue:
    return Dialogue(PACK, riverside_tools(database))


def identified(call: Dialogue, account: str) -> str:
    """A call up to the answer to the yes that identifies the caller."""
    call.starts()
    call.says("where is my order", wants("track_order"))
    call.says(account, gives("account", account))
    return call.says("yes", Affirm())


def test_a_whole_call(call: Dialogue) -> None:
    assert call.starts() == (
        "Hello, this is Riverside Broadband. I'm an automated assistant. "
        "This call is recorded, so that we can improve. How can I help?"
    )
    assert call.says("where is my order", wants("track_order")) == ASK_ACCOUNT
    assert call.says("5501 2479", gives("account", "55012479")) == "That was 5 5 0 1, 2 4 7 9. Is that right?"
    assert call.says("yes", Affirm()) == (
        f"Your fibre router is on its way. It should reach you tomorrow. {ANYTHING_ELSE}"
    )
    assert call.says("no thanks", Deny()) == "Thanks for calling Riverside Broadband. Goodbye."
    assert call.outcomes() == [("track_order", "resolved")]
    assert call.actions[-1] == HangUp("goodbye")


def test_recording_starts_after_the_notice_in_the_greeting(call: Dialogue) -> None:
    call.starts()
    assert [type(action) for action in call.actions] == [Say, StartRecording]


@pytest.mark.parametrize(("channel", "record"), [("text", True), ("phone", False)])
def test_what_is_not_recorded_is_not_announced(channel: str, record: bool) -> None:
    call = Dialogue(PACK, channel=channel, record=record)
    assert "recorded" not in call.starts()
    assert len(call.actions) == 1


def test_the_account_is_looked_up_while_it_is_read_back(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    call.says("5501 2479", gives("account", "55012479"))
    assert call.calls() == [("find_customer", {"account": "55012479"})]


def test_text_shows_figures_as_they_are_written(database: sqlite3.Connection) -> None:
    call = Dialogue(PACK, riverside_tools(database), channel="text")
    call.starts()
    call.says("where is my order", wants("track_order"))
    assert call.says("47762081", gives("account", "47762081")) == "That was 47762081. Is that right?"
    assert "was delivered on Thursday 26 February." in call.says("yes", Affirm())


def test_the_account_may_come_with_the_wish(call: Dialogue) -> None:
    call.starts()
    said = call.says("where's my order, it's 5501 2479", wants("track_order"), gives("account", "55012479"))
    assert said == "That was 5 5 0 1, 2 4 7 9. Is that right?"


def test_no_with_other_digits_reads_those_back(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    call.says("5501 2478", gives("account", "55012478"))
    said = call.says("no, 5501 2479", Deny(), gives("account", "55012479"))
    assert said == "So that's 5 5 0 1, 2 4 7 9. Is that right?"
    assert "fibre router" in call.says("yes", Affirm())
    assert call.calls()[-1] == ("get_order", {"order": "48213", "account": "55012479", "today": "2026-03-04"})


def test_a_late_answer_for_the_old_number_is_dropped(call: Dialogue) -> None:
    call.hold_tools = True
    call.starts()
    call.says("where is my order", wants("track_order"))
    call.says("5501 2478", gives("account", "55012478"))
    call.says("no, nine at the end", corrects("account", "55012479"))
    assert call.tools_return() == ""
    assert [type(action).__name__ for action in call.actions][-1] == "DropLate"
    call.hold_tools = False
    assert "fibre router" in call.says("yes", Affirm())


def test_plain_no_asks_for_the_number_again(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    call.says("5501 2478", gives("account", "55012478"))
    assert call.says("no", Deny()) == f"Sorry about that. {ASK_ACCOUNT_AGAIN}"


def test_too_few_digits_are_named(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    assert call.says("5501", gives("account", "5501")) == f"I heard 4 digits, but I need 8. {ASK_ACCOUNT_AGAIN}"


def test_who_has_one_order_is_not_asked_which(call: Dialogue) -> None:
    assert "Which order" not in identified(call, "55012479")


def test_of_several_orders_the_caller_chooses(call: Dialogue) -> None:
    assert identified(call, "20483317") == "Which order is it about: mesh booster or fibre router?"
    view = call.engine.expectation.slot
    assert view is not None
    assert [(choice.value, choice.labels) for choice in view.choices] == [
        ("48377", ("mesh booster", "48377")),
        ("47102", ("fibre router", "47102")),
    ]
    said = call.says("the router", gives("order", "47102"))
    assert said.startswith("Fibre router, thank you. Your fibre router was delivered on Saturday, the fourteenth of")


def test_the_other_order_after_the_answer(call: Dialogue) -> None:
    identified(call, "20483317")
    call.says("the router", gives("order", "47102"))
    said = call.says("no, I meant the booster", Deny(), corrects("order", "48377"))
    assert said.startswith("Mesh booster, thank you. Your mesh booster is being put together.")
    assert call.outcomes() == [("track_order", "resolved"), ("track_order", "resolved")]


def test_another_account_after_the_answer_starts_over_for_that_customer(call: Dialogue) -> None:
    identified(call, "55012479")
    assert call.says("sorry, 2048 3317", corrects("account", "20483317")) == (
        "So that's 2 0 4 8, 3 3 1 7. Is that right?"
    )
    assert call.says("yes", Affirm()) == "Which order is it about: mesh booster or fibre router?"


def test_repeat_and_slower(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    call.says("5501 2479", gives("account", "55012479"))
    assert call.says("sorry?", Repeat()) == "That was 5 5 0 1, 2 4 7 9. Is that right?"
    call.says("slowly please", Repeat(slower=True))
    last = call.actions[-1]
    assert isinstance(last, Say)
    assert last.clauses == ("That was 5 5,", "0 1,", "2 4,", "7 9.", "Is that right?")
    assert last.pace == "slow"


def test_silence_asks_again_then_whether_anybody_is_there_then_hangs_up(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    assert call.is_silent(1) == ASK_ACCOUNT_AGAIN
    assert call.is_silent(2) == "Are you still there?"
    assert not call.hung_up()
    assert call.is_silent(3).endswith("Goodbye.")
    assert call.hung_up()
    call.ends()
    assert call.outcomes() == [("track_order", "abandoned")]


def test_who_speaks_into_the_silent_goodbye_goes_on(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    call.is_silent(3)
    assert call.is_silent(4) == ""
    assert call.says("5501 2479", gives("account", "55012479")).startswith("That was 5 5 0 1")


def test_who_asks_for_a_moment_gets_one(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    assert call.says("hold on", HoldOn()) == "Take your time."
    assert call.is_silent(1) == "Are you still there?"
    assert call.is_silent(2) == ASK_ACCOUNT_AGAIN


def test_a_person_at_the_first_ask(call: Dialogue) -> None:
    identified(call, "20483317")
    assert call.says("can I talk to somebody", WantHuman()) == f"{CALL_BACK} {ANYTHING_ELSE}"
    (transfer,) = call.transfers()
    assert transfer.target == "callbacks"
    assert transfer.summary == "\n".join(
        [
            "Caller: +15550100101, Tobias Hale (verified).",
            "Reason: the caller asked for a person.",
            "Wanted: The customer knows where the order is and when it comes (track_order).",
            "Given: account 20483317.",
            "Found by find_customer: found True, account 20483317, name Tobias Hale.",
        ]
    )
    assert call.outcomes() == [("track_order", "transferred")]


def test_asking_for_a_person_twice_hands_over_once(call: Dialogue) -> None:
    call.starts()
    call.says("a person", WantHuman())
    assert call.says("a person!", WantHuman()).startswith("A colleague will call you back")
    assert len(call.transfers()) == 1
    assert call.outcomes() == [("conversation", "transferred")]


def test_an_unknown_account_twice_goes_to_a_person(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    call.says("11111111", gives("account", "11111111"))
    assert call.says("yes", Affirm()) == f"I can't find an account with that number. {ASK_ACCOUNT_AGAIN}"
    call.says("11111113", gives("account", "11111113"))
    said = call.says("yes", Affirm())
    assert said == f"I can't find an account with that number. {CALL_BACK} {ANYTHING_ELSE}"
    assert "account 11111113 (not found)" in call.transfers()[0].summary
    assert call.says("where is my order", wants("track_order")).startswith("A colleague will call you back")


def test_three_times_not_understood_offers_a_person(call: Dialogue) -> None:
    call.starts()
    assert call.says("blah", NotUnderstood("unclear")) == "Sorry, I didn't catch that. What can I do for you?"
    assert "You can ask me where your order is" in call.says("blah", NotUnderstood("unclear"))
    assert call.says("blah", NotUnderstood("unclear")).endswith("Shall I have a colleague call you back?")
    assert call.says("yes", Affirm()).startswith(CALL_BACK)


def test_still_not_understood_at_the_offer_goes_to_a_person(call: Dialogue) -> None:
    call.starts()
    for _ in range(3):
        call.says("blah", NotUnderstood("unclear"))
    assert call.says("blah", NotUnderstood("unclear")).startswith(CALL_BACK)


def test_out_of_scope_says_what_can_be_asked(call: Dialogue) -> None:
    call.starts()
    said = call.says("what's the weather", NotUnderstood("out_of_scope"))
    assert said.startswith("I'm afraid I can't help with that. You can ask me where your order is")


def test_hello_is_greeted_back(call: Dialogue) -> None:
    call.starts()
    assert call.says("hello", Greet()) == "Hello. What can I do for you?"


def test_bye_in_the_middle_warns_once(call: Dialogue) -> None:
    call.starts()
    call.says("where is my order", wants("track_order"))
    assert call.says("bye", Goodbye()).startswith("Before you go")
    assert call.says("no", Deny()) == ASK_ACCOUNT_AGAIN
    assert call.says("bye", Goodbye()).endswith("Goodbye.")
    assert call.hung_up()
    assert call.outcomes() == [("track_order", "abandoned")]


def test_a_wish_spoken_into_the_farewell_is_taken_up(call: Dialogue) -> None:
    call.starts()
    call.says("bye", Goodbye())
    assert call.hung_up()
    assert call.says("oh, where is my order", wants("track_order")) == ASK_ACCOUNT


def test_thanks_into_the_farewell_is_answered_with_a_farewell(call: Dialogue) -> None:
    call.starts()
    call.says("bye", Goodbye())
    assert call.says("bye", Goodbye()).endswith("Goodbye.")


def test_a_failing_tool_is_tried_again_and_then_a_person_is_offered(database: sqlite3.Connection) -> None:
    def broken(order: str, account: str, today: str) -> dict[str, Any]:
        raise Broken("no answer")

    call = Dialogue(PACK, {**riverside_tools(database), "get_order": broken})
    assert identified(call, "55012479") == "I'm sorry, that didn't work just now. Shall I try again?"
    assert call.says("yes", Affirm()) == (
        "I'm sorry, something isn't working on my side. Shall I have a colleague call you back?"
    )
    assert call.says("yes", Affirm()).startswith(CALL_BACK)
    assert "Failed: get_order." in call.transfers()[0].summary


def test_a_failed_lookup_ahead_is_made_again_when_it_is_needed(database: sqlite3.Connection) -> None:
    tools = riverside_tools(database)
    failures = [Broken("once")]

    def flaky(account: str) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return tools["find_customer"](account=account)

    call = Dialogue(PACK, {**tools, "find_customer": flaky})
    assert "fibre router" in identified(call, "55012479")


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("38846150", "Your order for the fibre router was cancelled on Sunday, the twenty-second of February."),
        ("90217745", "Your set-top box is out for delivery. It should reach you today."),
        ("64105938", "Your mesh booster should have reached you on Tuesday, the twenty-fourth of February."),
        ("56098412", "I can't see any orders on your account."),
    ],
)
def test_every_status_is_said_in_words(call: Dialogue, account: str, said: str) -> None:
    assert identified(call, account).startswith(said)


def test_outcomes_name_the_call_they_rest_on(call: Dialogue) -> None:
    identified(call, "55012479")
    number = next(a.call for a in call.actions if isinstance(a, CallTool) and a.tool == "get_order")
    assert RecordOutcome("track_order", "resolved", (f"get_order.ok call {number}",)) in call.actions
