"""A card is keyed in a whole call, in virtual time: its digits reach the paying tool once, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from models.scripted import ScriptedEmbedder
from simulations import virtual_time
from tests.journeys.test_secure_slots import pack
from tests.session.phone_line import Call, Parts, PhoneLine, on_the_line
from tests.session.small_world import FunctionTools, HandoverList, MemoryJournal
from tests.testkit import HEADER
from tests.testkit.key_tones import key_tone, keys_in
from voice_agent.agent.core import build_core
from voice_agent.agent.replay import replay
from voice_agent.audio import FRAME_SAMPLES
from voice_agent.clock import LoopClock
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.secure_actions import StopSecureCapture
from voice_agent.effects.understander import LocalUnderstander
from voice_agent.errors import ToolError
from voice_agent.session.errands import Errands
from voice_agent.session.world import Tools, World

CARD = "4000056655665556"
CODE = "739"


class Till:
    """The paying tool: remembers what it was given, and gives it all back."""

    def __init__(self, fails: int = 0) -> None:
        self.given: list[tuple[str, str]] = []
        self._fails = fails

    def charge(self, bill: str, card: Any, code: Any) -> dict[str, Any]:
        self.given.append((card.reveal(), code.reveal()))
        if len(self.given) <= self._fails:
            raise ToolError(f"refused {card.reveal()}")
        return {"receipt": "R-17", "message": f"charged {CARD[:4]} {CARD[4:]}", "number": int(CARD), "code": CODE}

    def tools(self) -> FunctionTools:
        return FunctionTools({"charge_card": self.charge})


@cache
def understanding() -> LocalUnderstander:
    async def prepare() -> LocalUnderstander:
        out = LocalUnderstander(ScriptedEmbedder(), LoopClock())
        examples = {journey.name: journey.examples for journey in pack().journeys}
        await out.prepare(examples, LoopClock().now_us() + 60_000_000)
        return out

    return asyncio.run(prepare())


def parts(tools: Tools) -> Parts:
    understanding()
    world: Callable[[], World] = lambda: World(  # noqa: E731
        LoopClock(), understanding(), tools, HandoverList(), MemoryJournal()
    )
    machine = build_core(pack(), TurnsConfig(), HEADER.conversation, recorded=True)
    return Parts(machine=machine, world=world, recorded=True)


async def keys(line: PhoneLine, digits: str) -> None:
    """Events, and the same keys as tones in the sound, as many telephones send them."""
    for key in digits:
        tone = key_tone(key, 100)
        for at in range(0, tone.size, FRAME_SAMPLES):
            await line.tick(tone[at : at + FRAME_SAMPLES], [key] if at == 0 else ())
        await line.waits(0.1)


async def comes_to_the_card(line: PhoneLine) -> None:
    await line.agent_is_done()
    await line.says("I want to pay my bill.")
    await line.agent_is_done()
    await keys(line, "1234")
    await line.agent_begins()


async def pays(line: PhoneLine) -> None:
    await comes_to_the_card(line)
    await keys(line, CARD)
    await line.agent_is_done()
    await keys(line, CODE + "#")
    await line.agent_is_done()
    await line.says("Yes.")
    await line.agent_is_done()


def sinks(call: Call) -> bytes:
    """Everything that is kept of a call, in one: its log, and what `repr` of its parts shows."""
    return call.as_text() + repr(vars(call.line.session)).encode()


def no_trace(call: Call) -> None:
    kept = sinks(call)
    for digits in (CARD, CARD[:6], CARD[-6:], f'"{CODE}"', f": {CODE}", f":{CODE}"):
        assert digits.encode() not in kept
    assert [key.digit for key in call.all_of(ev.DigitPressed)] == list("1234")


def test_the_digits_reach_the_tool_once_and_nothing_else() -> None:
    till = Till()
    call = on_the_line(pays, parts(till.tools()))
    assert till.given == [(CARD, CODE)]
    no_trace(call)
    (returned,) = call.all_of(ev.ToolReturned)
    assert returned.result == {"receipt": "R-17", "message": "charged ****", "number": "****", "code": "****"}
    assert call.last(act.RecordOutcome).outcome == "paid"
    assert "a key was pressed" in [stopped.reason for stopped in call.all_of(act.StopSpeaking)]


def test_the_recording_keeps_its_time_and_has_no_tone_of_it() -> None:
    call = on_the_line(pays, parts(Till().tools()))
    caller = np.concatenate(call.recorder.caller)
    assert caller.size == np.concatenate(call.recorder.agent).size
    assert keys_in(caller) == "1234"
    begun, ended = call.at_us(call.all_of(sec.SecureEntryStarted)[0]), call.at_us(call.all_of(sec.SecureCaptured)[1])
    silent = caller[begun // 125 : ended // 125]
    assert silent.size > FRAME_SAMPLES
    assert not silent.any()
    after = [heard for heard in call.all_of(ev.Transcribed) if heard.text == "Yes."]
    assert len(after) == 1


def test_the_log_replays_without_the_digits() -> None:
    call = on_the_line(pays, parts(Till().tools()))
    core = build_core(pack(), TurnsConfig(), HEADER.conversation, recorded=True)
    assert replay(list(call.log.read()), core).verdict == "same"


def test_who_says_the_number_is_not_listened_to() -> None:
    async def says(line: PhoneLine) -> None:
        await comes_to_the_card(line)
        await line.agent_is_done()
        await line.says("It's four triple zero, zero five double six.")
        await line.agent_is_done()
        await line.waits(1.0)
        await keys(line, CARD)
        await line.agent_is_done()

    call = on_the_line(says, parts(Till().tools()))
    assert [heard.text for heard in call.all_of(ev.Transcribed)] == ["I want to pay my bill."]
    assert "Keys, please." in [" ".join(said.clauses) for said in call.all_of(act.Say)]
    assert call.all_of(sec.SecureCaptured)[0].valid
    at = call.at_us(call.first(sec.SecureVoiceWithheld)) // 125
    assert not np.concatenate(call.recorder.caller)[at - 3_200 : at + 3_200].any()


def test_a_number_said_past_the_last_attempt_is_not_heard_to_its_end() -> None:
    async def insists(line: PhoneLine) -> None:
        await comes_to_the_card(line)
        await line.agent_is_done()
        for _ in range(3):
            await line.says("four zero zero zero, zero five six six, five five six six")
            await line.waits(3.0)

    call = on_the_line(insists, parts(Till().tools()))
    assert call.all_of(act.Transfer)[0].reason == "the caller would not key card_number"
    assert len(call.all_of(StopSecureCapture)) == 1
    assert [heard.text for heard in call.all_of(ev.Transcribed)] == ["I want to pay my bill."]


def test_a_caller_who_hangs_up_in_the_middle_leaves_nothing() -> None:
    async def hangs_up(line: PhoneLine) -> None:
        await comes_to_the_card(line)
        await keys(line, CARD[:12])

    call = on_the_line(hangs_up, parts(Till().tools()))
    assert call.all_of(sec.SecureCaptured) == []
    assert call.all_of(StopSecureCapture) != []
    no_trace(call)


def test_a_payment_that_was_agreed_to_is_made_though_the_caller_is_gone() -> None:
    till = Till()

    async def leaves(line: PhoneLine) -> None:
        await comes_to_the_card(line)
        await keys(line, CARD)
        await line.agent_is_done()
        await keys(line, CODE + "#")
        await line.agent_is_done()
        await line.says("Yes.")
        while not any(record.tag == "call_tool" for record in line.session.driver.log.read()):
            await line.tick()

    call = on_the_line(leaves, parts(till.tools()))
    assert till.given == [(CARD, CODE)]
    no_trace(call)


def test_what_a_tool_that_fails_says_has_no_digits_and_the_number_is_keyed_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    till = Till(fails=1)

    async def tries_again(line: PhoneLine) -> None:
        await pays(line)
        await line.says("Yes.")
        await line.agent_is_done()
        await keys(line, CARD)
        await line.agent_is_done()
        await keys(line, CODE + "#")
        await line.agent_is_done()
        await line.says("Yes.")
        await line.agent_is_done()

    call = on_the_line(tries_again, parts(till.tools()))
    assert till.given == [(CARD, CODE)] * 2
    assert [failed.message for failed in call.all_of(ev.ToolFailed)] == ["refused ****"]
    assert call.last(act.RecordOutcome).outcome == "paid"
    no_trace(call)
    assert CARD not in caplog.text


def test_an_error_of_any_kind_leaves_without_its_words() -> None:
    async def scene() -> list[Any]:
        def breaks(**given: Any) -> dict[str, Any]:
            raise RuntimeError(f"lost {given['card'].reveal()}")

        fed: list[Any] = []
        world = World(LoopClock(), understanding(), FunctionTools({"charge": breaks}), HandoverList(), MemoryJournal())
        async with asyncio.TaskGroup() as group:
            errands = Errands("c-1", world, fed.append)
            errands.open(group)
            token = errands.vault.keep(bytearray(CARD, "ascii"))
            for number in (1, 2):
                errands.call_tool(act.CallTool(number, "charge", {}, "write", "key", secure=(("card", token),)))
        return fed

    understanding()
    failed = virtual_time.run(scene())
    assert [(each.code, each.message) for each in failed] == [
        ("secure_gone", "what was keyed in confidence is not kept any more"),
        ("tool", "charge failed: RuntimeError"),
    ]
