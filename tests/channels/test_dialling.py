"""The telephone calls somebody: what it hears of it, and what came of the call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from telephony.sip.actions import CallCancelled, CallConfirmed, CallEnded, IncomingCall
from tests.channels.test_phone import flowing, with_phone
from tests.testkit.telephone import HOST, Caller, Desk, Telephone
from tests.testkit.waiting import soon
from voice_agent.channels.outgoing import Dialled
from voice_agent.errors import CallFailed

OURS = f"sip:agent@{HOST}"


class Dialling:
    """One call to the telephone of somebody."""

    def __init__(self, phone: Telephone, callee: Caller) -> None:
        self.phone = phone
        self.callee = callee
        self.heard: list[int] = []

    @property
    def uri(self) -> str:
        return f"sip:maya@{self.callee.endpoint.address}"

    def dials(self, ring_s: float = 10.0) -> asyncio.Task[Dialled]:
        return asyncio.create_task(
            self.phone.door.dial(self.uri, from_uri=OURS, ring_s=ring_s, progress=self.heard.append)
        )


def dialling(scenario: Callable[[Dialling], Awaitable[None]], desk: Desk | None = None) -> Desk:
    desk = Desk() if desk is None else desk

    async def main(phone: Telephone, callee: Caller) -> None:
        await scenario(Dialling(phone, callee))

    with_phone(desk, main)
    return desk


def test_who_answers_talks_to_the_agent_until_somebody_hangs_up() -> None:
    async def scenario(call: Dialling) -> None:
        dialled, callee = call.dials(), call.callee
        incoming = await callee.told(IncomingCall)
        assert incoming.from_uri == OURS
        callee.endpoint.ring(incoming.call)
        callee.endpoint.accept(incoming.call, callee.offer())
        await callee.told(CallConfirmed)
        await soon(lambda: callee.packets > 10, 5, "the agent's voice")
        assert not dialled.done()
        callee.endpoint.hang_up(incoming.call)
        result = await dialled
        assert (result.outcome, result.code, result.conversation) == ("talked", 200, "c-1")
        assert call.heard == [180]

    desk = dialling(scenario)
    (caller,) = desk.callers
    assert caller.outbound
    assert caller.from_uri.startswith("sip:maya@")
    assert caller.to_uri == OURS
    assert [kind for kind, _ in desk.sessions[0].told] == ["hung_up"]


def test_the_agent_may_hang_up_first() -> None:
    desk = Desk()

    async def scenario(call: Dialling) -> None:
        dialled, callee = call.dials(), call.callee
        incoming = await callee.told(IncomingCall)
        callee.endpoint.accept(incoming.call, callee.offer())
        await soon(lambda: len(desk.sessions) == 1, 5, "the session")
        await flowing(desk.sessions[0])
        desk.sessions[0].hang_up()
        assert (await dialled).outcome == "talked"

    dialling(scenario, desk)


@pytest.mark.parametrize(
    ("code", "outcome"), [(486, "busy"), (600, "busy"), (480, "no_answer"), (603, "rejected"), (404, "rejected")]
)
def test_a_call_that_nobody_takes_has_a_result(code: int, outcome: str) -> None:
    async def scenario(call: Dialling) -> None:
        dialled = call.dials()
        incoming = await call.callee.told(IncomingCall)
        call.callee.endpoint.reject(incoming.call, code)
        result = await dialled
        assert (result.outcome, result.code, result.conversation) == (outcome, code, None)

    assert dialling(scenario).sessions == []


def test_who_lets_it_ring_is_not_called_any_longer() -> None:
    async def scenario(call: Dialling) -> None:
        dialled = call.dials(ring_s=0.3)
        incoming = await call.callee.told(IncomingCall)
        call.callee.endpoint.ring(incoming.call)
        await call.callee.told(CallCancelled)
        assert (await dialled).outcome == "no_answer"

    assert dialling(scenario).sessions == []


def test_a_call_that_is_given_up_stops_ringing() -> None:
    async def scenario(call: Dialling) -> None:
        dialled = call.dials()
        incoming = await call.callee.told(IncomingCall)
        call.callee.endpoint.ring(incoming.call)
        await soon(lambda: call.heard == [180], 5, "the ringing")
        dialled.cancel()
        await call.callee.told(CallCancelled)

    dialling(scenario)


def test_an_answer_without_a_codec_in_common_is_hung_up() -> None:
    async def scenario(call: Dialling) -> None:
        dialled, callee = call.dials(), call.callee
        incoming = await callee.told(IncomingCall)
        callee.endpoint.accept(incoming.call, callee.offer(formats="18"))
        await callee.told(CallConfirmed)
        await callee.told(CallEnded)
        assert (await dialled).outcome == "failed"

    assert dialling(scenario).sessions == []


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("sip:911@127.0.0.1", "never dialled"),
        ("sip:112@127.0.0.1;user=phone", "never dialled"),
        ("tel:+1911", "never dialled"),
        ("desk", "can't be dialled"),
    ],
)
def test_what_must_not_or_cannot_be_dialled_is_refused(uri: str, why: str) -> None:
    async def scenario(call: Dialling) -> None:
        with pytest.raises(CallFailed, match=why):
            await call.phone.door.dial(uri, from_uri=OURS)

    dialling(scenario)


def test_nobody_is_called_where_there_is_no_room() -> None:
    async def scenario(call: Dialling) -> None:
        with pytest.raises(CallFailed, match="all 50 lines are taken"):
            await call.dials()

    dialling(scenario, Desk(refuses="all 50 lines are taken"))
