"""Whether a scenario can be about an agent at all: what it expects and imitates must be there. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from simulations.judging.possible import HINT, Columns, Impossible, impossible
from simulations.scenario import Scenario
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.pack import Pack


def misfits(scenario: Scenario, pack: Pack, tools: Collection[str], columns: Columns) -> Iterator[Impossible]:
    """What the agent of `pack`, whose tools are called `tools` and whose data has `columns`, can never do of what is
    expected."""
    yield from impossible(scenario.expect, pack, tools, columns)
    for name in scenario.mocks:
        if name not in tools:
            yield Impossible(("mocks", name), f"the agent has no tool {name!r}{_nearest(name, tools)}")


def require_fit(scenario: Scenario, pack: Pack, tools: Collection[str], columns: Columns) -> None:
    """Raises AgentFolderError at the first of `misfits`."""
    for problem in misfits(scenario, pack, tools, columns):
        place = ".".join(map(str, problem.steps))
        raise AgentFolderError(f"scenario {scenario.scenario!r}: {place}: {problem.message}", hint=HINT)


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(sorted(known)) or 'none'}"
