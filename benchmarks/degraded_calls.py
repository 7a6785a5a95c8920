"""Plays one scenario of the example over a line, with real engines in virtual time. A thin shell."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import msgspec

from benchmarks.real_engines import RealEngines, load_engines
from benchmarks.server_process import EXAMPLE
from simulations import agent_call, virtual_time
from simulations.held_engines import HeldRecogniser, HeldSynthesiser
from simulations.held_world import Latencies, held_world
from simulations.line.settings import LineSettings
from simulations.measures.words import WordErrors, pooled, word_errors
from simulations.result import CallResult
from simulations.scenario import Scenario
from simulations.scenario_file import read_scenario
from voice_agent.app.office import open_agent
from voice_agent.clock import LoopClock, MonotonicClock
from voice_agent.config import Config


class CallerHeard(msgspec.Struct, frozen=True):
    """What came of a call. `errors` compares what was said in it with what the agent took it for, turn by turn.

    `unheard` turns were taken for nothing at all.
    """

    ok: bool
    errors: WordErrors
    unheard: int
    failures: tuple[str, ...]


class Stage:
    """The engines, and a folder for caches that every call's own data directory shares."""

    def __init__(self, engines: RealEngines, caches: Path, scratch: Path) -> None:
        self.engines = engines
        self._caches = caches
        self._scratch = scratch
        self._latencies = Latencies()

    def play(self, name: str, line: LineSettings, seed: int) -> CallerHeard:
        """The example's scenario `name`, over `line`. The same arguments always give the same call."""
        scenario = read_scenario(EXAMPLE / "simulations" / f"{name}.yaml")
        scenario = msgspec.structs.replace(scenario, seed=seed)
        return heard_in(virtual_time.run(self._called(scenario, line)))

    async def _called(self, scenario: Scenario, line: LineSettings) -> CallResult:
        loop = virtual_time.running_loop()
        async with contextlib.AsyncExitStack() as stack:
            with loop.hold():
                data = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self._scratch)))
                (data / "cache").symlink_to(self._caches.resolve(), target_is_directory=True)
                config = Config().with_data_dir(str(data))
                opened = await stack.enter_async_context(
                    open_agent(EXAMPLE, config, self.engines.embedder, LoopClock())
                )
            world = held_world(opened.world, self._latencies)
            shared = agent_call.Stage(opened.pack, world, config, self._speech())
            call = await agent_call.agent_call("degradation-1", scenario, shared, line)
            with loop.hold():
                await stack.aclose()
        return call.result

    def _speech(self) -> agent_call.Speech:
        clock, engines, latencies = MonotonicClock(), self.engines, self._latencies
        return agent_call.Speech(
            HeldRecogniser(engines.recogniser, clock, latencies.recognition_us),
            HeldSynthesiser(engines.synthesiser, clock, latencies.synthesis_us),
            engines.voice_activity,
            HeldSynthesiser(engines.synthesiser, clock, 0),
            HeldRecogniser(engines.recogniser, clock, 0),
        )


def open_stage(cache: Path, scratch: Path) -> Stage:
    """`cache` keeps weights, vectors and recognitions from run to run; `scratch` is for what calls leave."""
    caches = cache / "agent"
    caches.mkdir(parents=True, exist_ok=True)
    return Stage(load_engines(cache), caches, scratch)


def heard_in(result: CallResult) -> CallerHeard:
    """Keys are no words; of a spoken turn that the agent took for nothing all words are lost."""
    spoken = [turn for turn in result.turns if not turn.caller_said.startswith("[")]
    errors = [word_errors(turn.caller_said, "" if turn.agent_heard is None else turn.agent_heard) for turn in spoken]
    failures = tuple(f"{failure.expectation}: {failure.found}" for failure in result.failures)
    return CallerHeard(result.ok, pooled(errors), sum(turn.agent_heard is None for turn in spoken), failures)
