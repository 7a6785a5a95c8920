"""What a viewer is shown holds nothing that tells whom the call was with."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.conftest import CALLER, CORRECTED, ERASED, EXPIRED, FOUND, LIVE, Client
from voice_agent.api.masking import HIDDEN, Mask, masked_number
from voice_agent.api.tokens import Role
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.commands import SetSlot
from voice_agent.conversation.events import CallStarted, Understood
from voice_agent.conversation.records import record_of

SAID = "I'm Ada Lovelace, five five oh one, 2479, and the wall socket"


def mask(name: str = "Ada Lovelace") -> Mask:
    return Mask(
        [
            record_of(1, 0, CallStarted("phone", CALLER, "sip:care", "2026-03-02T09:00:00+00:00", customer="C-77")),
            record_of(2, 0, Understood(1, (SetSlot("name", name, name, 1.0),), "local", 5)),
            record_of(3, 0, CallTool(1, "get_order", {"item": "wall socket", "n": 3}, "read", "k")),
        ]
    )


def test_values_digits_and_words_for_figures_are_hidden_in_what_was_said() -> None:
    assert mask().text(SAID) == f"I'm {HIDDEN}, {HIDDEN} {HIDDEN} {HIDDEN} {HIDDEN}, ••••, and the {HIDDEN}"
    assert mask().text("I'm ADA LOVELACE") == f"I'm {HIDDEN}"
    assert mask().text("Good morning, Ada.") == f"Good morning, {HIDDEN}."
    assert mask().text("Where is my order?") == "Where is my order?"


@given(st.text(min_size=2, max_size=12).filter(lambda text: re.fullmatch(r"\w+( \w+)*", text) is not None))
def test_a_value_is_hidden_wherever_it_stands_alone(name: str) -> None:
    for said in (name, f"it's {name}.", f"{name}, {name}"):
        assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", mask(name).text(said)) is None


@given(st.dictionaries(st.text(max_size=5), st.text(min_size=1) | st.integers() | st.booleans() | st.floats()))
def test_of_a_value_nothing_is_left(value: dict[str, object]) -> None:
    hidden = mask().body({"tag": "tool_returned", "result": value})
    assert set(hidden["result"].values()) <= {HIDDEN}


def test_the_answers_that_a_recogniser_is_told_are_hidden() -> None:
    hidden = mask().body(
        {"expects": "choice:kettle|lamp", "likely": [{"answer": "lamp", "text": "lamb", "score": -3.0}]}
    )
    assert hidden["expects"] == "choice:•••"
    assert hidden["likely"] == [{"answer": "•••", "text": "•••", "score": "•••"}]
    assert mask().body({"expects": "digits:8"}) == {"expects": "digits:8"}


def test_a_field_that_nobody_knows_is_hidden() -> None:
    assert mask().body({"new_field": "Ada", "t_us": 5, "journey": "track_order"}) == {
        "new_field": HIDDEN,
        "t_us": 5,
        "journey": "track_order",
    }


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("sip:+441632960123@10.0.0.7", f"{HIDDEN}23"),
        ("sip:ada@10.10.10.10", HIDDEN),
        ("+441632960123", f"{HIDDEN}23"),
        ("123", HIDDEN),
        ("", ""),
    ],
)
def test_of_a_number_two_digits_stay(number: str, shown: str) -> None:
    assert masked_number(number) == shown


@pytest.mark.parametrize("conversation", [FOUND, CORRECTED, EXPIRED, LIVE, ERASED])
def test_a_whole_call_is_masked(client: Client, conversation: str) -> None:
    full, masked = (client.get(f"/calls/{conversation}", role).json for role in (Role.ADMIN, Role.VIEWER))
    assert (full["masked"], masked["masked"]) == (False, True)
    values = {
        str(leaf)
        for tool in full["tools"]
        for part in (tool["arguments"], tool["result"] if tool["result"] is not None else {})
        for leaf in part.values()
        if isinstance(leaf, str) and len(leaf) > 2
    }
    text = json.dumps([masked[part] for part in ("transcript", "tools", "transfers", "records")], ensure_ascii=False)
    assert "1632960" not in json.dumps(masked)
    for value in values - {"track_order"}:
        assert re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is None, value
    assert not any(re.search(r"\d", line["text"]) for line in masked["transcript"])
    assert [line["at_us"] for line in masked["transcript"]] == [line["at_us"] for line in full["transcript"]]
    assert masked["latency"] == full["latency"]
    assert [one["tag"] for one in masked["records"]] == [one["tag"] for one in full["records"]]
    assert masked["recording"]["url"] is None


def test_a_list_is_masked(client: Client) -> None:
    assert {one["caller"] for one in client.get("/calls", Role.VIEWER).json["calls"]} == {"", f"{HIDDEN}23"}
    assert {one["caller"] for one in client.get("/calls", Role.AUDITOR).json["calls"]} == {"", CALLER}
