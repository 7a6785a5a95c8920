"""Plays one run at its level: typed or spoken in virtual time. A thin shell.

    played = await play(RunKey("track_order_found", "", "clean", "text", 1, 7), scenario, stage)
    played.record.status                                  # "passed", "failed", or "error" with its reason

The same key gives the same log to the byte, and the same record but for the time that it really took. What goes wrong
in a run is told in its record, and other runs go on; only a loop that can't go on at all raises
(`virtual_time.SimulationStuck`), and takes everything in it along.
"""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass, replace
from typing import Final, assert_never

import msgspec

from simulations import agent_call
from simulations.callers.habits import as_played
from simulations.callers.minds import NO_MIND, HeldMind, Mind, Minds
from simulations.judging.rows import Tables
from simulations.line.conditions import condition
from simulations.line.noise_files import load_noise
from simulations.line.settings import LineSettings
from simulations.making.coverage import reached
from simulations.result import CallResult
from simulations.runs.recording import Agent, Logged, error_record, run_record
from simulations.runs.records import RunKey, RunRecord
from simulations.runs.stage import RunStage, run_rows, run_world
from simulations.scenario import Scenario
from simulations.scenario_fit import require_fit
from simulations.tape import Tape
from simulations.text_call import TURNS, text_call
from voice_agent.agent.core import build_core
from voice_agent.agent.explaining import explain
from voice_agent.config import TurnsConfig
from voice_agent.conversation.log import ConversationLog
from voice_agent.errors import ConfigurationError, UsageError
from voice_agent.session.world import World

_log = logging.getLogger(__name__)

THINKING_US: Final = 400_000
"""Virtual microseconds: what people think before they answer, besides the pause that they leave anyway."""


@dataclass(frozen=True)
class Played:
    """What came of a run: `log` is None where there is none to be had, `tape` (left the caller, right the agent) where
    nothing was spoken."""

    record: RunRecord
    log: ConversationLog | None = None
    tape: Tape | None = None


@dataclass(frozen=True)
class _Call:
    """What a level gives back."""

    result: CallResult
    log: ConversationLog
    turns: TurnsConfig
    tape: Tape | None = None
    voice: str = ""


async def play(key: RunKey, scenario: Scenario, stage: RunStage) -> Played:
    """One run. `key.seed` decides what is left to chance, in place of the scenario's own."""
    began_s = time.perf_counter()
    scenario = as_played(scenario, key.seed)
    try:
        require_fit(scenario, stage.pack, stage.opened.catalogue.tools, stage.columns)
        async with run_world(stage, conversation_of(key), scenario) as world:
            before = await run_rows(stage, conversation_of(key))
            call = await _called(key, scenario, stage, world)
            rows = before, await run_rows(stage, conversation_of(key))
        record = _record(key, scenario, stage, call, rows, wall_ms=_since_ms(began_s))
    except Exception as problem:  # noqa: BLE001 - whatever one run does, the others go on
        _log.exception("a run could not be played", extra={"run": key.text})
        return Played(error_record(key, scenario, problem, wall_ms=_since_ms(began_s)))
    return Played(record, call.log, call.tape)


def conversation_of(key: RunKey) -> str:
    """The id of the run's conversation: the same for the same key, and for no other."""
    digest = hashlib.sha256(msgspec.json.encode(key)).hexdigest()[:10]
    return f"sim-{key.scenario.replace('_', '-')}-{digest}"


async def _called(key: RunKey, scenario: Scenario, stage: RunStage, world: World) -> _Call:
    conversation = conversation_of(key)
    match key.level:
        case "text":
            mind = _held_mind(key, scenario, stage)
            typed = await text_call(conversation, scenario, stage.pack, world, stage.civil_start, mind)
            return _Call(typed.result, typed.log, TURNS)
        case "audio":
            speech = replace(stage.engines.speech(scenario, key.seed), caller_mind=_held_mind(key, scenario, stage))
            shared = agent_call.Stage(stage.pack, world, stage.config, speech, stage.civil_start)
            line = by_telephone(line_of(key, scenario))
            place = f"{scenario.scenario}: line"
            recording = load_noise(line, stage.scenarios, place)
            spoken = await agent_call.agent_call(conversation, scenario, shared, line, recording)
            voice = stage.engines.voice(scenario)
            return _Call(spoken.result, spoken.log, stage.config.turns, spoken.tape, voice)
        case "phone":
            raise UsageError("calls over the telephone are not played in virtual time")
        case _:
            assert_never(key.level)


def mind_of(key: RunKey, scenario: Scenario, minds: Minds | None) -> Mind | None:
    """What a caller that thinks thinks with, None for one with a script. Raises ConfigurationError where there is
    nothing to think with."""
    if scenario.mind == "scripted":
        return None
    if minds is None:
        raise ConfigurationError(f"scenario {scenario.scenario!r} has a mind of its own", hint=NO_MIND)
    return minds(key, scenario)


def _held_mind(key: RunKey, scenario: Scenario, stage: RunStage) -> Mind | None:
    mind = mind_of(key, scenario, stage.minds)
    return None if mind is None else HeldMind(mind, THINKING_US)


def line_of(key: RunKey, scenario: Scenario) -> LineSettings | None:
    """What lies between caller and agent, None for nothing: the run's condition, or what the scenario says itself.

    Raises UsageError for a condition there isn't.
    """
    settings = condition(key.condition) if key.condition else scenario.line_settings
    return None if settings == LineSettings() else settings


def by_telephone(line: LineSettings | None) -> LineSettings:
    """`line` as a telephone call has it: in packets and G.711 where it says no codec, with a jitter buffer at each end.

    Without them an answer would come 80 ms sooner than it does over the telephone.
    """
    if line is None:
        return LineSettings(codec="pcmu")
    return line if line.codec != "none" else msgspec.structs.replace(line, codec="pcmu")


def _record(
    key: RunKey, scenario: Scenario, stage: RunStage, call: _Call, rows: tuple[Tables, Tables], *, wall_ms: int
) -> RunRecord:
    records = tuple(call.log.read())
    conversation = call.log.header.conversation
    explanation = explain(
        records, lambda watch: build_core(stage.pack, call.turns, conversation, recorded=False, watch=watch)
    )
    logged = Logged(call.log.header, records, explanation)
    pause_us = call.turns.pause_ms * 1_000
    agent = Agent(stage.pack, rows)
    record = run_record(key, scenario, call.result, logged, pause_us=pause_us, wall_ms=wall_ms, agent=agent)
    return msgspec.structs.replace(record, voice=call.voice, reached=reached(stage.pack, records, explanation))


def _since_ms(began_s: float) -> int:
    return round((time.perf_counter() - began_s) * 1_000)
