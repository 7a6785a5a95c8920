"""The example agent satisfies its own scenarios, with scripted engines and in virtual time."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from models.scripted import ScriptedRecogniser, ScriptedSynthesiser, ScriptedVoiceActivity
from simulations import virtual_time
from simulations.agent_call import AgentCall, Speech, Stage, agent_call
from simulations.held_world import Latencies, held_world
from simulations.scenario_file import read_scenario
from tests.transcripts.player import embeddings
from voice_agent.app.office import open_agent
from voice_agent.clock import LoopClock
from voice_agent.config import Config, StoreConfig
from voice_agent.conversation.records import encode_log

FOLDER = Path(__file__).parents[2] / "examples/riverside_broadband"


def play(name: str, data_dir: Path) -> AgentCall:
    """A call of the example's scenario `name`."""
    scenario = read_scenario(FOLDER / "simulations" / f"{name}.yaml")
    latencies = Latencies()

    async def run() -> AgentCall:
        loop, clock = virtual_time.running_loop(), LoopClock()
        config = Config(store=StoreConfig(data_dir=str(data_dir)))
        speech = Speech(
            ScriptedRecogniser(latencies.recognition_us),
            ScriptedSynthesiser(latencies.synthesis_us),
            ScriptedVoiceActivity,
            ScriptedSynthesiser(),
            ScriptedRecogniser(),
        )
        async with contextlib.AsyncExitStack() as stack:
            with loop.hold():
                opened = await stack.enter_async_context(open_agent(FOLDER, config, embeddings(), clock))
            stage = Stage(opened.pack, held_world(opened.world, latencies), config, speech)
            call = await agent_call("sim-1", scenario, stage)
            with loop.hold():
                await stack.aclose()
        return call

    return virtual_time.run(run())


@pytest.mark.parametrize("name", ["track_order_found", "wrong_digits_corrected", "caller_interrupts"])
def test_the_example_agent_satisfies_its_scenario(name: str, tmp_path: Path) -> None:
    call = play(name, tmp_path)
    assert call.result.failures == ()
    assert call.result.outcome == "track_order.resolved"


def test_the_same_scenario_gives_the_same_log(tmp_path: Path) -> None:
    logs = [play("track_order_found", tmp_path / str(run)).log for run in range(2)]
    first, second = (encode_log(log.header, list(log.read())) for log in logs)
    assert first.splitlines() == second.splitlines()
