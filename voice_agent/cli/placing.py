"""Places synthetic calls: a caller with a voice and ears of its own, in this process and one speech process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from models.pool import SpeechPool
from simulations.caller_session import CallerSession
from simulations.cues import texts_of
from simulations.line.relay import MediaRelay
from simulations.line.settings import LineSettings
from simulations.line.speech_level import lines_level_dbfs
from simulations.mouth import PreparedLine, prepare_lines
from simulations.phone_call import PhoneLine
from simulations.playback import playback_scenario, prepare_files
from simulations.result import CallResult
from simulations.scenario import Scenario
from voice_agent.app.engines import speech_settings
from voice_agent.audio import Pcm
from voice_agent.clock import MonotonicClock
from voice_agent.config import Config


@dataclass(frozen=True)
class CallerEngines:
    """What a caller speaks and understands with."""

    pool: SpeechPool
    clock: MonotonicClock


@asynccontextmanager
async def caller_engines(config: Config) -> AsyncIterator[CallerEngines]:
    """One speech process with the engines of the configuration. Raises ModelMissing, ModelCorrupt."""
    clock = MonotonicClock()
    speech = msgspec.structs.replace(config.speech, processes=1)
    settings = speech_settings(msgspec.structs.replace(config, speech=speech))
    async with SpeechPool.open(settings, clock=clock) as pool:
        yield CallerEngines(pool, clock)


async def place(uri: str, scenario: Scenario, lines: dict[str, PreparedLine], engines: CallerEngines) -> CallResult:
    """One call; not judged yet."""
    return (await place_and_keep(uri, scenario, lines, engines))[0]


async def place_and_keep(
    uri: str,
    scenario: Scenario,
    lines: dict[str, PreparedLine],
    engines: CallerEngines,
    line: LineSettings | None = None,
    recording: Pcm | None = None,
) -> tuple[CallResult, CallerSession]:
    """One call, and the session that holds the tape of both sides.

    It goes over `line` by the scenario's seed, through a relay, unless nothing is wrong with it.
    """
    caller = CallerSession(scenario, lines, engines.pool, engines.clock)
    host = "::1" if "[" in uri else "127.0.0.1"
    async with AsyncExitStack() as stack:
        phone = await stack.enter_async_context(PhoneLine.open(host))
        relay = None
        if line is not None and line != LineSettings():
            level = lines_level_dbfs(lines.values())
            relayed = MediaRelay.open(host, line, scenario.seed, speech_dbfs=level, recording=recording)
            relay = await stack.enter_async_context(relayed)
        return await phone.call("call", uri, caller, relay=relay), caller


async def lines_of(scenario: Scenario, engines: CallerEngines) -> dict[str, PreparedLine]:
    """Everything the caller may say, synthesised before the call."""
    return await prepare_lines(texts_of(scenario), engines.pool, engines.clock)


async def say_scenario(said: Sequence[str], engines: CallerEngines) -> tuple[Scenario, dict[str, PreparedLine]]:
    """A caller that says each text, or plays each WAV file, once the agent is done."""
    files = [Path(text) for text in said if text.lower().endswith(".wav")]
    texts = [text for text in said if not text.lower().endswith(".wav")]
    lines = {**await prepare_lines(texts, engines.pool, engines.clock), **prepare_files(files)}
    return playback_scenario(said), lines
