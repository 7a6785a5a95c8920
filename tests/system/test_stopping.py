"""SIGTERM lets the calls that are up go on and takes no more; a second one ends them at once."""

from __future__ import annotations

import asyncio
import signal
import wave

from simulations.result import CallResult
from simulations.scenario import Line
from tests.testkit.processes import ServerProcess
from tests.testkit.scripted_call import BOOKS_A_PARCEL, calling
from tests.testkit.sip_text import answer_to_invite
from tests.testkit.stored import entries, newest, stored
from voice_agent.conversation import events as ev
from voice_agent.conversation.state import fold
from voice_agent.stores.recordings import audio_path


def test_a_live_call_goes_on_while_new_ones_are_refused(parcel_desk: ServerProcess) -> None:
    uri = parcel_desk.ready.sip

    async def main() -> CallResult:
        async with calling(uri, *BOOKS_A_PARCEL[:3], Line(when="booked", hang_up=True)) as call:
            await call.hears("What number?", 30)
            parcel_desk.signal(signal.SIGTERM)
            await asyncio.to_thread(parcel_desk.logged, "draining", 5)
            refused = await asyncio.to_thread(answer_to_invite, uri)
            assert refused.startswith("SIP/2.0 503 ")
            assert "\r\nRetry-After: " in refused
            status, health = await asyncio.to_thread(parcel_desk.health)
            assert (status, health["ready"], health["draining"], health["calls"]) == (503, False, True, 1)
            return await call.result(40)

    result = asyncio.run(main())
    assert parcel_desk.ended(15) == 0
    assert (result.ok, result.ended_by) == (True, "caller")
    state = fold(newest(parcel_desk.data_dir))
    assert [(done.journey, done.outcome) for done in state.outcomes] == [("send_parcel", "booked")]
    assert state.ended is not None
    assert state.ended.by == "caller"


def test_a_second_signal_ends_the_call_at_once_and_tells_the_caller(parcel_desk: ServerProcess) -> None:
    async def main() -> CallResult:
        async with calling(parcel_desk.ready.sip, *BOOKS_A_PARCEL) as call:
            await call.hears("Hi.", 30)
            parcel_desk.signal(signal.SIGTERM)
            await asyncio.to_thread(parcel_desk.logged, "draining", 5)
            parcel_desk.signal(signal.SIGTERM)
            return await call.result(5)

    result = asyncio.run(main())
    assert parcel_desk.ended(5) == 0
    assert result.ended_by == "agent"
    ((header, records),) = stored(parcel_desk.data_dir)
    assert [(end.by, end.reason) for end in entries(records, ev.CallEnded)] == [("operator", "the server stopped")]
    with wave.open(str(audio_path(parcel_desk.data_dir, header.conversation)), "rb") as recording:
        assert recording.getnframes() >= records[-1].t_us * 8 // 1_000 - 8_000
