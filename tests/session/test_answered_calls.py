"""Calls that the agent placed, whole, in virtual time: somebody says hello, or a mailbox takes the message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import numpy as np

from tests.agent.test_outgoing import pack
from tests.session.phone_line import Call, Parts, PhoneLine, on_the_line
from voice_agent.agent.core import build_core
from voice_agent.agent.replay import replay
from voice_agent.audio import RATE_HZ
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev

BEEP = np.round(6_000 * np.sin(2 * np.pi * 1_000 * np.arange(RATE_HZ // 2) / RATE_HZ)).astype(np.int16)


def placed(caller: Callable[[PhoneLine], Awaitable[None]], *, machine: str = "leave_message") -> Call:
    core = build_core(pack(machine), TurnsConfig(), "c-1", recorded=False)
    call = on_the_line(caller, Parts(machine=core, direction="outbound"))
    again = replay(list(call.log.read()), build_core(pack(machine), TurnsConfig(), "c-1", recorded=False))
    assert again.verdict == "same"
    return call


def test_a_person_who_says_hello_is_greeted_and_can_talk() -> None:
    async def picks_up(line: PhoneLine) -> None:
        await line.waits(0.6)
        await line.says("Hello?")
        await line.agent_is_done()
        await line.says("Where is my order?")
        await line.agent_is_done()

    call = placed(picks_up)
    assert call.first(act.AnsweredBy) == act.AnsweredBy("human", "a short greeting and a pause")
    heard = call.line.heard()
    assert heard.startswith("Hello, this is Riverside Broadband calling. I'm an automated assistant.")
    assert "account number" in heard
    assert call.at_us(call.first(act.Say)) < 2_500_000


def test_a_mailbox_gets_the_message_after_its_beep_and_nothing_before() -> None:
    async def mailbox(line: PhoneLine) -> None:
        await line.waits(0.4)
        await line.says("Hi, you've reached Maya. Please leave a message after the tone.")
        await line.waits(0.7)
        await line.plays(BEEP)
        await line.agent_is_done()

    call = placed(mailbox)
    assert call.first(act.AnsweredBy).who == "machine"
    assert call.all_of(ev.BeepHeard)[0].hz in range(980, 1_020)
    assert call.at_us(call.first(act.Say)) >= call.at_us(call.first(ev.BeepHeard))
    assert call.line.heard().endswith("Please call us back any time. Goodbye.")
    assert call.last(act.HangUp).reason == "left_message"


def test_a_mailbox_is_hung_up_on_where_the_folder_says_so() -> None:
    async def mailbox(line: PhoneLine) -> None:
        await line.says("Please leave a message after the tone.")
        await line.waits(3)

    call = placed(mailbox, machine="hang_up")
    assert call.last(act.HangUp).reason == "answering_machine"
    assert call.all_of(act.Say) == []
