"""Tools of an OpenAPI document against a real server on loopback: what is sent, what is taken, what is refused."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.effects.desk import Desk
from tests.effects.shop import Shop, shop_folder
from tests.testkit.web_server import answering_raw, serving
from voice_agent.errors import (
    DeadlineExceeded,
    ToolError,
    ToolRefused,
    ToolUncertain,
    ToolUnreached,
    VoiceAgentError,
)

TOKEN = {"SHOP_TOKEN": "t0ken"}
RETURN = {"order": "7", "reason": "damaged", "card": "4929123412341234"}


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def desk(shop: Shop, tmp_path: Path) -> Iterator[Desk]:
    with serving(shop.app) as port:
        desk = Desk(shop_folder(tmp_path / "agent", port), TOKEN)
        yield desk
        desk.close()


def test_arguments_go_where_the_document_says(desk: Desk, shop: Shop) -> None:
    found = desk.run("get_order", {"order": "4/8 ?", "fields": ["id", "state"], "X-Channel": "phone"})
    assert found == {"id": "4/8 ?", "state": "sent", "note": "[secret]"}
    ((method, url, headers, _),) = shop.requests
    assert (method, url) == ("GET", "/orders/4%2F8%20%3F?fields=id&fields=state")
    assert headers["x-channel"] == "phone"
    assert headers["authorization"] == "Bearer t0ken"
    assert "idempotency-key" not in headers


def test_a_write_carries_a_key_that_tells_nothing_and_its_result_is_kept(desk: Desk, shop: Shop) -> None:
    assert desk.run("create_return", RETURN, "c1:create_return:7") == {"number": "77"}
    assert desk.run("create_return", RETURN, "c1:create_return:7") == {"number": "77"}
    ((_, _, headers, body),) = shop.requests
    assert body == RETURN
    assert len(headers["idempotency-key"]) == 40
    assert set(headers["idempotency-key"]) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"order": "7"}, "'reason' is a required property"),
        ({"order": "7", "reason": "lost"}, "reason: 'lost' is not one of"),
        ({"order": 7, "reason": "other"}, "order: 7 is not of type 'string'"),
        ({"order": "7", "reason": "other", "to": "x"}, "Additional properties are not allowed"),
    ],
)
def test_arguments_that_do_not_fit_are_not_sent(desk: Desk, shop: Shop, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ToolError, match="create_return") as refused:
        desk.run("create_return", arguments, "k")
    assert said in refused.value.message
    assert shop.requests == []


@pytest.mark.parametrize("order", ["..", ".", ""])
def test_a_value_does_not_lead_to_another_path(desk: Desk, shop: Shop, order: str) -> None:
    with pytest.raises(ToolError, match="can't stand in a path"):
        desk.run("get_order", {"order": order})
    assert shop.requests == []


@pytest.mark.parametrize(
    ("behaviour", "kind", "said"),
    [
        ("redirect", ToolRefused, "a redirect"),
        ("html", ToolUncertain, "what is not JSON"),
        ("list", ToolUncertain, "not of the form"),
        ("other form", ToolUncertain, "not of the form"),
        ("huge", ToolUncertain, "more than 1000000 bytes"),
        ("large", ToolError, "allowed: 65536"),
        ("broken", ToolUncertain, "answered 500"),
        ("refused", ToolError, "refused with 403: not yours"),
        ("hang", DeadlineExceeded, "in time"),
    ],
)
def test_what_is_no_answer_is_refused(
    desk: Desk, shop: Shop, behaviour: str, kind: type[VoiceAgentError], said: str
) -> None:
    shop.behaviour = [behaviour] * 5
    began = time.monotonic()
    with pytest.raises(kind, match=said):
        desk.run("get_order", {"order": "7"}, within_s=2.0)
    assert time.monotonic() - began < 15


def test_a_read_that_broke_off_is_tried_again(desk: Desk, shop: Shop) -> None:
    shop.behaviour = ["broken"]
    assert desk.run("get_order", {"order": "7"})["state"] == "sent"
    assert len(shop.requests) == 2


def test_a_write_that_may_have_happened_is_not_tried_again_however_often_it_is_asked_for(
    desk: Desk, shop: Shop
) -> None:
    shop.behaviour = ["broken"]
    for said in ("answered 500", "may have gone through"):
        with pytest.raises(ToolUncertain, match=said):
            desk.run("create_return", RETURN, "c1:create_return:7")
    assert len(shop.requests) == 1


def test_a_write_that_was_refused_may_be_tried_again(desk: Desk, shop: Shop) -> None:
    shop.behaviour = ["refused"]
    with pytest.raises(ToolError, match="403"):
        desk.run("create_return", RETURN, "c1:create_return:7")
    assert desk.run("create_return", RETURN, "c1:create_return:7") == {"number": "77"}


def test_who_is_not_there_is_tried_again_and_then_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    desk = Desk(shop_folder(tmp_path / "agent", port), TOKEN)
    with pytest.raises(ToolUnreached, match=f"127.0.0.1:{port}/returns can't be reached"):
        desk.run("create_return", RETURN, "k")
    assert desk.runner.state()["create_return"] == {
        "state": "failing", "mode": "real", "calls": 1, "failures": 1, "last_error": "tool_unreached",
    }  # fmt: skip
    assert desk.runner.state()["get_order"]["state"] == "unused"
    desk.close()


def _drip(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(100):
        connection.sendall(b"X: y\r\n")
        time.sleep(0.1)


def _cut(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id":')


def _garbage(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(b"\x00\xff SSH-2.0\r\n\r\n")


def test_a_server_that_drips_bytes_holds_nobody_up(tmp_path: Path) -> None:
    with answering_raw(_drip) as port:
        desk = Desk(shop_folder(tmp_path / "agent", port), TOKEN)
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            desk.run("get_order", {"order": "7"}, within_s=0.7)
        assert time.monotonic() - began < 7
        desk.close()


@pytest.mark.parametrize("answer", [_cut, _garbage])
def test_an_answer_that_is_no_http_leaves_a_write_uncertain(tmp_path: Path, answer: Any) -> None:
    with answering_raw(answer) as port:
        desk = Desk(shop_folder(tmp_path / "agent", port), TOKEN)
        with pytest.raises(ToolUncertain, match="the connection broke"):
            desk.run("create_return", RETURN, "k")
        desk.close()


def test_an_error_does_not_quote_a_secret(desk: Desk) -> None:
    arguments = {"order": "7", "reason": "other", "card": 4929123412341234}
    with pytest.raises(ToolError) as refused:
        desk.run("create_return", arguments, "k")
    assert refused.value.message == "create_return: card: [secret] is not of type 'string'"
