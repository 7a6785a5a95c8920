"""Speech processes die in the middle of a call, and the caller does not notice."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from tests.testkit.processes import ServerProcess
from tests.testkit.scripted_call import BOOKS_A_PARCEL, calling
from tests.testkit.stored import entries, newest
from tests.testkit.waiting import soon
from voice_agent.conversation import events as ev
from voice_agent.conversation.actions import RecordOutcome

RECOVERED_US = 2_000_000


def kill(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


async def plays(data_dir: Path, utterance: int) -> None:
    """Returns once the agent speaks its utterance with this number."""
    await soon(lambda: _started(data_dir) >= utterance, 30, f"utterance {utterance}")


def _started(data_dir: Path) -> int:
    return len(entries(newest(data_dir), ev.PlaybackStarted))


def test_a_call_goes_on_to_its_outcome_when_speech_processes_die(parcel_desk: ServerProcess) -> None:
    """One of two during the greeting, then both at once during a sentence that is not yet all synthesised."""
    uri, data_dir = parcel_desk.ready.sip, parcel_desk.data_dir

    async def main() -> None:
        async with calling(uri, *BOOKS_A_PARCEL) as call:
            await plays(data_dir, 1)
            kill(parcel_desk.speech_processes()[:1])
            await plays(data_dir, 4)
            kill(parcel_desk.speech_processes())
            result = await call.result(40)
        assert result.ok
        assert "Hi. I'm a robot. Recorded. Yes?" in call.heard
        assert "Booked. Is there anything else I can help you with?" in call.heard
        waits_ms = [turn.voice_to_voice_ms for turn in result.turns if turn.voice_to_voice_ms is not None]
        assert len(waits_ms) == 3  # keys have no end of voice
        assert max(waits_ms) * 1_000 <= RECOVERED_US

    asyncio.run(main())
    parcel_desk.logged("call ended", 10)
    records = newest(data_dir)
    assert len(entries(records, ev.EngineWentDown)) == 3
    returns = entries(records, ev.EngineCameUp)
    assert len(returns) == 3
    assert max(back.down_us for back in returns) <= RECOVERED_US
    assert [(done.journey, done.outcome) for done in entries(records, RecordOutcome)] == [("send_parcel", "booked")]
    status, health = parcel_desk.health()
    assert status == 200
    assert health["engines"] == {"ready": 2, "of": 2, "restarts": 3}
