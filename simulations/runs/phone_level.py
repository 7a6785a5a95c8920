"""Plays runs over the telephone: real SIP and RTP on loopback against a server of its own, in real time. A shell.

    async with open_phone(folder, config, scratch, voices) as stage:
        played = await play_by_phone(key, scenario, stage)

One call at a time, so that every run finds the agent's data as it is at the beginning; whoever wants more at once has
more servers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from simulations.caller_session import CallerSession
from simulations.callers.habits import as_played
from simulations.callers.minds import Minds, SpokenMind
from simulations.cues import texts_of
from simulations.judge import judged
from simulations.line.noise_files import load_noise
from simulations.line.relay import MediaRelay
from simulations.line.settings import LineSettings
from simulations.line.speech_level import lines_level_dbfs
from simulations.mouth import prepare_lines
from simulations.phone_call import PhoneLine
from simulations.runs.levels import Played, line_of, mind_of
from simulations.runs.phone_server import PhoneServer
from simulations.runs.recording import Agent, Logged, error_record, run_record
from simulations.runs.records import RunKey
from simulations.scenario import Scenario
from voice_agent.agent.core import build_core
from voice_agent.agent.explaining import explain
from voice_agent.app.office import load_agent
from voice_agent.clock import Clock
from voice_agent.config import Config
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.records import Header, Record
from voice_agent.conversation.state import fold
from voice_agent.errors import CallFailed, UsageError
from voice_agent.journeys.pack import Pack
from voice_agent.ports.speech import Recogniser, Synthesiser

_log = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
ANSWERED: Final = 200


@dataclass(frozen=True)
class CallerSpeech:
    """What callers speak and hear with; `name` is the voice in words, `clock` that of the engines' deadlines."""

    voice: Synthesiser
    ears: Recogniser
    name: str
    clock: Clock


@dataclass(frozen=True)
class PhoneStage:
    """A server and a line to it."""

    server: PhoneServer
    line: PhoneLine
    speech: CallerSpeech
    pack: Pack
    config: Config
    scenarios: Path
    """Where files that scenarios name are."""
    minds: Minds | None = None
    """Makes those of callers that think."""


@asynccontextmanager
async def open_phone(
    folder: Path, config: Config, scratch: Path, speech: CallerSpeech, minds: Minds | None = None
) -> AsyncIterator[PhoneStage]:
    """Raises AgentFolderError, CallFailed."""
    pack, _ = load_agent(folder)
    async with PhoneServer.start(folder, config, scratch) as server, PhoneLine.open(HOST) as line:
        yield PhoneStage(server, line, speech, pack, config, folder / "simulations", minds)


async def play_by_phone(key: RunKey, scenario: Scenario, stage: PhoneStage) -> Played:
    """One run; never raises. Times are those of the wall, so no two runs are the same to the byte."""
    began_s = time.perf_counter()
    scenario = as_played(scenario, key.seed)
    try:
        return await _played(key, scenario, stage, began_s)
    except Exception as problem:  # noqa: BLE001 - whatever one run does, the others go on
        _log.exception("a run could not be played", extra={"run": key.text})
        return Played(error_record(key, scenario, problem, wall_ms=_since_ms(began_s)))


async def _played(key: RunKey, scenario: Scenario, stage: PhoneStage, began_s: float) -> Played:
    speech, server = stage.speech, stage.server
    _check_mocks(scenario, stage.pack)
    thinks = mind_of(key, scenario, stage.minds)
    mind = None if thinks is None else SpokenMind(thinks, speech.voice, speech.clock, scenario)
    await server.put_back(scenario)
    before = await server.rows()
    known = server.conversations()
    lines = await prepare_lines(
        texts_of(scenario), speech.voice, speech.clock, loudness_db=scenario.who.loudness_db, seed=scenario.seed
    )
    caller = CallerSession(scenario, lines, speech.ears, speech.clock, mind=mind)
    async with _relayed(line_of(key, scenario), scenario, stage, lines_level_dbfs(lines.values())) as relay:
        result = await stage.line.call("call", server.sip, caller, relay=relay)
    if result.sip_status != ANSWERED:
        raise CallFailed(f"the call was not answered: {result.sip_status} {result.reason}".strip())
    found = await server.log_of_other_than(known)
    if found is None:
        raise CallFailed("the server left no log of the call")
    header, records = found
    result = judged(scenario, msgspec.structs.replace(result, id=header.conversation), fold(records))
    agent = Agent(stage.pack, (before, await server.rows()), await server.kept(header.conversation))
    record = run_record(
        key,
        scenario,
        result,
        _logged(header, tuple(records), stage),
        pause_us=stage.config.turns.pause_ms * 1_000,
        wall_ms=_since_ms(began_s),
        agent=agent,
    )
    return Played(msgspec.structs.replace(record, voice=speech.name), None, caller.tape)


@asynccontextmanager
async def _relayed(
    line: LineSettings | None, scenario: Scenario, stage: PhoneStage, speech_dbfs: float
) -> AsyncIterator[MediaRelay | None]:
    """What makes the call's media go over `line`. `speech_dbfs` is how loud the caller speaks."""
    if line is None:
        yield None
        return
    recording = load_noise(line, stage.scenarios, f"{scenario.scenario}: line")
    async with MediaRelay.open(HOST, line, scenario.seed, speech_dbfs=speech_dbfs, recording=recording) as relay:
        yield relay


def _check_mocks(scenario: Scenario, pack: Pack) -> None:
    known = sorted({tool.name for journey in pack.journeys for tool in journey.tools})
    for name in scenario.mocks:
        if name not in known:
            raise UsageError(f"mocks: no journey calls a tool {name!r}", hint=f"there are: {', '.join(known)}")


def _logged(header: Header, records: tuple[Record, ...], stage: PhoneStage) -> Logged:
    turns = stage.config.turns
    recorded = any(isinstance(record.entry, CallStarted) and record.entry.recorded for record in records)
    explanation = explain(
        records, lambda watch: build_core(stage.pack, turns, header.conversation, recorded=recorded, watch=watch)
    )
    return Logged(header, records, explanation)


def _since_ms(began_s: float) -> int:
    return round((time.perf_counter() - began_s) * 1_000)
