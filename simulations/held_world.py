"""The agent's surroundings in virtual time: tools, store and understanding work while the clock stands still.

Each answers after a modelled latency, so that the same call takes the same time on a slow machine and on a fast one.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import msgspec

from simulations.held_engines import held
from voice_agent.conversation.actions import CallTool, Connect, Consult, Transfer, Understand
from voice_agent.conversation.events import Understood
from voice_agent.conversation.knowledge import Consulted
from voice_agent.conversation.records import Header, Record
from voice_agent.session.world import Handover, Journal, Knowledge, Progress, Tools, Understanding, World

SLOW_TOOL_US: Final = 2_000_000
"""A tool that really takes so long is slow on every machine: its caller waits for it in virtual time too."""


class Latencies(msgspec.Struct, frozen=True, kw_only=True):
    """Virtual microseconds: about what the parts take on two cores without a GPU."""

    recognition_us: int = 220_000
    synthesis_us: int = 40_000
    understanding_us: int = 25_000
    tool_us: int = 30_000
    commit_us: int = 5_000


class HeldUnderstanding:
    def __init__(self, understanding: Understanding, latency_us: int) -> None:
        self._understanding = understanding
        self._latency_us = latency_us

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        understood = await held(
            lambda: self._understanding.understand(asked, deadline_us=deadline_us), self._latency_us
        )
        return msgspec.structs.replace(understood, engine_us=self._latency_us)


class HeldKnowledge:
    def __init__(self, knowledge: Knowledge, latency_us: int) -> None:
        self._knowledge = knowledge
        self._latency_us = latency_us

    async def consult(self, asked: Consult, /, *, deadline_us: int) -> Consulted:
        found = await held(lambda: self._knowledge.consult(asked, deadline_us=deadline_us), self._latency_us)
        return msgspec.structs.replace(found, engine_us=self._latency_us)


class HeldTools:
    def __init__(self, tools: Tools, latency_us: int) -> None:
        self._tools = tools
        self._latency_us = latency_us

    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        return await held(
            lambda: self._tools.run(asked, deadline_us=deadline_us, progress=progress),
            self._latency_us,
            slow_us=SLOW_TOOL_US,
        )


class HeldHandover:
    def __init__(self, handover: Handover, latency_us: int) -> None:
        self._handover = handover
        self._latency_us = latency_us

    async def transfer(self, conversation: str, asked: Transfer, /, *, deadline_us: int) -> None:
        await held(lambda: self._handover.transfer(conversation, asked, deadline_us=deadline_us), self._latency_us)

    async def connected(self, conversation: str, asked: Connect, /, *, deadline_us: int) -> None:
        await held(lambda: self._handover.connected(conversation, asked, deadline_us=deadline_us), self._latency_us)


class HeldJournal:
    def __init__(self, journal: Journal, latency_us: int) -> None:
        self._journal = journal
        self._latency_us = latency_us

    def begin(self, header: Header) -> None:
        self._journal.begin(header)

    def write(self, conversation: str, record: Record) -> None:
        self._journal.write(conversation, record)

    async def committed(self) -> None:
        await held(self._journal.committed, self._latency_us)


def held_world(world: World, latencies: Latencies) -> World:
    """`world`, whose clock must be the virtual loop's, with everything that works outside the loop held for."""
    knowledge = world.knowledge
    return dataclasses.replace(
        world,
        knowledge=None if knowledge is None else HeldKnowledge(knowledge, latencies.understanding_us),
        understanding=HeldUnderstanding(world.understanding, latencies.understanding_us),
        tools=HeldTools(world.tools, latencies.tool_us),
        handover=HeldHandover(world.handover, latencies.tool_us),
        journal=HeldJournal(world.journal, latencies.commit_us),
    )
