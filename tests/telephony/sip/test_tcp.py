"""Calls by TCP: what the user agent does otherwise, and the sockets over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from telephony.sdp.offer_answer import accept, make_answer, make_offer
from telephony.sdp.session import parse, serialise
from telephony.sip.actions import CallAnswered, CallConfirmed, CallEnded, CallRejected, IncomingCall
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.events import AcceptCall, CallId, HangUpCall, PeerUnreachable, PlaceCall, RejectCall, StreamBroke
from telephony.sip.peer import Peer, Transport
from telephony.sip.settings import SipSettings, TcpLimits
from telephony.sip.timers import Timers
from tests.telephony.sip.test_caller import placed
from tests.telephony.sip.test_endpoint import Listener
from tests.telephony.sip.wire import ANSWER, OFFER, SECOND, Bench, invite, reply, request
from tests.testkit.waiting import soon

TCP = Transport.TCP
SOURCE = Peer("192.0.2.9", 41_000, TCP)
HOST = "127.0.0.1"


def by_tcp(data: bytes) -> bytes:
    return data.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP")


def test_responses_go_back_by_the_connection_or_to_the_port_of_via() -> None:
    bench = Bench()
    bench.receive(by_tcp(invite()), SOURCE)
    bench.do(AcceptCall(bench.only(IncomingCall).call, ANSWER))
    assert bench.datagrams[0].destination == Peer("192.0.2.9", 5070, TCP, connection=41_000)
    assert bench.responses()[0].header("Contact") == "<sip:agent@192.0.2.1:5060;transport=tcp>"


def test_a_bye_uses_the_connection_of_the_call_again() -> None:
    bench = Bench()
    bench.receive(by_tcp(invite()), SOURCE)
    call = bench.only(IncomingCall).call
    bench.do(AcceptCall(call, ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(by_tcp(request("ACK", to_tag=tag, branch="z9hG4bK-k")), SOURCE)
    bench.do(HangUpCall(call))
    assert bench.datagrams[0].destination == Peer("192.0.2.9", 5070, TCP, connection=41_000)
    (bye,) = bench.requests()
    assert bye.framed.values("Via")[0].startswith("SIP/2.0/TCP 192.0.2.1:5060;")
    bench.advance(31 * SECOND)
    assert bench.methods() == []  # TCP repeats what's lost
    bench.advance(SECOND)
    assert bench.agent.call_count == 0


@pytest.mark.parametrize(
    ("contact", "destination"),
    [
        (b"<sip:ann@192.0.2.77:5071;transport=tcp>", Peer("192.0.2.77", 5071, TCP)),
        (b"<sip:ann@192.0.2.9:5070;transport=udp>", Peer("192.0.2.9", 5070)),
        (b"<sip:ann@192.0.2.9:5070;transport=TCP>", Peer("192.0.2.9", 5070, TCP, connection=41_000)),
        (b"<sip:ann@192.0.2.9:5070;transport=sctp>", SOURCE),
        (b"<sip:ann@home.example>", SOURCE),
    ],
)
def test_requests_go_where_the_target_says(contact: bytes, destination: Peer) -> None:
    bench = Bench()
    bench.receive(by_tcp(invite()).replace(b"<sip:ann@192.0.2.9:5070>", contact), SOURCE)
    call = bench.only(IncomingCall).call
    bench.do(AcceptCall(call, ANSWER))
    tag = bench.responses()[0].to.tag
    bench.receive(by_tcp(request("ACK", to_tag=tag, branch="z9hG4bK-k")), SOURCE)
    bench.do(HangUpCall(call))
    assert bench.datagrams[0].destination == destination


def test_an_invite_by_tcp_is_sent_once_and_given_up_after_the_same_time() -> None:
    bench = Bench()
    sent = placed(bench, uri="sip:bob@192.0.2.9:5070;transport=tcp")
    assert bench.datagrams[0].destination == Peer("192.0.2.9", 5070, TCP)
    assert sent.header("Contact") == "<sip:agent@192.0.2.1:5060;transport=tcp>"
    assert sent.framed.values("Via")[0].startswith("SIP/2.0/TCP ")
    bench.advance(32 * SECOND)
    assert bench.methods() == []
    assert bench.only(CallRejected).code == 408


def test_transactions_over_tcp_wait_for_no_copies() -> None:
    bench = Bench()
    sent = placed(bench, next_hop=Peer("192.0.2.9", 5070, TCP))
    bench.receive(by_tcp(reply(sent, 486)), SOURCE)
    assert bench.methods() == ["ACK"]
    bench.receive(by_tcp(request("OPTIONS")), SOURCE)
    bench.advance(0)
    assert bench.agent.next_wake() is None


def test_a_refusal_by_tcp_is_sent_once() -> None:
    bench = Bench()
    bench.receive(by_tcp(invite()), SOURCE)
    bench.do(RejectCall(bench.only(IncomingCall).call))
    bench.advance(33 * SECOND)
    assert bench.codes() == []
    assert bench.agent.next_wake() is None


def test_the_2xx_is_repeated_even_by_tcp() -> None:
    bench = Bench()
    bench.receive(by_tcp(invite()), SOURCE)
    bench.do(AcceptCall(bench.only(IncomingCall).call, ANSWER))
    bench.advance(SECOND)
    assert bench.codes() == [200]


def test_the_last_words_on_a_broken_connection() -> None:
    bench = Bench()
    head = by_tcp(request("OPTIONS"))
    bench.do(StreamBroke(head, 400, "no length", SOURCE))
    assert (bench.codes(), bench.datagrams[0].destination) == ([400], SOURCE)
    for silent in (b"", b"GET / HTTP/1.1\r\n\r\n", head.replace(b"OPTIONS", b"ACK"), b"SIP/2.0 200 OK\r\n\r\n"):
        bench.do(StreamBroke(silent, 400, "no length", SOURCE))
        assert bench.datagrams == []


# Over loopback


def with_two(
    scenario: Callable[[SipEndpoint, SipEndpoint, Listener, Listener], Awaitable[None]],
    host: str,
    limits: TcpLimits | None,
    t1_us: int = 10_000,
) -> None:
    async def main() -> None:
        settings = SipSettings(timers=Timers(t1_us=t1_us), tcp=limits)
        here, there = Listener(), Listener()
        caller = await SipEndpoint.open(host, 0, here, settings)
        callee = await SipEndpoint.open(host, 0, there, settings)
        try:
            async with asyncio.timeout(10):
                await scenario(caller, callee, here, there)
        finally:
            await caller.close()
            await callee.close()

    asyncio.run(main())


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("host", [HOST, "::1"])
def test_a_call_end_to_end(host: str, transport: str) -> None:
    async def scenario(caller: SipEndpoint, callee: SipEndpoint, here: Listener, there: Listener) -> None:
        offer = make_offer(host, 40_000)
        sdp = serialise(offer)
        uri = f"sip:agent@{callee.address};transport={transport}"
        caller.place(uri, sdp, from_uri=f"sip:me@{caller.address}")
        incoming = await there.told.get()
        assert isinstance(incoming, IncomingCall)
        assert incoming.source.host == host
        assert incoming.source.reliable == (transport == "tcp")
        assert incoming.sdp is not None
        assert (b"IN IP6 ::1" in incoming.sdp) == (host == "::1")
        callee.accept(incoming.call, make_answer(parse(incoming.sdp), host, 40_100).sdp)
        answered = await here.told.get()
        assert isinstance(answered, CallAnswered)
        assert answered.sdp is not None
        assert accept(offer, parse(answered.sdp)).remote_host == host
        assert isinstance(await there.told.get(), CallConfirmed)
        callee.hang_up(incoming.call)
        assert isinstance(await there.told.get(), CallEnded)
        assert isinstance(await here.told.get(), CallEnded)

    with_two(scenario, host, TcpLimits())


async def connect(endpoint: SipEndpoint) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(endpoint.address.host, endpoint.address.port)


def test_a_ping_is_answered_and_broken_framing_closes_after_400() -> None:
    async def scenario(caller: SipEndpoint, callee: SipEndpoint, here: Listener, there: Listener) -> None:
        reader, writer = await connect(callee)
        writer.write(b"\r\n\r\n" + by_tcp(request("OPTIONS")))
        assert await reader.readexactly(2) == b"\r\n"
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200 ")
        writer.write(by_tcp(request("OPTIONS")).replace(b"Content-Length: 0\r\n", b""))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 400 ")
        assert await reader.read() == b""
        writer.close()

    with_two(scenario, HOST, TcpLimits())


def test_silent_connections_and_those_too_many_are_closed() -> None:
    async def scenario(caller: SipEndpoint, callee: SipEndpoint, here: Listener, there: Listener) -> None:
        first, first_writer = await connect(callee)
        second, second_writer = await connect(callee)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await second.readexactly(1)
        first_writer.write(b"OPTIONS never ends")
        assert await closed(first)
        first_writer.close()
        second_writer.close()

    with_two(scenario, HOST, TcpLimits(max_connections=1, idle_s=0.1))


async def closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


def test_nobody_there_by_tcp_is_known_at_once() -> None:
    async def scenario(caller: SipEndpoint, callee: SipEndpoint, here: Listener, there: Listener) -> None:
        address = callee.address
        await callee.close()
        caller.place(f"sip:agent@{address};transport=tcp", OFFER, from_uri="sip:a@127.0.0.1")
        rejected = await here.told.get()
        assert isinstance(rejected, CallRejected)
        assert rejected.code == 408

    with_two(scenario, HOST, TcpLimits(), t1_us=500_000)  # long before 64*T1


def test_only_what_met_no_response_is_given_up_when_a_peer_is_unreachable() -> None:
    bench = Bench()
    there = Peer("192.0.2.9", 5070, TCP)
    ringing = placed(bench, next_hop=there)
    bench.receive(by_tcp(reply(ringing, 180)), there)
    bench.do(PlaceCall(CallId("second"), "sip:b@192.0.2.9:5070", OFFER, "sip:a@192.0.2.1", next_hop=there))
    bench.do(PlaceCall(CallId("by-udp"), "sip:b@192.0.2.9:5070", OFFER, "sip:a@192.0.2.1"))
    bench.do(PeerUnreachable(there))
    assert bench.only(CallRejected).call == "second"
    bench.do(PeerUnreachable(there))
    assert bench.told == []


def test_udp_alone_sends_nothing_by_tcp() -> None:
    async def scenario(caller: SipEndpoint, callee: SipEndpoint, here: Listener, there: Listener) -> None:
        with pytest.raises(OSError, match=r"refused|Connect"):
            await connect(callee)
        caller.place(f"sip:agent@{callee.address};transport=tcp", OFFER, from_uri="sip:a@127.0.0.1")
        assert isinstance(await here.told.get(), CallRejected)

    with_two(scenario, HOST, None)


def test_a_call_whose_connection_was_closed_is_reached_by_a_new_one() -> None:
    async def scenario(caller: SipEndpoint, callee: SipEndpoint, here: Listener, there: Listener) -> None:
        caller.place(f"sip:agent@{callee.address};transport=tcp", OFFER, from_uri="sip:a@127.0.0.1")
        incoming = await there.told.get()
        callee.accept(incoming.call, ANSWER)
        assert isinstance(await here.told.get(), CallAnswered)
        assert isinstance(await there.told.get(), CallConfirmed)
        await soon(lambda: callee.connection_count == 0, 5, "the idle connection to be closed")
        callee.hang_up(incoming.call)
        assert isinstance(await here.told.get(), CallEnded)

    with_two(scenario, HOST, TcpLimits(idle_s=0.1))
