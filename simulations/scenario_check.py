"""What is wrong with the scenarios of an agent folder, with file and line, for `voice-agent check`. A shell."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from simulations.judging.possible import HINT, Columns
from simulations.judging.tables import read_columns
from simulations.scenario_file import read_scenario_file
from simulations.scenario_fit import misfits
from simulations.strict_yaml import line_of, read_text
from voice_agent.effects.catalogue import load_catalogue
from voice_agent.effects.database import AgentDatabase
from voice_agent.effects.tool_check import as_problem
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.journeys.problems import Problem


def scenario_mistakes(folder: Path, files: Mapping[str, str]) -> list[Problem]:
    """Of all `simulations/*.yaml` of `folder`, whose texts are `files` and without mistakes in themselves."""
    paths = sorted((folder / "simulations").glob("*.yaml"))
    if not paths:
        return []
    pack = load(files)
    tools, columns = load_catalogue(folder, files, pack).tools, _columns(folder)
    return [problem for path in paths for problem in _mistakes(path, folder, pack, tools, columns)]


def _mistakes(path: Path, folder: Path, pack: Pack, tools: Collection[str], columns: Columns) -> Iterator[Problem]:
    name = str(path.relative_to(folder))
    try:
        file = read_scenario_file(path)
    except AgentFolderError as problem:
        yield msgspec.structs.replace(as_problem(problem), file=name)
        return
    text, told = read_text(path), set()
    for scenario in file.variants.values():
        for misfit in misfits(scenario, pack, tools, columns):
            if misfit not in told:
                told.add(misfit)
                yield Problem(name, line_of(text, misfit.steps), misfit.message, HINT)


def _columns(folder: Path) -> Columns:
    """Of the data that the folder's `seed.sql` makes."""
    seed = folder / "tools" / "seed.sql"
    with tempfile.TemporaryDirectory(prefix="voice-agent-check-") as scratch:
        database = AgentDatabase(Path(scratch), "checked", seed=seed if seed.exists() else None)
        database.prepare()
        database.close()
        return read_columns(database.path)
