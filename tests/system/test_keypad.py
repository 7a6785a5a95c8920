"""A real telephone program keys an account number (RFC 4733), and the agent takes it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from models.modem import modulated
from tests.testkit.baresip import Baresip
from tests.testkit.processes import ServerProcess
from tests.testkit.stored import entries, newest
from tests.testkit.waiting import until
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import CallTool, Say

ACCOUNT = "55012479"


@pytest.mark.slow
@pytest.mark.peer("baresip")
def test_an_account_number_keyed_on_baresip_is_taken(scripted_riverside: ServerProcess, tmp_path: Path) -> None:
    data_dir = scripted_riverside.data_dir
    before = len(media_lines(scripted_riverside))

    def has(kind: type, count: int) -> bool:
        return len(entries(newest(data_dir), kind)) == count

    with Baresip.dial(scripted_riverside.ready.sip, tmp_path / "baresip") as phone:
        until(partial(has, ev.PlaybackStarted, 1), 15, "the greeting")
        phone.play(modulated("Where is my order?"))
        until(partial(has, Say, 2), 20, "the question for the number")
        until(partial(has, ev.PlaybackStarted, 2), 20, "the question for the number")
        for count, key in enumerate(ACCOUNT, start=1):
            phone.press(key)
            until(partial(has, ev.DigitPressed, count), 5, f"key {count}")
        until(partial(has, Say, 3), 10, "the read-back")
    until(lambda: len(media_lines(scripted_riverside)) > before, 10, "the end of the call")
    records = newest(data_dir)
    assert "".join(event.digit for event in entries(records, ev.DigitPressed)) == ACCOUNT
    (lookup,) = entries(records, CallTool)
    assert (lookup.tool, lookup.arguments) == ("find_customer", {"account": ACCOUNT})
    assert "5 5 0 1, 2 4 7 9" in " ".join(entries(records, Say)[2].clauses)
    assert (until(lambda: entries(newest(data_dir), ev.CallEnded), 5, "the end in the log")[0].by) == "caller"


def media_lines(server: ServerProcess) -> list[str]:
    return [line["call"] for line in server.log if line["message"] == "media ended"]
