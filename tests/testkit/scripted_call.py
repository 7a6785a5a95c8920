"""A caller that speaks by modem to a server with scripted engines, and tells a test what it hears as it hears it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.modem import demodulated
from models.scripted import ScriptedSynthesiser
from simulations.caller_session import CallerSession
from simulations.cues import texts_of
from simulations.mouth import prepare_lines
from simulations.phone_call import PhoneLine
from simulations.result import CallResult
from simulations.scenario import Limits, Line, Scenario, Who
from tests.testkit.waiting import soon
from voice_agent.audio import Pcm
from voice_agent.clock import MonotonicClock
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency

ASKS = Line(after="greeting", say="I want to send a parcel.", wait_ms=0)
BOOKS_A_PARCEL = (
    ASKS,
    Line(when="number", keys="1234", wait_ms=0),
    Line(when="book", say="Yes.", wait_ms=0),
    Line(when="anything else", say="No, thank you.", wait_ms=0),
)
"""All of a call to the parcel desk; the agent hangs up."""
FINISHED_MS = 500
"""Silence after which the agent is done: it has no clauses to wait for."""


class Ears:
    """A recogniser that remembers."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        self.heard.append(demodulated(pcm))
        return Recognition(self.heard[-1])


class ScriptedCall:
    """One call that is going on."""

    def __init__(self, session: CallerSession, ears: Ears, call: asyncio.Task[CallResult]) -> None:
        self.session = session
        self._ears = ears
        self._call = call

    @property
    def heard(self) -> str:
        """All words of the agent so far."""
        return " ".join(self._ears.heard)

    async def hears(self, words: str, seconds: float) -> None:
        """Returns once the agent has said `words`."""
        await soon(lambda: self._over() or words in self.heard, seconds, f"{words!r} from the agent")
        assert words in self.heard, f"the call ended before {words!r}: {self.heard}"

    async def result(self, seconds: float) -> CallResult:
        """What the caller saw, once the call is over."""
        async with asyncio.timeout(seconds):
            return await asyncio.shield(self._call)

    def _over(self) -> bool:
        return self._call.done()


@asynccontextmanager
async def calling(uri: str, *lines: Line) -> AsyncIterator[ScriptedCall]:
    """Calls `uri` with `lines`; a call that still lasts at the end of the block is given up."""
    scenario = Scenario(v=1, scenario="test", who=Who("1"), lines=lines, limits=Limits(seconds=90))
    clock = MonotonicClock()
    prepared = await prepare_lines(texts_of(scenario), ScriptedSynthesiser(), clock)
    ears = Ears()
    session = CallerSession(scenario, prepared, ears, clock, finished_ms=FINISHED_MS)
    async with PhoneLine.open("127.0.0.1") as line, asyncio.TaskGroup() as group:
        call = group.create_task(line.call("call", uri, session))
        try:
            yield ScriptedCall(session, ears, call)
        finally:
            call.cancel()
