"""Speech processes die in the middle of a call, and the caller hears no difference."""

from __future__ import annotations

import asyncio
import os
import signal

from simulations.result import CallResult
from tests.testkit.processes import ServerProcess
from tests.testkit.scripted_call import BOOKS_A_PARCEL, calling
from tests.testkit.stored import agents_words, entries, newest, stored
from tests.testkit.waiting import soon
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import RecordOutcome
from voice_agent.conversation.records import Record

WORDS = "What number? Book 1 2 3 4? Booked. Is there anything else I can help you with? Bye."
"""After the greeting: recording begins once the caller was told."""
RECOVERED_US = 2_000_000


def kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


async def call_and_kill(server: ServerProcess) -> CallResult:
    """Kills one process of two while the agent speaks, both while the caller keys, and one while the agent speaks."""

    async def has(kind: type, count: int) -> None:
        await soon(lambda: len(entries(newest(server.data_dir), kind)) >= count, 30, f"{kind.__name__} {count}")

    async with calling(server.ready.sip, *BOOKS_A_PARCEL) as call:
        await has(ev.PlaybackStarted, 1)
        kill(server.speech_processes()[:1])
        await has(ev.EngineCameUp, 1)
        await has(ev.DigitPressed, 2)
        kill(server.speech_processes())
        await has(ev.EngineCameUp, 3)
        await has(ev.PlaybackStarted, 4)
        kill(server.speech_processes()[1:])
        return await call.result(40)


def answered_us(records: list[Record]) -> int:
    """From the loss of the last speech process to the first word of the agent's afterwards."""
    lost_us = [record.t_us for record in records if isinstance(record.entry, ev.EngineWentDown)][2]
    spoken_us = [record.t_us for record in records if isinstance(record.entry, ev.PlaybackStarted)]
    return min(t_us for t_us in spoken_us if t_us > lost_us) - lost_us


def test_a_call_goes_on_to_its_outcome_when_speech_processes_die(parcel_desk: ServerProcess) -> None:
    result = asyncio.run(call_and_kill(parcel_desk))
    assert result.ok
    waits_ms = [turn.voice_to_voice_ms for turn in result.turns if turn.voice_to_voice_ms is not None]
    assert max(waits_ms) * 1_000 <= RECOVERED_US
    parcel_desk.logged("call ended", 10)
    ((header, records),) = stored(parcel_desk.data_dir)
    assert agents_words(parcel_desk.data_dir, header.conversation).endswith(WORDS)
    assert entries(records, ev.SynthesisFailed) == []
    assert answered_us(records) <= RECOVERED_US
    assert len(entries(records, ev.EngineWentDown)) == 4
    returns = entries(records, ev.EngineCameUp)
    assert len(returns) == 4
    assert max(back.down_us for back in returns) <= RECOVERED_US
    assert [(done.journey, done.outcome) for done in entries(records, RecordOutcome)] == [("send_parcel", "booked")]
    status, health = parcel_desk.health()
    assert status == 200
    assert health["engines"] == {"ready": 2, "of": 2, "restarts": 4}
