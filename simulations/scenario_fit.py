"""Whether a scenario can be about an agent at all: tools, journeys and outcomes that it names must be there. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from simulations.judging.possible import HINT, Columns, impossible
from simulations.scenario import Scenario
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.pack import Pack


def misfits(scenario: Scenario, pack: Pack, tools: Collection[str], columns: Columns) -> Iterator[str]:
    """What the agent of `pack`, whose tools are called `tools` and whose data has `columns`, can never do of what is
    expected, in words."""
    for problem in impossible(scenario.expect, pack, tools, columns):
        yield f"{'.'.join(map(str, problem.steps))}: {problem.message}"
    for name in scenario.mocks:
        if name not in tools:
            yield f"mocks: the agent has no tool {name!r}{_nearest(name, tools)}"


def require_fit(scenario: Scenario, pack: Pack, tools: Collection[str], columns: Columns) -> None:
    """Raises AgentFolderError at the first of `misfits`."""
    for problem in misfits(scenario, pack, tools, columns):
        raise AgentFolderError(f"scenario {scenario.scenario!r}: {problem}", hint=HINT)


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(sorted(known)) or 'none'}"
