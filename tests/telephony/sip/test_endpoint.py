"""The shell: two endpoints that call each other over loopback, and what happens around them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest

from telephony.sip.actions import (
    CallAction,
    CallAnswered,
    CallCancelled,
    CallConfirmed,
    CallEnded,
    CallProgress,
    CallRejected,
    IncomingCall,
    Reinvited,
    SessionChanged,
    SessionKept,
)
from telephony.sip.endpoint import SipEndpoint
from telephony.sip.peer import Peer
from telephony.sip.settings import SipSettings
from telephony.sip.timers import Timers
from tests.telephony.sip.wire import ANSWER, OFFER


class Listener:
    """Queues what it's told; `react` runs first, inside the callback."""

    def __init__(self, react: Callable[[CallAction], None] = lambda action: None) -> None:
        self.told: asyncio.Queue[CallAction] = asyncio.Queue()
        self.react = react

    def on_call(self, action: CallAction) -> None:
        self.told.put_nowait(action)
        self.react(action)


class Pair:
    """An endpoint that places calls and one that takes them."""

    def __init__(self, caller: SipEndpoint, callee: SipEndpoint, here: Listener, there: Listener) -> None:
        self.caller = caller
        self.callee = callee
        self.here = here
        self.there = there

    def place(self) -> str:
        return self.caller.place(f"sip:agent@{self.callee.address}", OFFER, from_uri=f"sip:{self.caller.address}")


def with_pair(
    scenario: Callable[[Pair], Awaitable[None]], host: str = "127.0.0.1", settings: SipSettings | None = None
) -> None:
    async def main() -> None:
        chosen = SipSettings(timers=Timers(t1_us=50_000)) if settings is None else settings
        here, there = Listener(), Listener()
        caller = await SipEndpoint.open(host, 0, here, chosen)
        callee = await SipEndpoint.open(host, 0, there, chosen)
        try:
            async with asyncio.timeout(10):
                await scenario(Pair(caller, callee, here, there))
        finally:
            await caller.close()
            await callee.close()

    asyncio.run(main())


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_two_endpoints_talk_and_hang_up(host: str) -> None:
    async def scenario(pair: Pair) -> None:
        pair.place()
        incoming = await pair.there.told.get()
        assert isinstance(incoming, IncomingCall)
        assert (incoming.sdp, incoming.source) == (OFFER, pair.caller.address)
        pair.callee.ring(incoming.call)
        assert isinstance(await pair.here.told.get(), CallProgress)
        pair.callee.accept(incoming.call, ANSWER)
        answered = await pair.here.told.get()
        assert isinstance(answered, CallAnswered)
        assert answered.sdp == ANSWER
        assert isinstance(await pair.there.told.get(), CallConfirmed)
        pair.caller.change_session(answered.call, OFFER)
        assert isinstance(await pair.there.told.get(), Reinvited)
        pair.callee.reject_reinvite(incoming.call)
        assert isinstance(await pair.here.told.get(), SessionKept)
        pair.caller.change_session(answered.call, OFFER)
        assert isinstance(await pair.there.told.get(), Reinvited)
        pair.callee.answer_reinvite(incoming.call, ANSWER)
        assert isinstance(await pair.there.told.get(), SessionChanged)
        assert isinstance(await pair.here.told.get(), SessionChanged)
        pair.caller.hang_up(answered.call)
        assert isinstance(await pair.here.told.get(), CallEnded)
        assert isinstance(await pair.there.told.get(), CallEnded)

    with_pair(scenario, host)


def test_a_rejection_and_a_cancel_arrive() -> None:
    async def scenario(pair: Pair) -> None:
        pair.place()
        first = await pair.there.told.get()
        pair.callee.reject(first.call, 486, "Busy", retry_after=5)
        rejected = await pair.here.told.get()
        assert isinstance(rejected, CallRejected)
        assert (rejected.code, rejected.reason, rejected.retry_after_s) == (486, "Busy", 5)
        assert isinstance(await pair.there.told.get(), CallEnded)
        pair.caller.cancel(rejected.call)
        second = pair.caller.place(f"sip:agent@{pair.callee.address}", OFFER, from_uri="sip:a@127.0.0.1")
        incoming = await pair.there.told.get()
        pair.callee.ring(incoming.call)
        await pair.here.told.get()
        pair.caller.cancel(second)
        assert isinstance(await pair.there.told.get(), CallCancelled)
        assert isinstance(await pair.here.told.get(), CallEnded)

    with_pair(scenario)


def test_the_timer_ends_a_call_that_nobody_answers() -> None:
    async def scenario(pair: Pair) -> None:
        nobody = pair.callee.address
        await pair.callee.close()
        pair.caller.place(f"sip:agent@{nobody}", OFFER, from_uri="sip:a@127.0.0.1")
        rejected = await pair.here.told.get()
        assert isinstance(rejected, CallRejected)
        assert rejected.code == 408

    with_pair(scenario, settings=SipSettings(timers=Timers(t1_us=5_000)))


def test_commands_given_inside_the_callback_keep_the_order() -> None:
    async def scenario(pair: Pair) -> None:
        def accept(action: CallAction) -> None:
            if isinstance(action, IncomingCall):
                pair.callee.ring(action.call)
                pair.callee.accept(action.call, ANSWER)

        pair.there.react = accept
        pair.place()
        assert isinstance(await pair.here.told.get(), CallProgress)
        assert isinstance(await pair.here.told.get(), CallAnswered)

    with_pair(scenario)


def test_an_observer_that_fails_for_one_call_does_not_break_the_next(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(pair: Pair) -> None:
        def fail(action: CallAction) -> None:
            raise RuntimeError("out of order")

        pair.there.react = fail
        call = pair.place()
        await pair.there.told.get()
        assert f"the observer failed at IncomingCall; Call-ID {call}" in caplog.text
        assert "out of order" in caplog.text
        pair.there.react = lambda action: pair.callee.reject(action.call, 486)
        pair.place()
        assert isinstance(await pair.here.told.get(), CallRejected)

    with caplog.at_level(logging.ERROR):
        with_pair(scenario)


def test_draining_refuses_new_calls() -> None:
    async def scenario(pair: Pair) -> None:
        pair.callee.drain()
        pair.place()
        rejected = await pair.here.told.get()
        assert isinstance(rejected, CallRejected)
        assert (rejected.code, rejected.retry_after_s) == (503, 30)
        assert pair.callee.call_count == 0

    with_pair(scenario)


def test_codes_out_of_range_are_a_mistake_of_the_caller() -> None:
    async def scenario(pair: Pair) -> None:
        pair.place()
        call = (await pair.there.told.get()).call
        with pytest.raises(ValueError, match="status"):
            pair.callee.ring(call, 200)
        with pytest.raises(ValueError, match="status"):
            pair.callee.reject(call, 200)
        with pytest.raises(ValueError, match="status"):
            pair.callee.reject_reinvite(call, 700)

    with_pair(scenario)


def test_a_peer_of_the_other_family_is_logged_and_times_out(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(pair: Pair) -> None:
        pair.caller.place("sip:agent@[::1]:5060", OFFER, from_uri="sip:a@127.0.0.1")
        assert isinstance(await pair.here.told.get(), CallRejected)

    with caplog.at_level(logging.DEBUG):
        with_pair(scenario, settings=SipSettings(timers=Timers(t1_us=2_000)))
    assert any("sip socket" in each.message or "can't send" in each.message for each in caplog.records)


def test_names_are_resolved_before_a_call() -> None:
    async def scenario(pair: Pair) -> None:
        assert await pair.caller.resolve("localhost", 5070) == Peer("127.0.0.1", 5070)

    with_pair(scenario)


def test_a_wildcard_needs_an_address_to_advertise() -> None:
    async def main() -> None:
        with pytest.raises(ValueError, match="advertised_host"):
            await SipEndpoint.open("0.0.0.0", 0, Listener(), SipSettings())
        endpoint = await SipEndpoint.open("0.0.0.0", 0, Listener(), SipSettings(advertised_host="127.0.0.1"))
        assert endpoint.address.host == "0.0.0.0"
        await endpoint.close()
        await endpoint.close()
        endpoint.drain()

    asyncio.run(main())


def test_a_port_in_use_is_an_error() -> None:
    async def scenario(pair: Pair) -> None:
        with pytest.raises(OSError, match="in use"):
            await SipEndpoint.open("127.0.0.1", pair.caller.address.port, Listener(), SipSettings())

    with_pair(scenario)
