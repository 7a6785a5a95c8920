"""Lines that lose and delay: the call goes on to its outcome, and its log says how the line was."""

from __future__ import annotations

import asyncio

import pytest

from simulations.line.settings import LineSettings, Loss
from simulations.line.sip_relay import SipRelay
from simulations.result import CallResult
from tests.faults.served import booking, parcels
from tests.testkit.processes import ServerProcess
from tests.testkit.scripted_call import calling
from tests.testkit.stored import entries, newest
from voice_agent.conversation import events as ev
from voice_agent.conversation.state import fold

JITTER_MS = 60


async def call_over(server: ServerProcess, loss: float) -> tuple[CallResult, float]:
    """A call that books a parcel over a bad line; its result, and the share of packets that were lost."""
    settings = LineSettings(loss=Loss(loss), jitter_ms=JITTER_MS)
    async with SipRelay.open(server.ready.sip, settings, seed=5) as line:
        async with calling(line.uri, *booking("1234")) as call:
            result = await call.result(90)
        ways = [line.media.faults.stats("to_agent"), line.media.faults.stats("to_caller")]
        lost, passed = sum(way.lost for way in ways), sum(way.passed for way in ways)
        return result, lost / (lost + passed)


@pytest.mark.parametrize("loss", [0.05, 0.1, 0.2])
def test_a_call_over_a_bad_line_comes_to_its_outcome(parcel_desk: ServerProcess, loss: float) -> None:
    result, lost = asyncio.run(call_over(parcel_desk, loss))
    assert result.ok, result
    assert lost == pytest.approx(loss, abs=0.03)
    assert parcel_desk.terminated(20) == 0
    records = newest(parcel_desk.data_dir)
    assert [(done.journey, done.outcome) for done in fold(records).outcomes] == [("send_parcel", "booked")]
    assert parcels(parcel_desk.data_dir) == ["1234"]
    (quality,) = entries(records, ev.MediaQuality)
    assert quality.lost / (quality.received + quality.lost) == pytest.approx(loss, abs=0.05)
    assert quality.late <= 0.02 * quality.received
    assert quality.jitter_us > 10_000
