"""Speech processes die while several calls are up: each call goes on to its outcome, and its log says what happened."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack

from simulations.result import CallResult
from tests.faults.served import booking, parcels
from tests.testkit.processes import ServerProcess
from tests.testkit.scripted_call import calling
from tests.testkit.stored import entries, stored
from tests.testkit.waiting import soon
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record
from voice_agent.conversation.state import CallerTurn, fold

NUMBERS = tuple(f"12{number:02}" for number in range(4))


def recovered(processes: int, server: ServerProcess) -> bool:
    """Whether every call's log has seen so many `processes` come back."""
    return all(len(entries(records, ev.EngineCameUp)) >= processes for _, records in stored(server.data_dir))


async def call_and_kill(server: ServerProcess, numbers: Sequence[str] = NUMBERS) -> list[CallResult]:
    """Kills one process of two, waits for its return, then kills both; a call for each number is up all the time."""
    async with AsyncExitStack() as stack:
        calls = [await stack.enter_async_context(calling(server.ready.sip, *booking(number))) for number in numbers]
        for call in calls:
            await call.hears("Hi.", 40)
        os.kill(server.speech_processes()[0], signal.SIGKILL)
        await soon(lambda: recovered(1, server), 20, "the return of one process in every log")
        for pid in server.speech_processes():
            os.kill(pid, signal.SIGKILL)
        return [await call.result(60) for call in calls]


def unanswered(records: list[Record]) -> list[CallerTurn]:
    """Turns of the caller's to which the agent said nothing."""
    state = fold(records)
    answered = {spoken.turn for spoken in state.spoken if spoken.started_us is not None}
    return [turn for turn in state.caller_turns if turn.turn not in answered]


def test_every_call_survives_the_loss_of_one_and_of_all_speech_processes(parcel_desk: ServerProcess) -> None:
    results = asyncio.run(call_and_kill(parcel_desk))
    assert [result.ok for result in results] == [True] * len(NUMBERS), results
    assert parcel_desk.terminated(20) == 0
    calls = stored(parcel_desk.data_dir)
    assert len(calls) == len(NUMBERS)
    for _, records in calls:
        assert unanswered(records) == []
        assert len(entries(records, ev.EngineWentDown)) == 3
        assert len(entries(records, ev.EngineCameUp)) == 3
        assert [(done.journey, done.outcome) for done in fold(records).outcomes] == [("send_parcel", "booked")]
    assert parcels(parcel_desk.data_dir) == list(NUMBERS)
