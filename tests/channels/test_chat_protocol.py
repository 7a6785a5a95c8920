"""Messages of chats: whatever comes is a message or a mistake that is told, and the page about them is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.testkit import HEADER
from voice_agent.channels import chat_protocol as chat
from voice_agent.channels.chat_rate import BURST, EVERY_US, Rate
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.log import ConversationLog

PAGE: Final = (Path(__file__).parents[2] / "docs" / "chat.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, set[str]]:
    """First column -> the fields named in the second, of the table under a heading."""
    part = PAGE.split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
    found = re.findall(r"^\| `?(\w+)`? \|([^|]*)\|", part, re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", fields)) for name, fields in found if name not in ("type", "code")}


def fields_of(union: Any) -> dict[str, set[str]]:
    return {one.__struct_config__.tag: set(one.__struct_fields__) for one in get_args(union)}


def test_every_message_and_its_fields_are_described() -> None:
    assert rows("What a client sends") == fields_of(chat.Sent)
    assert rows("What the server sends") == fields_of(chat.Told)


def test_every_close_code_is_described() -> None:
    listed = {name: fields for name, fields in rows("How connections end").items() if fields}
    assert listed == {str(int(code)): {code.name.lower()} for code in chat.Close} | {
        str(int(chat.Close.TRY_LATER)): {"try_later"}
    }


@given(st.one_of(st.text(), st.binary().map(lambda data: data.decode("latin-1"))))
def test_any_text_is_a_message_or_a_mistake_that_is_told(text: str) -> None:
    try:
        message = chat.decode(text)
    except ValueError as problem:
        told = str(problem)
    else:
        told = type(message).__name__
    assert 0 < len(told) <= 200


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=4,
)


@given(
    st.sampled_from(sorted(fields_of(chat.Sent))),
    st.dictionaries(st.sampled_from(["id", "text", "token", "since", "seq", "more"]), json_values),
)
def test_fields_of_any_kind_are_a_message_or_a_mistake(kind: str, fields: dict[str, Any]) -> None:
    try:
        message = chat.decode(msgspec.json.encode({"type": kind, **fields}).decode())
    except ValueError:
        return
    assert not set(fields) - set(message.__struct_fields__)


@pytest.mark.parametrize("text", ['{"type":"say","id":"a\\n","text":"x"}', '{"type":"ack","seq":-1}', "[" * 5_000])
def test_what_is_nearly_a_message_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        chat.decode(text)


def test_what_a_customer_sees_is_made_of_the_log() -> None:
    log = ConversationLog(HEADER)
    for entry in (
        ev.TextReceived("hello", ("a", "b")),
        act.TakeTurn(1, "typed"),
        act.Say(1, 1, ("Hello.", "How can I help?")),
        ev.Transferred("callbacks"),
        ev.CallEnded("agent", "goodbye"),
    ):
        log.append(entry, 0)
    assert list(chat.kept(log.read())) == [
        chat.Heard(1, ("a", "b"), "hello"),
        chat.Said(3, "Hello. How can I help?", "reply"),
        chat.HandedOver(4, "callbacks"),
        chat.Ended(5, "agent", "goodbye"),
    ]
    assert chat.ids_in(log.read()) == {"a", "b"}


@given(st.lists(st.integers(min_value=0, max_value=3_000_000), max_size=60))
def test_no_more_than_the_rate_gets_through(gaps_us: list[int]) -> None:
    rate, now_us, passed = Rate(), 0, 0
    for gap_us in gaps_us:
        now_us += gap_us
        wait_us = rate.take(now_us)
        passed += wait_us == 0
        assert 0 <= wait_us <= EVERY_US
        assert passed <= BURST + now_us // EVERY_US
        if wait_us > 0:
            assert Rate.take(_copy(rate), now_us + wait_us) == 0


def _copy(rate: Rate) -> Rate:
    out = Rate()
    out.__dict__.update(rate.__dict__)
    return out
