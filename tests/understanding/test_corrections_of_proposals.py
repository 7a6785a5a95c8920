"""What is corrected where nothing but yes or no was asked: "Shall I change that?" - "No, the postcode is 04217." """

from __future__ import annotations

import pytest

from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import AnyCommand, CorrectSlot, Deny
from voice_agent.conversation.expectation import Expectation, Setting, SlotView
from voice_agent.understanding.local import commands_for

SLOTS = (
    SlotView("street", "address", value="12 Baker Street"),
    SlotView("postcode", "postcode", value="04210"),
    SlotView("from_day", "date", value="2026-04-03"),
    SlotView("account", "digits", 8, value="55012479"),
    SlotView("stays", "yes_no", value=True),
)
PROPOSED = Expectation("yes_no", None, None, SLOTS, Setting("2026-03-04T10:00:00+00:00", "en", "US"))


def understood(text: str) -> tuple[AnyCommand, ...]:
    return commands_for(Understand(1, 1, text, (), "", PROPOSED), None)


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("no, the postcode is 04217", "postcode", "04217"),
        ("no, 04217", "postcode", "04217"),
        ("wait, the street is 14 Baker Street", "street", "14 Baker Street"),
        ("no, the day is April 5th", "from_day", "2026-04-05"),
        ("no, on the fifth of April", "from_day", "2026-04-05"),
        ("sorry, my account number is 5501 2470", "account", "55012470"),
    ],
)
def test_the_value_that_is_named_or_fits_is_corrected(text: str, slot: str, value: str) -> None:
    (command,) = (command for command in understood(text) if not isinstance(command, Deny))
    assert isinstance(command, CorrectSlot)
    assert (command.slot, command.value) == (slot, value)


@pytest.mark.parametrize("text", ["no", "no thanks", "no that's wrong", "no, 7", "nope, leave it as it is"])
def test_a_no_without_a_value_changes_none(text: str) -> None:
    assert not any(isinstance(command, CorrectSlot) for command in understood(text))


def test_a_plain_no_stays_a_no() -> None:
    assert understood("no") == (Deny(),)
