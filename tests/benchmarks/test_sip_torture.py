"""What sip_torture makes of messages, with some of our own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.sip_torture import Handled, figures, goals, handle, load, over_a_socket
from tests.telephony.sip.wire import invite, request
from voice_agent.errors import UsageError


@pytest.mark.parametrize(
    ("name", "data", "did", "as_allowed"),
    [
        ("longreq", invite(), "call", True),
        ("badinv01", invite(), "call", False),
        ("lwsdisp", request("OPTIONS"), "200", True),
        ("bigcode", b"SIP/2.0 4294967301 no\r\n\r\n", "dropped", True),
        ("badvers", request("OPTIONS").replace(b"SIP/2.0\r\nVia", b"SIP/7.0\r\nVia"), "505", True),
    ],
)
def test_a_message_is_compared_with_what_is_allowed(name: str, data: bytes, did: str, as_allowed: bool) -> None:
    handled = handle(name, data)
    assert (handled.did, handled.as_allowed, handled.crashed, handled.left) == (did, as_allowed, "", "")


def test_the_socket_lives_on() -> None:
    assert asyncio.run(over_a_socket([invite(), b"\x00", request("BYE")]))


def test_figures_count_and_goals_are_missed_by_one() -> None:
    good = Handled("a", "1", "200 404", "200", "", "")
    bad = Handled("b", "1", "400", "", "KeyError: x", "1 calls timers")
    found = figures([good, bad], alive=True)
    assert (found["messages"], found["as_allowed"], found["crashed"], found["left_state_behind"]) == (2, 1, 1, 1)
    assert [goal.met for goal in goals([good, bad], alive=True)] == [False, False, False, True]
    assert all(goal.met for goal in goals([good], alive=True))


def test_without_messages_there_is_nothing_to_measure(tmp_path: Path) -> None:
    folder = tmp_path / "sip_torture" / "rfc4475"
    with pytest.raises(UsageError, match="no torture messages"):
        load(tmp_path)
    folder.mkdir(parents=True)
    (folder / "wsinv.dat").write_bytes(b"x")
    assert load(tmp_path) == {"wsinv": b"x"}
    (folder / "new.dat").write_bytes(b"x")
    with pytest.raises(UsageError, match="new"):
        load(tmp_path)
