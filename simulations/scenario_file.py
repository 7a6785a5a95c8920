"""Reads scenario files, strictly: whatever is wrong is an `AgentFolderError` that begins with `file:line:`.

What is allowed is written in `simulations.scenario`, where errors lie and how they read in `simulations.strict_yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec import inspect

from simulations.line.noise_files import load_noise
from simulations.scenario import Scenario
from simulations.scenario_table import TableError, expanded
from simulations.strict_yaml import convert, line_of, load_mapping, read_text
from voice_agent.errors import AgentFolderError

_HINT: Final = "docs/scenarios.md lists every key of a scenario"


@dataclass(frozen=True)
class ScenarioFile:
    """A file and what it describes: one scenario by each row of its table, or one under an empty name."""

    name: str
    variants: Mapping[str, Scenario]

    @property
    def first(self) -> Scenario:
        return next(iter(self.variants.values()))


def read_scenario(path: Path) -> Scenario:
    """The scenario in `path`, as its table's first row has it. Raises AgentFolderError, also where it can't be read."""
    return read_scenario_file(path).first


def read_scenario_file(path: Path) -> ScenarioFile:
    """All variants of the scenario in `path`. Raises AgentFolderError, also where its line's noise can't be read."""
    text = read_text(path)
    file = parse_scenario_file(text, name=str(path))
    for scenario in file.variants.values():
        noise = scenario.line_settings.noise
        if noise is not None and noise.file is not None:
            load_noise(scenario.line_settings, path.parent, f"{path}:{line_of(text, ['line', 'noise', 'file'])}")
    return file


def read_scenarios(folder: Path) -> list[Scenario]:
    """As `read_scenario_files`, each as its table's first row has it."""
    return [file.first for file in read_scenario_files(folder)]


def read_scenario_files(folder: Path) -> list[ScenarioFile]:
    """All `*.yaml` of `folder` in order of their names. Raises AgentFolderError where two share a scenario's name."""
    found: dict[str, Path] = {}
    files = []
    for path in sorted(folder.glob("*.yaml")):
        file = read_scenario_file(path)
        if file.name in found:
            raise AgentFolderError(f"{path}:1: scenario {file.name!r} is also in {found[file.name]}")
        found[file.name] = path
        files.append(file)
    return files


def parse_scenario(text: str, *, name: str) -> Scenario:
    """The scenario written in `text`, its first variant; `name` is put in front of errors. Raises AgentFolderError."""
    return parse_scenario_file(text, name=name).first


def parse_scenario_file(text: str, *, name: str) -> ScenarioFile:
    """All variants of what is written in `text`. Raises AgentFolderError."""
    document = load_mapping(text, name=name, hint=_HINT)
    try:
        variants = expanded(document) if document.get("v") != 1 else {"": document}
    except TableError as problem:
        line = line_of(text, problem.path)
        raise AgentFolderError(f"{name}:{line}: {problem.message}", hint=_HINT) from problem
    scenarios = {row: convert(variant, Scenario, text=text, name=name, hint=_HINT) for row, variant in variants.items()}
    return ScenarioFile(next(iter(scenarios.values())).scenario, scenarios)


def scenario_keys() -> Mapping[str, list[str]]:
    """Every key of a scenario file by the part it belongs to: what docs/scenarios.md must describe. Those of the line
    are in docs/conditions.md."""
    keys: dict[str, list[str]] = {}

    def visit(part: inspect.Type) -> None:
        if isinstance(part, inspect.StructType):
            if part.cls.__name__ in keys or part.cls.__module__.startswith("simulations.line."):
                return
            keys[part.cls.__name__] = [item.encode_name for item in part.fields]
            for item in part.fields:
                visit(item.type)
        elif isinstance(part, inspect.VarTupleType):
            visit(part.item_type)
        elif isinstance(part, inspect.DictType):
            visit(part.value_type)
        elif isinstance(part, inspect.UnionType):
            for kind in part.types:
                visit(kind)

    visit(inspect.type_info(Scenario))
    return keys
