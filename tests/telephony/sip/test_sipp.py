"""Calls with sipp and sipsak as the other side, over loopback."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from telephony.sdp.offer_answer import accept, make_answer, make_offer
from telephony.sdp.session import parse, serialise
from telephony.sip.actions import (
    CallAction,
    CallAnswered,
    CallCancelled,
    CallConfirmed,
    CallEnded,
    CallProgress,
    IncomingCall,
    Reinvited,
    SessionChanged,
)
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from telephony.sip.timers import Timers

pytestmark = pytest.mark.peer("sipp", "sipsak")

HOST = "127.0.0.1"
SCENARIOS = Path(__file__).parent / "scenarios"


class Answerer:
    """Rings and answers every call, unless told to leave it ringing."""

    def __init__(self, answers: bool = True) -> None:
        self.endpoint: SipEndpoint | None = None
        self.told: list[CallAction] = []
        self._answers = answers

    def on_call(self, action: CallAction) -> None:
        self.told.append(action)
        endpoint = self.endpoint
        assert endpoint is not None
        match action:
            case IncomingCall(call=call, sdp=sdp):
                assert sdp is not None
                endpoint.ring(call)
                if self._answers:
                    endpoint.accept(call, make_answer(parse(sdp), HOST, 40_000).sdp)
            case Reinvited(call=call, sdp=sdp):
                assert sdp is not None
                endpoint.answer_reinvite(call, make_answer(parse(sdp), HOST, 40_000, session_version=2).sdp)
            case _:
                pass

    def kinds(self) -> list[type]:
        return [type(each) for each in self.told]


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


async def run(*command: str) -> str:
    """Run a program to its end; its output when it succeeded."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(20):
            output, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    text = output.decode(errors="replace")
    assert process.returncode == 0, text[-4000:]
    return text


async def run_sipp(port: int, *options: str) -> str:
    return await run(
        "sipp", f"{HOST}:{port}", "-i", HOST, "-p", str(free_port()), "-nostdin", "-timeout", "15s", *options
    )


async def run_sipp_callee(port: int, *options: str) -> str:
    return await run("sipp", "-i", HOST, "-p", str(port), "-nostdin", "-timeout", "15s", *options)


def with_endpoint(
    observer: Answerer, scenario: Callable[[SipEndpoint], Awaitable[None]], settings: SipSettings | None = None
) -> None:
    async def main() -> None:
        endpoint = await SipEndpoint.open(HOST, 0, observer, SipSettings() if settings is None else settings)
        observer.endpoint = endpoint
        try:
            async with asyncio.timeout(25):
                await scenario(endpoint)
        finally:
            await endpoint.close()

    asyncio.run(main())


def test_sipp_calls_talks_and_hangs_up() -> None:
    observer = Answerer()

    async def scenario(endpoint: SipEndpoint) -> None:
        await run_sipp(endpoint.address.port, "-sn", "uac", "-m", "10", "-r", "50", "-d", "50")
        assert endpoint.call_count == 0

    with_endpoint(observer, scenario)
    assert observer.kinds().count(CallConfirmed) == 10
    ended = [each for each in observer.told if isinstance(each, CallEnded)]
    assert [each.by for each in ended] == ["remote"] * 10


def test_sipp_cancels_a_ringing_call() -> None:
    observer = Answerer(answers=False)

    async def scenario(endpoint: SipEndpoint) -> None:
        await run_sipp(endpoint.address.port, "-sf", str(SCENARIOS / "cancel.xml"), "-m", "2")

    with_endpoint(observer, scenario)
    assert observer.kinds().count(CallCancelled) == 2


def test_a_lost_ack_makes_us_repeat_the_200() -> None:
    observer = Answerer()

    async def scenario(endpoint: SipEndpoint) -> None:
        output = await run_sipp(endpoint.address.port, "-sf", str(SCENARIOS / "lost_ack.xml"), "-m", "1")
        received, repeated = re.findall(r"200 <-+ +(\d+) +(\d+)", output)[-2]
        assert received == "1"
        assert int(repeated) >= 2

    with_endpoint(observer, scenario, SipSettings(timers=Timers(t1_us=100_000)))
    assert observer.kinds() == [IncomingCall, CallConfirmed, CallEnded]


def test_sipp_changes_the_session_and_route_through_a_proxy_is_kept() -> None:
    observer = Answerer()

    async def scenario(endpoint: SipEndpoint) -> None:
        await run_sipp(endpoint.address.port, "-sf", str(SCENARIOS / "reinvite.xml"), "-m", "1")

    with_endpoint(observer, scenario)
    assert observer.kinds() == [IncomingCall, CallConfirmed, Reinvited, SessionChanged, CallEnded]


def test_sipsak_gets_an_answer_to_options() -> None:
    async def scenario(endpoint: SipEndpoint) -> None:
        output = await run("sipsak", "-vv", "-s", f"sip:agent@{HOST}:{endpoint.address.port}")
        assert "200 OK" in output
        assert "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY" in output

    with_endpoint(Answerer(), scenario)


class Caller:
    """Hangs up as soon as its call is answered."""

    def __init__(self) -> None:
        self.endpoint: SipEndpoint | None = None
        self.told: list[CallAction] = []
        self.ended = asyncio.Event()

    def on_call(self, action: CallAction) -> None:
        self.told.append(action)
        match action:
            case CallAnswered(call=call):
                assert self.endpoint is not None
                self.endpoint.hang_up(call)
            case CallEnded():
                self.ended.set()
            case _:
                pass


def test_our_caller_reaches_sipp() -> None:
    async def main() -> list[CallAction]:
        port = free_port()
        observer = Caller()
        offer = make_offer(HOST, 40_000)
        endpoint = await SipEndpoint.open(HOST, 0, observer, SipSettings())
        observer.endpoint = endpoint
        try:
            async with asyncio.timeout(20), asyncio.TaskGroup() as group:
                group.create_task(run_sipp_callee(port, "-sf", str(SCENARIOS / "answer.xml"), "-m", "1"))
                endpoint.place(
                    f"sip:service@{HOST}", serialise(offer), from_uri=f"sip:agent@{HOST}", next_hop=Peer(HOST, port)
                )
                await observer.ended.wait()
        finally:
            await endpoint.close()
        answered = next(each for each in observer.told if isinstance(each, CallAnswered))
        assert answered.sdp is not None
        assert accept(offer, parse(answered.sdp)).remote_host == HOST
        return observer.told

    told = asyncio.run(main())
    assert [type(each) for each in told] == [CallProgress, CallAnswered, CallEnded]
