"""The telephone between SIP, media and a conversation: who is let in, what flows, and that every call ends for good."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
from collections.abc import Awaitable, Callable

import pytest

from telephony.sdp.session import Direction, parse
from telephony.sip.actions import (
    CallEnded,
    CallRejected,
    SessionChanged,
    SessionKept,
)
from tests.testkit.sip_text import OFFER, TextCaller, to_tag_of
from tests.testkit.telephone import HOST, Caller, Desk, Session, Telephone, answered
from tests.testkit.waiting import soon


def with_phone(
    desk: Desk, scenario: Callable[[Telephone, Caller], Awaitable[None]], ports: tuple[int, int] = (47_000, 47_199)
) -> None:
    """Runs `scenario`; afterwards no call is up and every port is free."""

    async def main() -> None:
        async with asyncio.timeout(30), answered(desk, ports) as phone, Caller.open() as caller:
            free = phone.ports.free
            await scenario(phone, caller)
            await soon(lambda: len(phone.door) == 0, 5, "the end of all calls")
            assert phone.ports.free == free

    asyncio.run(main())


async def flowing(session: Session, ticks: int = 10) -> None:
    """Returns after some more ticks."""
    enough = session.ticks + ticks
    await soon(lambda: session.ticks >= enough, 5, "ticks")


async def hung_up(caller: Caller) -> None:
    """The telephone, not the caller, ends the call."""
    assert (await caller.told(CallEnded)).by == "remote"


def test_a_call_is_refused_before_it_rings_where_the_desk_has_no_room() -> None:
    async def scenario(phone: Telephone, caller: Caller) -> None:
        caller.call(phone.uri)
        refused = await caller.told(CallRejected)
        assert (refused.code, refused.retry_after_s) == (503, 5)

    with_phone(Desk(refuses="all 50 lines are taken"), scenario)


@pytest.mark.parametrize(("offer", "code"), [("no SDP at all", 400), (OFFER.replace("AVP 0", "AVP 18"), 488)])
def test_an_offer_that_cannot_be_taken_is_refused_before_it_rings(offer: str, code: int) -> None:
    async def scenario(phone: Telephone, caller: Caller) -> None:
        caller.call(phone.uri, offer.encode())
        assert (await caller.told(CallRejected)).code == code

    desk = Desk()
    with_phone(desk, scenario)
    assert desk.sessions == []


def test_a_call_without_a_port_for_its_media_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1] & ~1

    async def scenario(phone: Telephone, caller: Caller) -> None:
        call, _ = await caller.talk(phone.uri)
        caller.call(phone.uri)
        refused = await caller.told(CallRejected)
        assert (refused.code, refused.retry_after_s) == (503, 5)
        caller.endpoint.hang_up(call)
        await caller.told(CallEnded)
        await soon(lambda: phone.ports.free == 1, 5, "the port")
        again, _ = await caller.talk(phone.uri)
        caller.endpoint.hang_up(again)

    with_phone(Desk(), scenario, (port, port + 1))


def test_a_call_that_the_system_has_no_socket_for_is_refused() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    async def scenario(phone: Telephone, caller: Caller) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            caller.call(phone.uri)
            assert (await caller.told(CallRejected)).code == 503
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        call, _ = await caller.talk(phone.uri)
        caller.endpoint.hang_up(call)

    with_phone(Desk(), scenario)


def test_voice_and_keys_reach_the_session_and_its_voice_the_caller() -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        call, port = await caller.talk(phone.uri)
        await soon(lambda: desk.sessions, 5, "a session")
        session = desk.sessions[0]
        for number in range(60):
            caller.speak(port, keys="7#" if number == 10 else "")
            await flowing(session, 1)
        assert session.loudest > 3_000
        assert session.digits == "7#"
        assert caller.packets >= 50
        caller.endpoint.hang_up(call)
        await soon(lambda: session.told, 5, "the end")
        assert session.told == [("hung_up", "remote: BYE")]

    with_phone(desk, scenario)
    (known,) = desk.callers
    assert known.from_uri.startswith("sip:1@127.0.0.1:")
    assert known.to_uri.startswith("sip:agent@127.0.0.1:")


def test_the_session_starts_once_the_answer_is_acknowledged_and_ends_the_call_when_it_hangs_up() -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        await caller.talk(phone.uri)
        await soon(lambda: desk.sessions, 5, "a session")
        await flowing(desk.sessions[0])
        desk.sessions[0].hang_up()
        await hung_up(caller)
        desk.sessions[0].hang_up()

    with_phone(desk, scenario)
    ticks = desk.sessions[0].ticks
    assert [kind for kind, _ in desk.sessions[0].told] == ["hung_up"]
    assert desk.sessions[0].ticks == ticks


def test_a_defect_of_one_session_ends_its_call_and_no_other() -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        broken, _ = await caller.talk(phone.uri)
        sound, _ = await caller.talk(phone.uri)
        await soon(lambda: len(desk.sessions) == 2, 5, "two sessions")
        first, second = desk.sessions
        first.breaks = True
        ended = await caller.told(CallEnded)
        assert (ended.call, ended.by) == (broken, "remote")
        await flowing(second)
        assert first.told[0] == ("broke", "RuntimeError: a defect")
        assert second.told == []
        caller.endpoint.hang_up(sound)

    with_phone(desk, scenario)


def test_a_call_that_no_session_can_be_opened_for_is_hung_up() -> None:
    async def scenario(phone: Telephone, caller: Caller) -> None:
        await caller.talk(phone.uri)
        await hung_up(caller)

    with_phone(Desk(broken=True), scenario)


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
def test_nothing_is_sent_to_a_caller_who_holds_until_the_call_is_resumed(direction: str) -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        call, _ = await caller.talk(phone.uri)
        await soon(lambda: caller.packets > 5, 5, "media")
        session = desk.sessions[0]
        caller.endpoint.change_session(call, caller.offer(direction=direction, version=2))
        held = await caller.told(SessionChanged)
        expected = Direction.RECVONLY if direction == "sendonly" else Direction.INACTIVE
        assert parse(held.sdp).direction_of(parse(held.sdp).media[0]) is expected
        await flowing(session, 2)
        packets = caller.packets
        await flowing(session, 20)
        assert caller.packets == packets
        caller.endpoint.change_session(call, caller.offer(version=3))
        await caller.told(SessionChanged)
        await soon(lambda: caller.packets > packets + 10, 5, "media after the hold")
        caller.endpoint.hang_up(call)

    with_phone(desk, scenario)
    assert len(desk.sessions) == 1


def test_media_follow_the_caller_to_another_port_and_stay_where_the_new_offer_is_no_good() -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        call, _ = await caller.talk(phone.uri)
        await soon(lambda: caller.packets > 5, 5, "media")
        caller.endpoint.change_session(call, caller.offer(formats="18", version=2))
        assert (await caller.told(SessionKept)).code == 488
        packets = caller.packets
        await soon(lambda: caller.packets > packets + 10, 5, "media")
        async with Caller.open() as elsewhere:
            caller.endpoint.change_session(call, elsewhere.offer(version=3))
            await caller.told(SessionChanged)
            await soon(lambda: elsewhere.packets > 10, 5, "media at the other port")
        caller.endpoint.hang_up(call)

    with_phone(desk, scenario)


def test_a_caller_who_offers_nothing_is_offered_something() -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        with contextlib.closing(TextCaller(phone.uri)) as text:
            text.send("INVITE")
            response = await asyncio.to_thread(text.expect, "SIP/2.0 200")
            (line,) = parse(response.partition("\r\n\r\n")[2].encode()).media
            assert line.payload_types == (0, 8, 101)
            answer = caller.offer(formats="8").decode()
            text.send("ACK", to_tag=to_tag_of(response), body=answer)
            await soon(lambda: caller.packets > 10, 5, "media")
            text.send("BYE", number=2, to_tag=to_tag_of(response))
            await asyncio.to_thread(text.expect, "SIP/2.0 200")

    with_phone(desk, scenario)
    assert [kind for kind, _ in desk.sessions[0].told] == ["hung_up"]


@pytest.mark.parametrize("answer", ["", OFFER.replace("AVP 0", "AVP 18")])
def test_a_caller_who_does_not_answer_our_offer_is_hung_up(answer: str) -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        with contextlib.closing(TextCaller(phone.uri)) as text:
            text.send("INVITE")
            response = await asyncio.to_thread(text.expect, "SIP/2.0 200")
            text.send("ACK", to_tag=to_tag_of(response), body=answer)
            await asyncio.to_thread(text.expect, "BYE ")

    with_phone(desk, scenario)
    assert desk.sessions == []


def test_a_cancel_that_comes_after_the_answer_changes_nothing() -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        with contextlib.closing(TextCaller(phone.uri)) as text:
            text.send("INVITE", body=caller.offer().decode())
            text.send("CANCEL")
            response = await asyncio.to_thread(text.expect, "SIP/2.0 200")
            text.send("ACK", to_tag=to_tag_of(response))
            await soon(lambda: caller.packets > 5, 5, "media")
            text.send("BYE", number=2, to_tag=to_tag_of(response))
            await soon(lambda: len(phone.door) == 0, 5, "the end")

    with_phone(desk, scenario)


def test_an_answer_that_is_never_acknowledged_opens_no_session_and_frees_its_port() -> None:
    desk = Desk()

    async def main() -> None:
        async with asyncio.timeout(20), answered(desk, t1_us=5_000) as phone:
            free = phone.ports.free
            with contextlib.closing(TextCaller(phone.uri)) as text:
                text.send("INVITE", body=OFFER)
                await asyncio.to_thread(text.expect, "SIP/2.0 200")
                assert phone.ports.free == free - 1
                await soon(lambda: len(phone.door) == 0, 5, "the end")
                assert phone.ports.free == free

    asyncio.run(main())
    assert desk.sessions == []


def test_calls_that_come_while_draining_are_refused_and_live_ones_go_on() -> None:
    desk = Desk()

    async def scenario(phone: Telephone, caller: Caller) -> None:
        call, _ = await caller.talk(phone.uri)
        await soon(lambda: desk.sessions, 5, "a session")
        phone.endpoint.drain()
        caller.call(phone.uri)
        refused = await caller.told(CallRejected)
        assert (refused.code, refused.retry_after_s) == (503, 30)
        await flowing(desk.sessions[0])
        caller.endpoint.hang_up(call)

    with_phone(desk, scenario)
