"""A link by text message: who calls gets it in writing, hears so, and hears it in words where that can't be."""

from __future__ import annotations

import pytest

from tests.journeys.dialogue import START, Dialogue, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from tests.journeys.test_languages import BILINGUAL
from voice_agent.conversation.actions import AnyAction, DropLate
from voice_agent.conversation.commands import Affirm, Goodbye
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.texting import SendText, TextFailed, TextSent
from voice_agent.journeys.advice import advise
from voice_agent.journeys.load import check, load
from voice_agent.journeys.open_texts import MOST, number_of

HOURS = "journeys/opening_hours.yaml"
LINK = "https://shop.example/hours"
SPOKEN = "shop dot example slash hours"
BY_TEXT = "the address that I'm sending you by text message"
VOICE = "voice: {links: by_text_message}\n"


def shop(voice: str = VOICE, says: str = f'"They are at {LINK}."') -> dict[str, str]:
    text = f"journey: hours\ngoal: x\nwhen: {{examples: [your hours please]}}\n{voice}steps:\n  - say: {says}\n"
    return {**SHOP, "journeys/hours.yaml": text}


def calls(
    files: dict[str, str] | None = None, caller: str = "+15550100101", *, sender: bool = True, channel: str = "phone"
) -> Dialogue:
    call = Dialogue(load(shop() if files is None else files), SHOP_TOOLS, channel=channel)
    call.feed(CallStarted("text" if channel == "text" else "phone", caller, "x", START, can_text=sender))
    return call


def asks(call: Dialogue) -> str:
    return call.says("your hours please", wants("hours"))


def texts(call: Dialogue) -> list[SendText]:
    return [action for action in call.actions if isinstance(action, SendText)]


def test_the_link_is_sent_to_who_calls_and_announced() -> None:
    call = calls()
    assert asks(call).startswith(f"They are at {BY_TEXT}. Is there anything else")
    assert texts(call) == [SendText(1, "+15550100101", f"They are at {LINK}.")]
    assert call.feed(TextSent(1)) == ""


@pytest.mark.parametrize(
    ("files", "caller", "sender"),
    [
        (None, "+15550100101", False),
        (None, "sip:anonymous@anonymous.invalid", True),
        (None, "", True),
        (shop(""), "+15550100101", True),
        (shop("voice: {links: spoken}\n"), "+15550100101", True),
    ],
    ids=["nobody sends", "withheld", "unknown", "not asked for", "spoken"],
)
def test_otherwise_the_link_is_said_in_words(files: dict[str, str] | None, caller: str, sender: bool) -> None:
    call = calls(files, caller, sender=sender)
    assert asks(call).startswith(f"They are at {SPOKEN}.")
    assert texts(call) == []


def test_in_writing_a_link_stays_where_it_is() -> None:
    call = calls(channel="text")
    assert asks(call).startswith(f"They are at {LINK}.")
    assert texts(call) == []


def test_what_could_not_be_sent_is_said_in_words_and_then_we_go_on() -> None:
    call = calls()
    asks(call)
    said = call.feed(TextFailed(1, "tool_unreached", "x"))
    assert said.startswith(f"I'm sorry, the text message could not be sent. The address is {SPOKEN}.")
    assert said.endswith("Anything else?")


def test_a_failure_that_comes_into_other_work_does_not_ask_anything() -> None:
    call = calls()
    asks(call)
    call.hold_tools = True
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    said = call.feed(TextFailed(1, "tool_unreached", "x"))
    assert said == f"I'm sorry, the text message could not be sent. The address is {SPOKEN}."
    assert "Which order" in call.tools_return()


def test_who_has_left_is_told_nothing_more() -> None:
    call = calls()
    asks(call)
    call.says("bye", Goodbye())
    assert call.feed(TextFailed(1, "deadline", "x")) == ""
    (late,) = [action for action in call.actions if isinstance(action, DropLate)]
    assert late.event == "text_failed"
    assert call.feed(TextFailed(7, "deadline", "x")) == ""


def test_a_sentence_without_a_link_sends_nothing() -> None:
    call = calls(shop(says="We are open until six."))
    assert asks(call).startswith("We are open until six.")
    assert texts(call) == []


def test_only_so_many_messages_are_sent_in_a_call() -> None:
    call = calls()
    for _ in range(MOST):
        assert BY_TEXT in asks(call)
    assert SPOKEN in asks(call)
    assert [text.message for text in texts(call)] == list(range(1, MOST + 1))


def test_what_is_sent_and_said_is_in_the_language_of_the_caller() -> None:
    files = {**BILINGUAL}
    files["journeys/hours.yaml"] = shop(says=f'{{en: "At {LINK}.", es: "En {LINK}."}}')["journeys/hours.yaml"].replace(
        "[your hours please]", "{en: [your hours please], es: [su horario]}"
    )
    call = Dialogue(load(files), SHOP_TOOLS)
    call.feed(CallStarted("phone", "+34600000001", "x", START, language="es", can_text=True))
    assert asks(call).startswith("En la dirección que le envío por mensaje de texto.")
    assert [text.text for text in texts(call)] == [f"En {LINK}."]
    assert call.feed(TextFailed(1, "deadline", "x")).startswith(
        "Lo siento, no he podido enviar el mensaje de texto. La dirección es shop punto example barra hours."
    )


@pytest.mark.parametrize(
    ("caller", "number"),
    [
        ("+15550100101", "+15550100101"),
        ("sip:+15550100101@10.0.0.5;user=phone", "+15550100101"),
        ("tel:+34600000001", "+34600000001"),
        ("sip:maya@10.0.0.5", None),
        ("911", None),
        ("tel:112", None),
        ("+0155501001", None),
        ("sip:+15550100101, +15550100102@x", None),
    ],
)
def test_a_message_goes_to_whole_numbers_alone(caller: str, number: str | None) -> None:
    assert number_of(caller) == number


def test_the_same_call_takes_the_same_actions() -> None:
    def played() -> list[AnyAction]:
        call = calls()
        asks(call)
        call.feed(TextFailed(1, "deadline", "x"))
        return call.actions

    assert played() == played()


def test_mistakes_and_what_nobody_sends_are_found() -> None:
    found = [str(problem) for problem in check(shop("voice: {links: by_letter}\n"))]
    assert any("found links 'by_letter'; allowed: spoken, by_text_message" in one for one in found), found
    warned = [problem.message for problem in advise(load(shop())) if "text message" in problem.message]
    assert len(warned) == 1
    assert [one for one in advise(load(shop()), texts=True) if "text message" in one.message] == []
