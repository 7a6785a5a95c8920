"""Calls to the answer desk on a server of one's own, and what was measured in them. A shell."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.answer_times import voiced_stretches
from benchmarks.desk_callers import caller
from benchmarks.matched_turns import match_turns
from benchmarks.measured_turns import MeasuredTurn, measured
from benchmarks.metered_call import MeteredCall
from benchmarks.report import say
from benchmarks.server_process import RunningServer, running_server
from simulations.caller_session import CallerSession
from simulations.scenario import Scenario
from voice_agent.cli.placing import caller_engines, lines_of
from voice_agent.config import Config, SpeechConfig, StoreConfig
from voice_agent.conversation.events import MediaQuality

AGENT: Final = Path(__file__).parent / "answer_desk"
DOUBLES: Final = SpeechConfig(
    recogniser="scripted",
    synthesiser="scripted",
    embedder="scripted",
    voice_activity="scripted",
    prosody="none",
    scripted_latency_ms=0,
)
FINISHED_MS: Final = 400
"""Prompts of the desk have no pauses so long."""


async def measure(numbers: Sequence[int], seed: int, *, without_engines: bool = False) -> list[MeasuredTurn]:
    """All turns of these callers, one call after another. `without_engines`: with doubles that take no time."""
    speech = DOUBLES if without_engines else SpeechConfig()
    names = ("recogniser", "synthesiser", "embedder", "voice_activity", "prosody")
    settings = "\n".join(f'{name} = "{getattr(speech, name)}"' for name in names)
    settings += f"\nscripted_latency_ms = {speech.scripted_latency_ms}"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        say("voice_to_voice: starting the server")
        async with running_server(work, f"[speech]\n{settings}\n", AGENT) as server:
            config = Config(speech=speech, store=StoreConfig(folder))
            async with caller_engines(config) as engines:
                scenarios = [caller(number, seed) for number in numbers]
                lines = [await lines_of(scenario, engines) for scenario in scenarios]
                out: list[MeasuredTurn] = []
                for scenario, said in zip(scenarios, lines, strict=True):
                    session = CallerSession(scenario, said, engines.pool, engines.clock, finished_ms=FINISHED_MS)
                    turns = await _call(server, scenario, session)
                    say(f"voice_to_voice: {scenario.scenario}, {len(turns)} turns")
                    out += turns
                return out


async def _call(server: RunningServer, scenario: Scenario, session: CallerSession) -> list[MeasuredTurn]:
    number = scenario.who.number
    call = MeteredCall(scenario.scenario, session)
    await call.run(server.sip, number)
    result = session.result(scenario.scenario)
    if result.unfinished is not None:
        last = result.turns[-1].agent_said if result.turns else result.greeting
        say(f"voice_to_voice: {scenario.scenario} was not finished ({result.reason}); heard last: {last!r}")
    await asyncio.sleep(1)  # the server writes its log behind the call
    conversation = next(row.id for row in await server.calls() if number in row.caller)
    shown = await server.shown(conversation)
    _, records = await server.records(conversation)
    greeting = voiced_stretches(call.voiced_us)
    waits = call.waits([turn.began_ms for turn in result.turns])
    turns = match_turns(waits, greeting[0][0] if greeting else None, records, shown.latency)
    quality = next((record.entry for record in records if isinstance(record.entry, MediaQuality)), None)
    buffer_ms = 0.0 if quality is None else quality.buffer_us / 1_000
    return [measured(turn, buffer_ms) for turn in turns]
