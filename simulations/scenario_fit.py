"""Whether a scenario can be about an agent at all: tools, journeys and outcomes that it names must be there. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from simulations.scenario import Scenario
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.pack import Pack


def misfits(scenario: Scenario, pack: Pack, tools: Collection[str]) -> Iterator[str]:
    """What the agent of `pack`, whose tools are called `tools`, can never do of what is expected, in words."""
    expect = scenario.expect
    named = [("expect.tools", tool.name) for tool in expect.tools]
    named += [("expect.never_tools", name) for name in expect.never_tools]
    named += [("mocks", name) for name in scenario.mocks]
    for key, name in named:
        if name not in tools:
            yield f"{key}: the agent has no tool {name!r}{_nearest(name, tools)}"
    journeys = {journey.name: [outcome.name for outcome in journey.outcomes] for journey in pack.journeys}
    if expect.journey is not None and expect.journey not in journeys:
        yield f"expect.journey: the agent has no journey {expect.journey!r}{_nearest(expect.journey, journeys)}"
    elif expect.journey is not None and expect.outcome is not None:
        known = {*journeys[expect.journey], "abandoned", "transferred"}
        if expect.outcome not in known:
            yield f"expect.outcome: {expect.journey} never comes to {expect.outcome!r}{_nearest(expect.outcome, known)}"


def require_fit(scenario: Scenario, pack: Pack, tools: Collection[str]) -> None:
    """Raises AgentFolderError at the first of `misfits`."""
    for problem in misfits(scenario, pack, tools):
        raise AgentFolderError(f"scenario {scenario.scenario!r}: {problem}")


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(sorted(known)) or 'none'}"
