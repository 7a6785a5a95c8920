"""Layers made perfect, one at a time, so that a failed run can be played again without them. A thin shell.

- tools: what was put behind the agent's tools is taken away, and none fails but where the scenario says so;
- understanding: each turn is taken as the plainest wording of what the caller wants or knows.
"""

from __future__ import annotations

import dataclasses

import msgspec

from simulations.runs.stage import RunStage
from simulations.scenario import Scenario
from voice_agent.conversation.actions import Understand
from voice_agent.conversation.commands import StartJourney
from voice_agent.conversation.events import Understood
from voice_agent.journeys.pack import Pack
from voice_agent.session.world import Understanding, World


class PlainWords:
    """Understanding that is asked about the plainest words instead: the first example of the journey that the scenario
    expects, and a fact that its caller knows by the name of the slot that is asked for."""

    def __init__(self, inner: Understanding, scenario: Scenario, pack: Pack) -> None:
        self._inner = inner
        self._knows = scenario.knows
        self._examples = _examples(pack, scenario.expect.journey)
        self._wanted = scenario.expect.journey
        self._started = False

    async def understand(self, asked: Understand, /, *, deadline_us: int) -> Understood:
        understood = await self._inner.understand(asked, deadline_us=deadline_us)
        plain = self._plain(asked, understood)
        if plain is None:
            return understood
        replaced = msgspec.structs.replace(asked, text=plain, alternatives=())
        return await self._inner.understand(replaced, deadline_us=deadline_us)

    def _plain(self, asked: Understand, understood: Understood) -> str | None:
        """What to ask about instead, None where the caller's own words stand."""
        expected = asked.expectation
        if expected.slot is not None and expected.confirming is None and expected.kind != "yes_no":
            return self._knows.get(expected.slot.name) if asked.text else None
        wishes = [command for command in understood.commands if isinstance(command, StartJourney)]
        if any(wish.journey == self._wanted for wish in wishes):
            self._started = True
        if self._started or expected.kind != "open" or not self._examples or not asked.text:
            return None
        self._started = True
        return self._examples[0]


def with_plain_words(stage: RunStage, scenario: Scenario) -> RunStage:
    """`stage` with understanding made perfect, as far as the scenario tells what is meant."""

    def behind(world: World) -> World:
        world = stage.behind(world)
        return dataclasses.replace(world, understanding=PlainWords(world.understanding, scenario, stage.pack))

    return dataclasses.replace(stage, behind=behind)


def with_own_tools(stage: RunStage) -> RunStage:
    """`stage` with nothing between the agent and its tools."""

    def behind(world: World) -> World:
        return dataclasses.replace(stage.behind(world), tools=world.tools)

    return dataclasses.replace(stage, behind=behind)


def with_exact_speech(stage: RunStage) -> RunStage:
    """`stage` with recognition, synthesis and the caller's ears made perfect."""
    return dataclasses.replace(stage, engines=stage.engines.exact())


def _examples(pack: Pack, journey: str | None) -> tuple[str, ...]:
    return next((one.examples for one in pack.journeys if one.name == journey), ())
