"""Whether the words of a paused caller are all there."""

from __future__ import annotations

import pytest

from voice_agent.conversation.expectation import OPEN, Choice, Expectation, Setting, SlotView
from voice_agent.understanding.completeness import Completeness, completeness

ACCOUNT = Expectation(kind="digits", slot=SlotView("account", "digits", 8))
PIN = Expectation(kind="digits", slot=SlotView("pin", "digits", 4))
ANY_NUMBER = Expectation(kind="digits", slot=SlotView("number", "digits"))
ORDER = Expectation(
    kind="choice", slot=SlotView("order", "choice", choices=(Choice("1", ("router",)), Choice("2", ("lamp",))))
)
DATE = Expectation(kind="value", slot=SlotView("day", "date"))
APPOINTMENT = Expectation(kind="value", slot=SlotView("when", "date", tense="future"))
BIRTHDAY = Expectation(kind="value", slot=SlotView("born", "date", tense="past"))
NAME = Expectation(kind="value", slot=SlotView("name", "name"))
AMOUNT = Expectation(kind="value", slot=SlotView("amount", "money"))
CONFIRM = Expectation(kind="yes_no", slot=SlotView("account", "digits", 8, value="55012479"), confirming="account")


@pytest.mark.parametrize(
    ("text", "expectation", "verdict"),
    [
        ("five five oh one two four seven", ACCOUNT, "nearly"),
        ("five five oh one two four", ACCOUNT, "incomplete"),
        ("five five oh one two four seven nine", ACCOUNT, "complete"),
        ("5501 double", ACCOUNT, "incomplete"),
        ("my number is", ACCOUNT, "incomplete"),
        ("my account number is um", ACCOUNT, "incomplete"),
        ("hold on", ACCOUNT, "moment"),
        ("let me see", OPEN, "moment"),
        ("hold on and", OPEN, "incomplete"),
        ("I think so", CONFIRM, "complete"),
        ("the third", DATE, "incomplete"),
        ("May", DATE, "incomplete"),
        ("the third of May", DATE, "enough"),
        ("the third of May", APPOINTMENT, "complete"),
        ("the third of May", BIRTHDAY, "enough"),
        ("the third of May 1984", BIRTHDAY, "complete"),
        ("tell me where my order is", OPEN, "unknown"),
        ("tell me where order four eight two one three is", ACCOUNT, "unknown"),
        ("four eight two one three is", ACCOUNT, "incomplete"),
        ("No, Home one hundred.", OPEN, "unknown"),
        ("I think", DATE, "incomplete"),
        ("next Monday, I think", DATE, "complete"),
        ("It was...", DATE, "unknown"),
        ("yes", DATE, "unknown"),
        ("good morning", OPEN, "enough"),
        ("goodbye", OPEN, "complete"),
        ("a letter that I got from you", OPEN, "unknown"),
        ("somebody told me that", OPEN, "incomplete"),
        ("how do I undo that", OPEN, "unknown"),
        ("it was better than that", OPEN, "unknown"),
        ("the number I gave you", OPEN, "unknown"),
        ("I can't log in", OPEN, "unknown"),
        ("I live in", OPEN, "incomplete"),
        ("what is this charge on the bill for", OPEN, "incomplete"),
        ("who did you send it to", OPEN, "unknown"),
        ("what is the number for", OPEN, "incomplete"),
        ("please turn it on", OPEN, "unknown"),
        ("please put it on", OPEN, "incomplete"),
        ("one two three", PIN, "incomplete"),
        ("next Monday", DATE, "complete"),
        ("John", NAME, "enough"),
        ("my name is John", NAME, "enough"),
        ("my name is John Smith", NAME, "complete"),
        ("twenty", AMOUNT, "enough"),
        ("twenty dollars", AMOUNT, "complete"),
        ("I want a person", ACCOUNT, "complete"),
        ("it's in my kitchen", ACCOUNT, "unknown"),
        ("5501", ANY_NUMBER, "unknown"),
        ("5501 and", ANY_NUMBER, "incomplete"),
        ("yes", CONFIRM, "complete"),
        ("No.", CONFIRM, "enough"),
        ("No.", ACCOUNT, "complete"),
        ("No, it isn't.", CONFIRM, "complete"),
        ("Yes.", CONFIRM, "complete"),
        ("no it's", CONFIRM, "incomplete"),
        ("that's right and", CONFIRM, "incomplete"),
        ("that is", OPEN, "complete"),
        ("the router", ORDER, "complete"),
        ("it's the", ORDER, "incomplete"),
        ("the router and", ORDER, "incomplete"),
        ("I want to return the", OPEN, "incomplete"),
        ("I want to return it because", OPEN, "incomplete"),
        ("I want to return my router", OPEN, "unknown"),
        ("could you help you", OPEN, "unknown"),
        ("Tell her.", ORDER, "fragment"),
        ("Have", CONFIRM, "fragment"),
        ("you", ACCOUNT, "fragment"),
        ("Just...", ORDER, "incomplete"),
        ("have...", ORDER, "incomplete"),
        ("my", ACCOUNT, "incomplete"),
        ("number is", ACCOUNT, "incomplete"),
        ("I'd like", ORDER, "incomplete"),
        ("no, those", CONFIRM, "incomplete"),
        ("that I really need", ORDER, "incomplete"),
        ("Have", OPEN, "incomplete"),
        ("have", Expectation("choice", ORDER.slot, setting=Setting(language="es")), "incomplete"),
        ("Who is this?", ORDER, "unknown"),
        ("Note.", CONFIRM, "enough"),
        ("Note.", OPEN, "unknown"),
        ("", OPEN, "unknown"),
    ],
)
def test_words_tell_whether_more_will_come(text: str, expectation: Expectation, verdict: Completeness) -> None:
    assert completeness(text, expectation) == verdict
