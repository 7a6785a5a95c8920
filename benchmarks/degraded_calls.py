"""Plays scenarios of the example over lines, with real engines in virtual time. A thin shell."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from benchmarks.kept_parts import ROOT
from benchmarks.real_engines import RealEngines
from benchmarks.report import installed_versions
from benchmarks.server_process import EXAMPLE
from models.identity import code_digest
from simulations import agent_call
from simulations.held_world import Latencies
from simulations.line.settings import LineSettings
from simulations.measures.words import WordErrors, pooled, word_errors
from simulations.result import CallResult
from simulations.runs.engines import HeldEngines
from simulations.runs.stage import RunStage, open_stage, run_world
from simulations.scenario_file import read_scenario
from voice_agent.config import Config


class CallerHeard(msgspec.Struct, frozen=True):
    """What came of a call. `errors` compares what was said in it with what the agent took it for, turn by turn.

    `unheard` turns were taken for nothing at all.
    """

    ok: bool
    errors: WordErrors
    unheard: int
    failures: tuple[str, ...]


class DegradedCalls:
    """Calls to the example agent, opened once. Those that the very same code has played are kept in `kept`, and not
    played again; `played` counts the others."""

    def __init__(self, stage: RunStage, kept: Path) -> None:
        self.played = 0
        self._stage = stage
        self._kept = kept
        self._code = _engines_and_code()

    async def play(self, name: str, line: LineSettings, seed: int) -> CallerHeard:
        """The example's scenario `name`, over `line`. The same arguments always give the same call."""
        digest = hashlib.sha256(msgspec.json.encode([self._code, name, line, seed])).hexdigest()
        path = self._kept / f"{digest}.json"
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=CallerHeard)
        scenario = read_scenario(EXAMPLE / "simulations" / f"{name}.yaml")
        scenario = msgspec.structs.replace(scenario, seed=seed)
        conversation, stage = f"degraded-{digest[:12]}", self._stage
        async with run_world(stage, conversation, scenario) as world:
            speech = stage.engines.speech(scenario, seed)
            shared = agent_call.Stage(stage.pack, world, stage.config, speech, stage.civil_start)
            call = await agent_call.agent_call(conversation, scenario, shared, line)
        self.played += 1
        heard = heard_in(call.result)
        path.write_bytes(msgspec.json.encode(heard))
        return heard


@contextlib.asynccontextmanager
async def degraded_calls(engines: RealEngines, cache: Path) -> AsyncIterator[DegradedCalls]:
    """Must be opened in virtual time. `cache` keeps vectors and calls from run to run."""
    kept = cache / "calls"
    kept.mkdir(parents=True, exist_ok=True)
    latencies = Latencies()
    held = HeldEngines(
        engines.recogniser,
        engines.synthesiser,
        engines.voice_activity,
        lambda _: (engines.synthesiser, "hibari"),
        engines.recogniser,
        latencies=latencies,
    )
    config = Config().with_data_dir(str(cache / "agent"))
    async with open_stage(EXAMPLE, config, engines.embedder, held, latencies=latencies) as stage:
        yield DegradedCalls(stage, kept)


def _engines_and_code() -> str:
    """Of all that decides how a call goes: the code of every package, the installed engines and the example."""
    packages = ("voice_agent", "telephony", "models", "simulations", "benchmarks")
    code = code_digest(*(ROOT / package for package in packages), EXAMPLE)
    return hashlib.sha256(msgspec.json.encode((installed_versions(), code), order="sorted")).hexdigest()


def heard_in(result: CallResult) -> CallerHeard:
    """Keys are no words; of a spoken turn that the agent took for nothing all words are lost."""
    spoken = [turn for turn in result.turns if not turn.caller_said.startswith("[")]
    errors = [word_errors(turn.caller_said, "" if turn.agent_heard is None else turn.agent_heard) for turn in spoken]
    failures = tuple(f"{failure.expectation}: {failure.found}" for failure in result.failures)
    return CallerHeard(result.ok, pooled(errors), sum(turn.agent_heard is None for turn in spoken), failures)
