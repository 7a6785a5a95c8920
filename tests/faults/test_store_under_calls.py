"""Disk full and database locked in the middle of a call: the caller hears no difference, and nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sqlite3
from collections.abc import Callable

from simulations.result import CallResult
from tests.faults.held_call import HeldCall
from tests.faults.served import booking, check_databases, check_replays, limit, parcels, reading, seconds_of
from tests.testkit.processes import ServerProcess
from tests.testkit.scripted_call import calling
from tests.testkit.stored import entries, newest, stored
from tests.testkit.waiting import soon
from voice_agent.conversation import events as ev
from voice_agent.conversation.state import fold
from voice_agent.stores.recordings import audio_path
from voice_agent.stores.schema import database_path

LOCKED_PACKETS = 250
"""Five seconds of them."""


def failing(server: ServerProcess) -> bool:
    return bool(server.health()[1]["store"]["failing"])


def fill_disk(server: ServerProcess) -> None:
    """No file may grow."""
    limit(server, resource.RLIMIT_FSIZE, 1)


def free_disk(server: ServerProcess) -> None:
    limit(server, resource.RLIMIT_FSIZE, -1)


async def call_on_a_full_disk(
    server: ServerProcess,
    fill: Callable[[ServerProcess], None] = fill_disk,
    free: Callable[[ServerProcess], None] = free_disk,
) -> CallResult:
    """The disk is full from the first question until the caller is asked to confirm."""
    async with calling(server.ready.sip, *booking("1234")) as call:
        await call.hears("What number?", 30)
        fill(server)
        await call.hears("Book 1 2 3 4?", 30)
        await soon(lambda: failing(server), 10, "the alarm")
        readings = [reading(server, name) for name in ("store_failing", "calls_live")]
        assert readings == [1, 1]
        assert newest(server.data_dir)  # what was committed before is readable
        assert parcels(server.data_dir) == []
        await soon(lambda: server.health()[1]["recordings"]["lost_seconds"] > 0, 10, "sound that is lost")
        free(server)
        return await call.result(60)


def test_a_call_goes_on_while_the_disk_is_full_and_is_kept_when_there_is_room(parcel_desk: ServerProcess) -> None:
    data_dir = parcel_desk.data_dir
    result = asyncio.run(call_on_a_full_disk(parcel_desk))
    assert result.ok, result
    parcel_desk.logged("call ended", 10)
    health = parcel_desk.health()[1]
    assert health["store"]["failing"] is False
    assert (health["store"]["lost"], health["store"]["put_aside"]) == (0, 0)
    assert health["recordings"]["failing"] is False
    assert parcel_desk.terminated(20) == 0
    levels = [(line["level"], line["logger"]) for line in parcel_desk.log if line["logger"] == "voice_agent.stores"]
    assert levels.count(("error", "voice_agent.stores")) == 2  # the store's, and the recordings'
    assert levels.count(("warning", "voice_agent.stores")) == 2
    ((header, records),) = stored(data_dir)
    state = fold(records)
    assert [(done.journey, done.outcome) for done in state.outcomes] == [("send_parcel", "booked")]
    assert state.ended is not None
    assert parcels(data_dir) == ["1234"]
    check_databases(data_dir)
    check_replays(data_dir)
    assert seconds_of(audio_path(data_dir, header.conversation)) >= records[-1].t_us / 1_000_000 - 1.5


async def call_on_a_locked_database(server: ServerProcess, held: HeldCall) -> CallResult:
    """Another process writes for five seconds, from the first question on."""
    with contextlib.closing(sqlite3.connect(database_path(server.data_dir), isolation_level=None)) as other:
        async with calling(server.ready.sip, *booking("1234")) as call:
            await call.hears("What number?", 30)
            other.execute("BEGIN EXCLUSIVE")
            known = len(newest(server.data_dir))
            locked = asyncio.create_task(asyncio.to_thread(held.hold, LOCKED_PACKETS))
            await call.hears("Book 1 2 3 4?", 30)
            await locked
            assert parcels(server.data_dir) == []  # the effect waits for the log
            assert len(newest(server.data_dir)) == known
            other.execute("ROLLBACK")
            return await call.result(60)


def test_five_seconds_of_a_locked_database_cost_no_audio_and_no_record(parcel_desk: ServerProcess) -> None:
    data_dir = parcel_desk.data_dir
    with HeldCall(parcel_desk.ready.sip) as held:
        result = asyncio.run(call_on_a_locked_database(parcel_desk, held))
    assert result.ok, result
    assert held.breaks == []
    assert parcel_desk.terminated(20) == 0
    assert parcels(data_dir) == ["1234"]
    calls = stored(data_dir)
    assert len(calls) == 2
    assert all(fold(records).ended is not None for _, records in calls)
    booked = next(records for _, records in calls if entries(records, ev.ToolReturned))
    returned = entries(booked, ev.ToolReturned)
    assert [event.result for event in returned] == [{"number": "1234"}]
    check_databases(data_dir)
    check_replays(data_dir)
