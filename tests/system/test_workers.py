"""Two workers behind one SIP port: calls land on both, one may die while the other goes on, and all of them drain."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from simulations.result import CallResult
from simulations.scenario import Line
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.scripted_call import BOOKS_A_PARCEL, calling
from tests.testkit.sip_text import OFFER, TextCaller, answer_to_invite, request, to_tag_of
from tests.testkit.stored import stored
from tests.testkit.waiting import soon, until
from voice_agent.conversation.state import fold

TWO = {**SCRIPTED, "VOICE_AGENT_WORKERS_COUNT": "2", "VOICE_AGENT_CALLS_LIMIT": "4"}
STAYS = (*BOOKS_A_PARCEL[:3], Line(when="booked", hang_up=True))


@pytest.fixture
def two_workers(tmp_path: Path) -> Iterator[ServerProcess]:
    with ServerProcess.start(PARCEL_DESK, tmp_path / "data", TWO) as server:
        yield server


def calls_of_each(server: ServerProcess) -> list[int]:
    return [int(worker.get("calls", 0)) for worker in server.health()[1]["workers"]]


def pids(server: ServerProcess) -> list[int]:
    return [int(worker["pid"]) for worker in server.health()[1]["workers"]]


def descendants(pid: int) -> list[int]:
    """Processes below one, at this moment."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        children = [int(child) for child in text.split()]
        return children + [below for child in children for below in descendants(child)]
    return []


def final(stream: BinaryIO) -> str:
    """The next final response of a TCP connection; its body is passed over."""
    while True:
        head = b"".join(iter(stream.readline, b"\r\n")).decode()
        length = re.search(r"^Content-Length: (\d+)", head, re.MULTILINE)
        assert length is not None
        stream.read(int(length[1]))
        if not head.startswith("SIP/2.0 1"):
            return head


def answered(uri: str) -> tuple[TextCaller, str]:
    """A call that is up, and its To tag."""
    caller = TextCaller(uri)
    caller.send("INVITE", body=OFFER)
    tag = to_tag_of(caller.expect("SIP/2.0 200"))
    caller.send("ACK", to_tag=tag)
    return caller, tag


def test_calls_land_on_both_workers_and_further_requests_find_theirs(two_workers: ServerProcess) -> None:
    uri = two_workers.ready.sip
    callers = [answered(uri) for _ in range(4)]
    until(lambda: calls_of_each(two_workers) == [2, 2], 5, "two calls each")
    assert answer_to_invite(uri).startswith("SIP/2.0 503 all 4 lines are taken\r\n")
    assert "\r\nRetry-After: " in answer_to_invite(uri)
    for caller, tag in callers:
        caller.send("BYE", number=2, to_tag=tag)
        caller.expect("SIP/2.0 200")
        caller.close()
    until(lambda: calls_of_each(two_workers) == [0, 0], 5, "the end of all calls")
    ended = [fold(records).ended for _, records in stored(two_workers.data_dir)]
    assert [end.by for end in ended if end is not None] == ["caller"] * 4
    text = two_workers.get("/metrics")[1]
    assert 'voice_agent_calls_total{by="caller",worker="0"} 2.0' in text
    assert 'voice_agent_calls_total{by="caller",worker="1"} 2.0' in text


def test_calls_by_tcp_are_answered_over_their_connection(two_workers: ServerProcess) -> None:
    host, _, port = two_workers.ready.sip.removeprefix("sip:").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection, connection.makefile("rb") as stream:
        here, uri = connection.getsockname()[1], two_workers.ready.sip

        def ask(method: str, *, number: int = 1, to_tag: str = "", body: str = "") -> None:
            text = request(method, uri, here, number=number, to_tag=to_tag, call="stream", body=body)
            connection.sendall(text.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP"))

        ask("INVITE", body=OFFER)
        answer = final(stream)
        assert answer.startswith("SIP/2.0 200 ")
        assert ";transport=tcp" in answer
        tag = to_tag_of(answer)
        ask("ACK", to_tag=tag)
        until(lambda: sum(calls_of_each(two_workers)) == 1, 5, "a call")
        ask("BYE", number=2, to_tag=tag)
        assert final(stream).startswith("SIP/2.0 200 ")
    until(lambda: calls_of_each(two_workers) == [0, 0], 5, "the end of the call")


def test_one_worker_dies_and_the_others_calls_go_on(two_workers: ServerProcess) -> None:
    uri = two_workers.ready.sip

    async def main() -> CallResult:
        doomed, tag = await asyncio.to_thread(answered, uri)
        async with calling(uri, *STAYS) as call:
            await call.hears("What number?", 30)
            await soon(lambda: calls_of_each(two_workers) == [1, 1], 5, "a call each")
            os.kill(pids(two_workers)[0], signal.SIGKILL)
            await soon(lambda: two_workers.health()[1]["up"] == 1, 5, "the death of a worker")
            doomed.send("BYE", number=2, to_tag=tag)
            await asyncio.to_thread(doomed.expect, "SIP/2.0 481")
            doomed.close()
            other, other_tag = await asyncio.to_thread(answered, uri)
            await soon(lambda: two_workers.health()[1]["up"] == 2, 20, "a new worker")
            other.send("BYE", number=2, to_tag=other_tag)
            await asyncio.to_thread(other.expect, "SIP/2.0 200")
            other.close()
            return await call.result(40)

    result = asyncio.run(main())
    assert (result.ok, result.ended_by) == (True, "caller")
    until(lambda: all(fold(records).ended for _, records in stored(two_workers.data_dir)), 10, "the last records")
    ended = [fold(records).ended for _, records in stored(two_workers.data_dir)]
    assert sorted(end.by for end in ended if end is not None) == ["caller", "caller", "fault"]


def test_a_worker_that_hangs_is_replaced(two_workers: ServerProcess) -> None:
    hangs = pids(two_workers)[0]
    os.kill(hangs, signal.SIGSTOP)
    until(lambda: two_workers.health()[1]["workers"][0]["restarts"] == 1, 15, "the end of what hangs")
    until(lambda: two_workers.health()[1]["up"] == 2, 15, "a new worker")
    assert pids(two_workers)[0] != hangs


def test_all_workers_drain(two_workers: ServerProcess) -> None:
    uri = two_workers.ready.sip

    async def main() -> CallResult:
        async with calling(uri, *STAYS) as call:
            await call.hears("What number?", 30)
            below = descendants(two_workers.process.pid)
            two_workers.signal(signal.SIGTERM)
            await asyncio.to_thread(two_workers.logged, "draining", 5)
            refused = await asyncio.to_thread(answer_to_invite, uri)
            assert refused.startswith("SIP/2.0 503 the server is about to stop\r\n")
            result = await call.result(40)
            await soon(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 10, "all processes' end")
            return result

    result = asyncio.run(main())
    assert two_workers.ended(15) == 0
    assert (result.ok, result.ended_by) == (True, "caller")


def test_a_second_signal_ends_the_calls_of_all_workers_at_once(two_workers: ServerProcess) -> None:
    callers = [answered(two_workers.ready.sip)[0] for _ in range(2)]
    until(lambda: calls_of_each(two_workers) == [1, 1], 5, "a call each")
    two_workers.signal(signal.SIGTERM)
    two_workers.logged("draining", 5)
    two_workers.signal(signal.SIGTERM)
    for caller in callers:
        caller.expect("BYE ")
        caller.close()
    assert two_workers.ended(10) == 0
    ended = [fold(records).ended for _, records in stored(two_workers.data_dir)]
    assert [end.by for end in ended if end is not None] == ["operator"] * 2


def test_nothing_outlives_a_supervisor_that_is_killed_and_callers_are_told(two_workers: ServerProcess) -> None:
    caller, _ = answered(two_workers.ready.sip)
    until(lambda: sum(calls_of_each(two_workers)) == 1, 5, "a call that was acknowledged")
    below = descendants(two_workers.process.pid)
    assert len(below) >= 4
    two_workers.signal(signal.SIGKILL)
    caller.expect("BYE ")
    caller.close()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below), 15, "the end of all processes")
    (ended,) = [fold(records).ended for _, records in stored(two_workers.data_dir)]
    assert ended is not None
    assert (ended.by, ended.reason) == ("operator", "the server stopped")
