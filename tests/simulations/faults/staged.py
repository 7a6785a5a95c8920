"""Short conversations with the example agent, with a fault in it or without, in virtual time with scripted engines.

Journeys, tools and database are the agent's own, and so are rules and router; articles are found by name.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

import voice_agent
from models.scripted import ScriptedEmbedder, ScriptedRecogniser, ScriptedSynthesiser, ScriptedVoiceActivity, noise
from simulations.agent_call import CIVIL_START, AgentCall, Speech, Stage, agent_call
from simulations.held_world import HeldTools, Latencies
from simulations.scenario import Line, Scenario, Who
from simulations.text_call import text_call
from simulations.virtual_time import running_loop
from tests.session.small_world import HandoverList, MemoryJournal
from tests.simulations.faults.planted import Fault, planted_config, planted_folder, planted_speech, planted_world
from voice_agent.app.office import examples_of, load_agent, mask_for
from voice_agent.audio import Pcm
from voice_agent.clock import LoopClock
from voice_agent.config import Config
from voice_agent.conversation.actions import Consult
from voice_agent.conversation.knowledge import Consulted, FoundPassage
from voice_agent.conversation.log import ConversationLog
from voice_agent.effects.catalogue import load_catalogue
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tools import ToolRunner
from voice_agent.effects.understander import LocalUnderstander
from voice_agent.journeys.pack import Pack
from voice_agent.session.world import Understanding, World

EXAMPLE: Final = Path(voice_agent.__file__).parent.parent / "examples" / "riverside_broadband"
COUGH: Final = "(coughs)"


class CoughingVoice:
    """A caller's voice that can cough, too."""

    def __init__(self) -> None:
        self._voice = ScriptedSynthesiser()

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        if text == COUGH:
            yield noise(400, seed=1)
            return
        async for chunk in self._voice.synthesize(text, deadline_us=deadline_us):
            yield chunk


class OneArticle:
    """Every question is answered from the same article."""

    def __init__(self, pack: Pack, name: str) -> None:
        self._passages = next(article.passages for article in pack.articles if article.article == name)

    async def consult(self, asked: Consult, /, *, deadline_us: int) -> Consulted:
        return Consulted(asked.request, tuple(FoundPassage(found.passage, 0.99, 0.99) for found in self._passages))


async def example_understanding() -> Understanding:
    """The example's, for all of its copies: no fault is in what callers say."""
    clock = LoopClock()
    understander = LocalUnderstander(ScriptedEmbedder(), clock)
    pack, _ = load_agent(EXAMPLE)
    with running_loop().hold():
        await understander.prepare(examples_of(pack), clock.now_us() + 60_000_000, pack.agent.languages)
    return understander


@contextlib.asynccontextmanager
async def staged(fault: Fault | None, understanding: Understanding, scratch: Path) -> AsyncIterator[Stage]:
    """The example with `fault` in it, everything that is written in `scratch`."""
    data_dir = scratch / ("plain" if fault is None else fault.fault)
    data_dir.mkdir()
    folder = EXAMPLE if fault is None else planted_folder(fault, EXAMPLE, data_dir)
    config = Config().with_data_dir(str(data_dir))
    pack, files = load_agent(folder)
    clock, latencies = LoopClock(), Latencies()
    catalogue = load_catalogue(folder, files, pack)
    database = AgentDatabase(data_dir, folder.name, seed=folder / "tools" / "seed.sql")
    database.prepare()
    runner = ToolRunner(catalogue.tools, database, clock)
    tools = HeldTools(runner, latencies.tool_us)
    world = World(
        clock,
        understanding,
        tools,
        HandoverList(),
        MemoryJournal(),
        mask_for(pack),
        knowledge=OneArticle(pack, "plans"),
    )
    ears = ScriptedRecogniser(latencies.recognition_us)
    speech = Speech(
        ears, ScriptedSynthesiser(latencies.synthesis_us), ScriptedVoiceActivity, CoughingVoice(), ScriptedRecogniser()
    )
    try:
        if fault is None:
            yield Stage(pack, world, config, speech)
        else:
            yield Stage(pack, planted_world(fault, world), planted_config(fault, config), planted_speech(fault, speech))
    finally:
        runner.close()


async def typed(stage: Stage, *words: str) -> ConversationLog:
    """A chat in which the caller writes `words`, one turn after the other."""
    call = await text_call("chat", _scenario(*(Line(say=each) for each in words)), stage.pack, stage.world, CIVIL_START)
    return call.log


async def spoken(stage: Stage, *lines: Line) -> AgentCall:
    """A call, with a line after each turn of the agent's unless it has a cue of its own."""
    return await agent_call("call", _scenario(*lines), stage)


def _scenario(*lines: Line) -> Scenario:
    cued = [line if line.has_cue else msgspec.structs.replace(line, after="agent") for line in lines]
    cued[0] = msgspec.structs.replace(cued[0], after="greeting")
    return Scenario(v=1, scenario="example", who=Who("+15550100101"), lines=tuple(cued))
