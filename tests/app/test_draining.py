"""How a server stops: callers are told before the deadline, and every line is let go."""

from __future__ import annotations

import asyncio

import numpy as np

from models.modem import demodulated
from tests.app.reception import Reception, at_the_desk, flows
from voice_agent.app.draining import drain_desk
from voice_agent.conversation import events as ev


def test_ending_all_calls_lets_every_line_go_at_once() -> None:
    async def scenario(reception: Reception) -> None:
        for _ in range(2):
            reception.takes()
        await asyncio.sleep(0.1)
        reception.desk.end_all("the server stopped")
        assert len(reception.gone) == 2
        await reception.desk.drained()
        assert reception.counted() == {"operator": 2.0}

    at_the_desk(scenario)


def test_a_drain_tells_callers_before_its_deadline_and_then_ends_their_calls() -> None:
    async def scenario(reception: Reception) -> None:
        call = reception.takes()
        await flows(call, 8)
        reception.desk.admission.draining = True
        began_s = asyncio.get_running_loop().time()
        draining = asyncio.create_task(drain_desk(reception.desk, 30))
        heard = await flows(call, 20)
        assert not draining.done()
        while not reception.gone:
            heard += await flows(call, 0.02)
        await draining
        assert "I have to end this call" in demodulated(np.concatenate(heard))
        assert 21 <= reception.gone[0] - began_s < 30
        assert reception.counted() == {"agent": 1.0}
        (records,) = reception.records()
        assert ev.CallEnded("agent", "stopping") in [record.entry for record in records]

    at_the_desk(scenario)


def test_who_is_still_there_at_the_deadline_is_cut_off() -> None:
    async def scenario(reception: Reception) -> None:
        reception.takes()
        await asyncio.sleep(0.1)
        began_s = asyncio.get_running_loop().time()
        await drain_desk(reception.desk, 30)  # no media: the apology is never heard to its end
        assert reception.gone == [began_s + 30]
        assert reception.counted() == {"operator": 1.0}

    at_the_desk(scenario)


def test_a_drain_is_over_with_the_last_call() -> None:
    async def scenario(reception: Reception) -> None:
        call = reception.takes()
        await asyncio.sleep(0.1)
        draining = asyncio.create_task(drain_desk(reception.desk, 30))
        await asyncio.sleep(1)
        call.hung_up("remote: BYE")
        async with asyncio.timeout(1):
            await draining
        (records,) = reception.records()
        assert ev.StopAnnounced() not in [record.entry for record in records]

    at_the_desk(scenario)
