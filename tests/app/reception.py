"""A desk with what surrounds it, in virtual time: calls are taken, flow and end as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from models.scripted import ScriptedRecogniser, ScriptedSynthesiser, ScriptedVoiceActivity
from simulations import virtual_time
from tests.agent.core_script import example_pack
from tests.session.small_world import MemoryJournal, MemoryRecorder, small_world, understanding
from voice_agent.app.admission import Readings
from voice_agent.app.desk import CallDesk, LiveCall, Office
from voice_agent.app.metrics import Metrics
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence
from voice_agent.channels.phone_call import Caller
from voice_agent.config import CallsConfig, Config
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record
from voice_agent.errors import CallFailed

MAYA = Caller("sip:+15550100101@example.org", "sip:agent@example.org", "call-id-1")


class Reception:
    """A desk with what surrounds it; `gone` has the time at which each line was let go."""

    def __init__(self, group: asyncio.TaskGroup, *, limit: int, journal: MemoryJournal | None = None) -> None:
        self.journal = MemoryJournal() if journal is None else journal
        self.metrics = Metrics(dict)
        self.recorders: dict[str, MemoryRecorder] = {}
        self.engines_ready = True
        self.gone: list[float] = []
        self.line: ev.MediaQuality | None = None
        office = Office(
            Config(calls=CallsConfig(limit=limit)),
            example_pack(),
            small_world(journal=self.journal),
            ScriptedRecogniser(200_000),
            ScriptedSynthesiser(40_000),
            ScriptedVoiceActivity,
            self._recorder,
            self.metrics,
            lambda: Readings(engines=int(self.engines_ready)),
        )
        self.given_back: list[str] = []
        self.desk = CallDesk(office, group, self.given_back.append)
        self._callers = 0

    def takes(self) -> LiveCall:
        return self.answers(self.rings())

    def rings(self) -> Caller:
        """One more call, admitted; each has a Call-ID of its own."""
        self._callers += 1
        caller = msgspec.structs.replace(MAYA, sip_call_id=f"call-id-{self._callers}")
        assert self.desk.admit(caller) is None
        return caller

    def answers(self, caller: Caller) -> LiveCall:
        return self.desk.open(caller, self)

    def hang_up(self) -> None:
        self.gone.append(asyncio.get_running_loop().time())

    async def connect(self, address: str, *, reference: str) -> None:
        """Nobody is there to take a call."""
        raise CallFailed(f"{address}: 486")

    def quality(self) -> ev.MediaQuality | None:
        return self.line

    def records(self) -> list[list[Record]]:
        return list(self.journal.records.values())

    def counted(self) -> dict[str, float]:
        """Calls by who ended them."""
        families = text_string_to_metric_families(generate_latest(self.metrics.registry).decode())
        samples = [sample for family in families for sample in family.samples]
        return {sample.labels["by"]: sample.value for sample in samples if sample.name == "voice_agent_calls_total"}

    def _recorder(self, conversation: str) -> MemoryRecorder:
        self.recorders[conversation] = MemoryRecorder()
        return self.recorders[conversation]


def at_the_desk(
    scenario: Callable[[Reception], Awaitable[None]], *, limit: int = 2, journal: type[MemoryJournal] = MemoryJournal
) -> None:
    """Runs `scenario` in virtual time; calls that it leaves are ended."""
    understanding()

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            reception = Reception(group, limit=limit, journal=journal())
            await scenario(reception)
            reception.desk.end_all("the test is over")
            await reception.desk.drained()

    virtual_time.run(main())


async def flows(call: LiveCall, seconds: float, sound: Pcm | None = None) -> list[Pcm]:
    """So much of a call, with `sound` from the caller at its beginning; the agent's side of it."""
    heard = []
    for number in range(round(seconds * 50)):
        frame = silence(FRAME_SAMPLES)
        if sound is not None and (number + 1) * FRAME_SAMPLES <= sound.size:
            frame = sound[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        heard.append(call.tick(frame, ()))
        await asyncio.sleep(0.02)
    return heard
