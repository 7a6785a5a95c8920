"""A number is keyed in confidence: the engine asks for keys, knows a token, and hands it to the one tool that pays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.dialogue import Broken, Dialogue, corrects, gives, wants
from voice_agent.app.agent_folder import read_folder
from voice_agent.conversation.actions import AnyAction, CallTool, DropLate
from voice_agent.conversation.commands import Cancel, Deny, NotUnderstood, WantHuman
from voice_agent.conversation.secure_actions import StartSecureCapture, StopSecureCapture
from voice_agent.conversation.secure_events import (
    CaptureFailure,
    SecureCaptured,
    SecureCaptureFailed,
    SecureVoiceWithheld,
)
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack

CARD_DESK = Path(__file__).parents[1] / "system" / "card_desk"


def pack() -> Pack:
    return load(read_folder(CARD_DESK))


def pays(**_: Any) -> dict[str, Any]:
    return {"receipt": "R-17"}


def at_the_card(channel: str = "phone", tools: dict[str, Any] | None = None) -> Dialogue:
    call = Dialogue(pack(), {"charge_card": pays} if tools is None else tools, channel=channel)
    call.starts()
    call.says("I want to pay my bill", wants("pay_bill"))
    return call


def captures(call: Dialogue) -> list[AnyAction]:
    return [a for a in call.actions if isinstance(a, StartSecureCapture | StopSecureCapture)]


def keyed(call: Dialogue, capture: int, length: int = 16, *, valid: bool = True) -> str:
    return call.feed(SecureCaptured(f"secure-{capture}" if valid else "", length, valid, capture))


def failed(call: Dialogue, capture: int, reason: CaptureFailure) -> str:
    return call.feed(SecureCaptureFailed(capture, reason))


def test_keys_are_captured_before_the_question_is_said_and_a_tool_gets_the_token() -> None:
    call = at_the_card()
    assert call.says("1234", gives("bill", "1234")) == "Key your card."
    started = call.actions[-2:]
    assert started[0] == StartSecureCapture(1, "card_number", tuple(range(13, 20)), "luhn", 10_000_000)
    assert call.engine.expectation.kind == "keypad"
    assert keyed(call, 1) == "Key the code."
    assert captures(call)[1:] == [StartSecureCapture(2, "security_code", (3, 4), "none", 20_000_000)]
    assert keyed(call, 2, 3) == "Pay 1 2 3 4?"
    assert call.calls() == []
    assert call.says("yes", *yes()).startswith("Paid.")
    (made,) = [action for action in call.actions if isinstance(action, CallTool)]
    assert made.arguments == {"bill": "1234"}
    assert made.secure == (("card", "secure-1"), ("code", "secure-2"))
    assert made.idempotency_key == "conversation-1:charge_card:1234"
    assert call.outcomes() == [("pay_bill", "paid")]


@pytest.mark.parametrize("asked_first", [False, True])
def test_who_wants_another_card_keys_that_one_and_agrees_anew(asked_first: bool) -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    keyed(call, 1)
    assert keyed(call, 2, 3) == "Pay 1 2 3 4?"
    if asked_first:
        assert call.says("no", Deny()) == "All right. What would you like to change?"
        assert call.says("the card", NotUnderstood("unclear")) == "Key your card."
    else:
        assert call.says("no, I want to use another card", Deny("use another card")) == "Key your card."
    assert captures(call)[-1] == StartSecureCapture(3, "card_number", tuple(range(13, 20)), "luhn", 10_000_000)
    assert keyed(call, 3) == "Pay 1 2 3 4?"
    call.says("yes", *yes())
    (made,) = [action for action in call.actions if isinstance(action, CallTool)]
    assert made.secure == (("card", "secure-3"), ("code", "secure-2"))


def test_a_no_that_names_nothing_that_was_keyed_asks_what_to_change() -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    keyed(call, 1)
    keyed(call, 2, 3)
    assert call.says("no, not today", Deny()) == "All right. What would you like to change?"


def yes() -> tuple[Any, ...]:
    from voice_agent.conversation.commands import Affirm

    return (Affirm(),)


def test_words_never_fill_it_whoever_reads_them() -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    for command in (gives("card_number", "4111111111111111"), corrects("card_number", "4111111111111111")):
        call.says("four one one one", command)
    assert keyed(call, 1) == "Key the code."
    shown = [view.name for view in call.engine.expectation.correctable]
    assert "card_number" not in shown
    assert "security_code" not in shown
    early = at_the_card()
    early.says("1234 with 4111", gives("card_number", "4111111111111111"), gives("bill", "1234"))
    assert captures(early) != []


def test_a_number_that_cannot_be_right_is_asked_for_again_then_a_person_takes_over() -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    assert keyed(call, 1, 15, valid=False) == "Wrong number. Key it again."
    assert failed(call, 2, "no_keys") == "No keys. Key it again."
    assert "colleague" in keyed(call, 3, 16, valid=False)
    assert [transfer.reason for transfer in call.transfers()] == ["no card_number that holds after 3 attempts"]
    assert [type(action) for action in captures(call)] == [StartSecureCapture] * 3
    assert "secure-" not in call.transfers()[0].summary


def test_who_speaks_is_asked_to_key_and_goes_on_to_a_person_in_the_end() -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    assert call.feed(SecureVoiceWithheld(1)) == "Keys, please."
    assert call.feed(SecureVoiceWithheld(1)) == "Keys, please."
    assert len(captures(call)) == 1
    assert "colleague" in call.feed(SecureVoiceWithheld(1))
    assert captures(call)[1:] == [StopSecureCapture(1, "it is not waited for any more")]


def test_a_star_gives_it_up() -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    assert "colleague" in failed(call, 1, "given_up")
    assert len(captures(call)) == 1


def test_silence_and_misses_leave_the_capture_alone() -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    for times in range(1, 5):
        assert call.is_silent(times) == ""
    assert call.says("mumble").endswith("Key it again.")
    assert len(captures(call)) == 1


@pytest.mark.parametrize("command", [Cancel(), WantHuman()])
def test_another_course_stops_the_capture(command: Any) -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    call.says("never mind", command)
    assert captures(call)[-1] == StopSecureCapture(1, "it is not waited for any more")
    keyed(call, 1)
    assert call.actions[-1] == DropLate("secure_captured", 1, "the capture is over")
    assert call.calls() == []


def test_the_end_of_the_call_stops_the_capture() -> None:
    call = at_the_card()
    call.says("1234", gives("bill", "1234"))
    call.ends()
    assert captures(call)[-1] == StopSecureCapture(1, "it is not waited for any more")


def test_after_a_tool_that_failed_everything_is_keyed_and_agreed_to_again() -> None:
    tries: list[int] = []

    def fails_once(**_: Any) -> dict[str, Any]:
        tries.append(1)
        if len(tries) == 1:
            raise Broken("the bank is closed")
        return {"receipt": "R-18"}

    call = at_the_card(tools={"charge_card": fails_once})
    call.says("1234", gives("bill", "1234"))
    keyed(call, 1)
    keyed(call, 2, 3)
    assert "try again" in call.says("yes", *yes())
    assert call.says("yes", *yes()) == "Key it again."
    keyed(call, 3)
    assert keyed(call, 4, 3) == "Pay 1 2 3 4?"
    assert call.says("yes", *yes()).startswith("Paid.")
    made = [action.secure for action in call.actions if isinstance(action, CallTool)]
    assert made == [(("card", "secure-1"), ("code", "secure-2")), (("card", "secure-3"), ("code", "secure-4"))]


def test_in_writing_the_caller_is_asked_to_call() -> None:
    call = at_the_card("text")
    assert "Please call us" in call.says("1234", gives("bill", "1234"))
    assert captures(call) == []
    assert call.outcomes() == [("pay_bill", "unresolved")]
