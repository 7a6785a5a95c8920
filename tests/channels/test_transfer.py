"""A call is put through to somebody else: what is asked of the network, and what its answers mean."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from tests.channels.test_phone import with_phone
from tests.testkit.sip_text import TextCaller, to_tag_of
from tests.testkit.telephone import HOST, Caller, Desk, Telephone
from tests.testkit.waiting import soon
from voice_agent.errors import CallFailed

PERSON = f"sip:desk@{HOST}:5999"


class Talking:
    """A call that is up, typed by hand at its far end."""

    def __init__(self, desk: Desk, text: TextCaller, tag: str) -> None:
        self._desk = desk
        self._text = text
        self._number = 1
        self.tag = tag

    def puts_through(self, address: str = PERSON) -> asyncio.Task[None]:
        return asyncio.create_task(self._desk.sessions[0].line.connect(address, reference="c-1"))

    async def expects(self, start: str) -> str:
        return await asyncio.to_thread(self._text.expect, start)

    def answers(self, asked: str, status: str) -> None:
        self._text.answer(asked, status)

    async def notifies(self, status: str, *, over: bool = True) -> None:
        self._number += 1
        self._text.notify(status, number=self._number, to_tag=self.tag, over=over)
        await self.expects("SIP/2.0 200")

    async def hangs_up(self) -> None:
        self._number += 1
        self._text.send("BYE", number=self._number, to_tag=self.tag)
        await self.expects("SIP/2.0 200")


def talking(scenario: Callable[[Talking, Desk], Awaitable[None]]) -> None:
    desk = Desk()

    async def main(phone: Telephone, caller: Caller) -> None:
        with contextlib.closing(TextCaller(phone.uri)) as text:
            text.send("INVITE", body=caller.offer().decode())
            response = await asyncio.to_thread(text.expect, "SIP/2.0 200")
            text.send("ACK", to_tag=to_tag_of(response))
            await soon(lambda: len(desk.sessions) == 1, 5, "the session")
            await scenario(Talking(desk, text, to_tag_of(response)), desk)

    with_phone(desk, main)


def test_somebody_who_answers_gets_the_caller_and_our_call_ends_when_we_say_so() -> None:
    async def scenario(call: Talking, desk: Desk) -> None:
        putting = call.puts_through()
        refer = await call.expects("REFER ")
        assert f"\r\nRefer-To: <{PERSON}>\r\n" in refer
        assert "\r\nX-Conversation: c-1\r\n" in refer
        call.answers(refer, "202 Accepted")
        await call.notifies("180 Ringing", over=False)
        assert not putting.done()
        await call.notifies("200 OK")
        await putting
        desk.sessions[0].hang_up()
        bye = await call.expects("BYE ")
        call.answers(bye, "200 OK")

    talking(scenario)


@pytest.mark.parametrize("outcome", ["486 Busy Here", "603 Decline", "408 Request Timeout"])
def test_somebody_who_does_not_answer_leaves_the_caller_with_us(outcome: str) -> None:
    async def scenario(call: Talking, desk: Desk) -> None:
        putting = call.puts_through()
        call.answers(await call.expects("REFER "), "202 Accepted")
        await call.notifies(outcome)
        with pytest.raises(CallFailed, match=outcome[:3]):
            await putting
        assert desk.sessions[0].told == []
        await call.hangs_up()

    talking(scenario)


def test_a_network_that_transfers_nobody_says_so_at_once() -> None:
    async def scenario(call: Talking, _: Desk) -> None:
        putting = call.puts_through()
        call.answers(await call.expects("REFER "), "405 Method Not Allowed")
        with pytest.raises(CallFailed, match="405"):
            await putting
        await call.hangs_up()

    talking(scenario)


def test_a_caller_who_leaves_before_anything_is_known_was_not_put_through() -> None:
    async def scenario(call: Talking, desk: Desk) -> None:
        putting = call.puts_through()
        call.answers(await call.expects("REFER "), "202 Accepted")
        await call.hangs_up()
        with pytest.raises(CallFailed, match="487"):
            await putting
        assert [kind for kind, _ in desk.sessions[0].told] == ["hung_up"]

    talking(scenario)


@pytest.mark.parametrize("address", ["sip:911@127.0.0.1", "tel:112", "sip:9999@127.0.0.1"])
def test_nobody_is_put_through_to_an_emergency_number(address: str) -> None:
    async def scenario(call: Talking, _: Desk) -> None:
        with pytest.raises(CallFailed, match="never dialled"):
            await call.puts_through(address)
        await call.hangs_up()

    talking(scenario)
