"""Webhooks and messages of WhatsApp: whatever comes is read, left out or refused, and what is sent keeps to limits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.testkit.cloud_api import CUSTOMER, NUMBER_ID, SECRET, message, signature, status, webhook
from voice_agent.channels import whatsapp_protocol as whatsapp
from voice_agent.channels.mail import Answer, Batch, Message, Status
from voice_agent.channels.whatsapp_api import CloudApi, judged
from voice_agent.channels.whatsapp_protocol import cut, is_signed, is_subscription, payloads, read
from voice_agent.effects.guarded_http import Response
from voice_agent.errors import ConfigurationError

SENT = {"to": CUSTOMER, "biz_opaque_callback_data": "k1"}


def test_only_the_secret_signs_and_only_the_raw_body() -> None:
    body = webhook(message("wamid.1", text="hi"))
    good = signature(body)
    assert is_signed(SECRET, body, good)
    assert is_signed(SECRET, body, good.replace("sha256=", "sha256=").upper().replace("SHA256", "sha256"))
    for wrong in (None, "", "sha256=", good[:-1], good + "0", good.removeprefix("sha256="), signature(body, "other")):
        assert not is_signed(SECRET, body, wrong)
    assert not is_signed(SECRET, body + b" ", good)


def test_a_subscription_names_our_token() -> None:
    assert is_subscription("v", "subscribe", "v")
    assert not is_subscription("v", "subscribe", "w")
    assert not is_subscription("v", "unsubscribe", "v")
    assert not is_subscription("v", "subscribe", None)


@pytest.mark.parametrize(
    ("content", "form", "text"),
    [
        ({"text": "where is my order"}, "text", "where is my order"),
        ({"type": "button", "button": {"payload": "x", "text": "Yes"}}, "text", "Yes"),
        ({"type": "interactive", "interactive": {"button_reply": {"id": "No", "title": "N"}}}, "text", "No"),
        (
            {"type": "interactive", "interactive": {"list_reply": {"id": "wall socket", "title": "Wall"}}},
            "text",
            "wall socket",
        ),
        ({"type": "interactive", "interactive": {"nfm_reply": {}}}, "interactive", ""),
        ({"type": "location", "location": {"latitude": 1.0}}, "location", ""),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "unsupported", ""),
        ({"type": "text", "text": {}}, "text_without_words", ""),
    ],
)
def test_what_a_customer_sends(content: dict[str, Any], form: str, text: str) -> None:
    batch = read(webhook(message("wamid.1", at_s=7, **content)), NUMBER_ID)
    assert batch == Batch((Message("wamid.1", CUSTOMER, 7_000, form, text),))


def test_reactions_and_news_of_the_system_ask_for_no_answer() -> None:
    silent = (message("r", type="reaction", reaction={}), message("s", type="system", system={}))
    assert read(webhook(*silent), NUMBER_ID) == Batch()


def test_statuses_say_what_became_of_a_message() -> None:
    told = (status(SENT, "delivered"), status(SENT, "failed", 131047), status(SENT, "warmed"))
    batch = read(webhook(statuses=told), NUMBER_ID)
    assert batch.statuses == (
        Status(CUSTOMER, "k1", Answer.TAKEN, "delivered"),
        Status(CUSTOMER, "k1", Answer.SHUT, "failed", "code 131047: no"),
    )
    assert batch.left_out == 1


def test_what_is_for_another_number_or_has_another_form_is_left_out_and_the_rest_is_read() -> None:
    assert read(webhook(message("a", text="hi"), number_id="999"), NUMBER_ID) == Batch(left_out=1)
    odd = ({**message("a", text="hi"), "from": "maya"}, {**message("b", text="hi"), "id": ""})
    batch = read(webhook(*odd, message("c", text="hi")), NUMBER_ID)
    assert ([one.id for one in batch.messages], batch.left_out) == (["c"], 2)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["entry", "changes", "value", "messages", "statuses", "metadata", "phone_number_id", "from"]
            )
            | st.sampled_from(["id", "type", "text", "body", "interactive", "button_reply", "errors", "status"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)


def told(body: bytes) -> str:
    """What it is, or what is wrong with it."""
    try:
        return type(read(body, NUMBER_ID)).__name__
    except ValueError as problem:
        return str(problem)


@given(json_values)
def test_any_json_is_read_or_is_a_mistake_that_is_told(value: Any) -> None:
    assert told(msgspec.json.encode(value))
    assert told(msgspec.json.encode({"entry": [{"changes": [{"value": value}]}]})) == "Batch"


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_are_a_mistake_that_is_told(body: bytes) -> None:
    assert 0 < len(told(body)) <= 200


@given(st.text(max_size=300), st.integers(1, 40))
def test_a_text_is_cut_into_parts_that_fit_and_loses_no_word(text: str, most: int) -> None:
    parts = cut(text, most)
    assert all(len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_few_answers_are_buttons_more_are_a_list_and_too_many_are_left_to_the_words() -> None:
    (two,) = payloads(CUSTOMER, "Right?", ("Yes", "No"))
    assert two["interactive"]["action"]["buttons"][0] == {"type": "reply", "reply": {"id": "Yes", "title": "Yes"}}
    long = tuple(f"the answer that has number {number}" for number in range(2))
    (plain,) = payloads(CUSTOMER, "Which?", long)
    assert plain["type"] == "text"  # they could not be told apart
    (four,) = payloads(CUSTOMER, "Which?", tuple(f"{number} is one of the four answers" for number in range(4)))
    rows = four["interactive"]["action"]["sections"][0]["rows"]
    assert (four["interactive"]["type"], len(rows)) == ("list", 4)
    assert rows[0] == {"id": "0 is one of the four answers", "title": "0 is one of the four an…"}
    assert [each["type"] for each in payloads(CUSTOMER, "Which?", tuple(str(one) for one in range(11)))] == ["text"]


@given(st.text(min_size=1, max_size=9_000), st.lists(st.text(max_size=30), max_size=12))
def test_whatever_is_said_keeps_to_the_limits_of_the_api(text: str, choices: list[str]) -> None:
    for each in payloads(CUSTOMER, text, choices):
        if each["type"] == "text":
            assert len(each["text"]["body"]) <= whatsapp.TEXT_LIMIT
            continue
        shown = each["interactive"]
        assert len(shown["body"]["text"]) <= whatsapp.BODY_LIMIT
        if shown["type"] == "button":
            titles = [one["reply"]["title"] for one in shown["action"]["buttons"]]
            assert len(titles) <= whatsapp.BUTTONS
            most = whatsapp.BUTTON_TITLE
        else:
            titles = [one["title"] for one in shown["action"]["sections"][0]["rows"]]
            assert len(titles) <= whatsapp.ROWS
            most = whatsapp.ROW_TITLE
        assert len(set(titles)) == len(titles)
        assert all(0 < len(one) <= most for one in titles)


def test_every_code_of_the_api_is_described_with_what_follows() -> None:
    page = (Path(__file__).parents[2] / "docs" / "whatsapp.md").read_text(encoding="utf-8")
    rows = {Answer.LATER: r"\| can't be reached.*codes ([^|]*)", Answer.DENIED: r"\| 401, 403; codes[^|(]*\(([^|)]*)"}
    described = {131047: Answer.SHUT}
    for answer, row in rows.items():
        (listed,) = re.findall(row, page)
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", listed):
            described |= dict.fromkeys(range(int(first), int(last or first) + 1), answer)
    assert described == dict(whatsapp.CODES)


@pytest.mark.parametrize(
    ("status_code", "code", "answer"),
    [
        (200, None, Answer.TAKEN),
        (400, 131047, Answer.SHUT),
        (400, 131056, Answer.LATER),
        (429, None, Answer.LATER),
        (400, 100, Answer.NEVER),
        (400, 131026, Answer.NEVER),
        (401, 190, Answer.DENIED),
        (403, 10, Answer.DENIED),
        (400, 210, Answer.DENIED),
        (403, None, Answer.DENIED),
        (404, None, Answer.NEVER),
    ],
)
def test_an_answer_says_whether_another_attempt_may_help(status_code: int, code: int | None, answer: Answer) -> None:
    body = None if code is None else {"error": {"code": code, "message": "no"}}
    assert judged(Response(status_code, body))[0] is answer


@pytest.mark.parametrize(
    "url", ["", "http://graph.example/v1", "ftp://x:1/", "https://a:b@graph.example/", "https://g/?x=1"]
)
def test_an_address_that_messages_may_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"\[whatsapp\] url"):
        CloudApi(url, NUMBER_ID, "t")


def test_nothing_is_sent_to_a_private_address_under_a_public_name_and_an_absent_host_is_tried_again() -> None:
    inside = CloudApi("https://graph.example/v1", NUMBER_ID, "t", resolve=lambda host, port: ["169.254.169.254"])
    assert inside.send({}, "k")[0] is Answer.DENIED

    def gone(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    assert CloudApi("https://graph.example/v1", NUMBER_ID, "t", resolve=gone).send({}, "k")[0] is Answer.LATER
