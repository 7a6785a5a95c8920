"""Reads scenario files, strictly: whatever is wrong is an `AgentFolderError` that begins with `file:line:`.

Decides where an error lies and how it reads; what is allowed is written in `simulations.scenario`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import inspect
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from simulations.scenario import Scenario
from simulations.scenario_table import TableError, expanded
from voice_agent.errors import AgentFolderError

Step: TypeAlias = str | int
Located: TypeAlias = CommentedMap | CommentedSeq

_PLACE: Final = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP: Final = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]")
_OWN_PLACE: Final = re.compile(r"^`(?P<path>[a-z_0-9.\[\]]+)`")
"""What a rule of the whole file begins with: the place that it is about."""
_UNKNOWN: Final = re.compile(r"^Object contains unknown field `(?P<key>[^`]+)`")
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
    """All variants of the scenario in `path`. Raises AgentFolderError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise AgentFolderError(f"{path}:1: can't be read: {problem}") from problem
    return parse_scenario_file(text, name=str(path))


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
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as problem:
        line = 1 if problem.problem_mark is None else problem.problem_mark.line + 1
        raise AgentFolderError(f"{name}:{line}: not YAML: {problem.problem}") from problem
    except (YAMLError, ValueError) as problem:
        raise AgentFolderError(f"{name}:1: not YAML: {problem}") from problem
    if not isinstance(document, dict):
        raise AgentFolderError(f"{name}:1: expected keys such as `v: 1`, found {type(document).__name__}", hint=_HINT)
    try:
        variants = expanded(document) if document.get("v") != 1 else {"": document}
        scenarios = {row: msgspec.convert(variant, Scenario) for row, variant in variants.items()}
    except TableError as problem:
        line = _line_of(YAML(typ="rt", pure=True).load(text), problem.path)
        raise AgentFolderError(f"{name}:{line}: {problem.message}", hint=_HINT) from problem
    except msgspec.ValidationError as problem:
        line, message = _explain(str(problem), YAML(typ="rt", pure=True).load(text))
        raise AgentFolderError(f"{name}:{line}: {message}", hint=_HINT) from problem
    return ScenarioFile(next(iter(scenarios.values())).scenario, scenarios)


def _explain(problem: str, document: CommentedMap) -> tuple[int, str]:
    """Line and wording of msgspec's `problem`, which ends in the path of what is wrong. `document` knows its lines."""
    place = _PLACE.search(problem)
    steps: list[Step] = []
    message = problem
    if place is not None:
        message = problem[: place.start()]
        steps = _steps(place["path"])
    own = _OWN_PLACE.match(message)
    if own is not None and not steps:
        return _line_of(document, _steps(f".{own['path']}")), message
    unknown = _UNKNOWN.match(message)
    if unknown is not None:
        allowed = ", ".join(_keys_at(steps))
        return _line_of(document, [*steps, unknown["key"]]), f"unknown key {unknown['key']!r}; allowed: {allowed}"
    if "Expected `str" in message and ("got `int`" in message or "got `float`" in message):
        message += "; put figures in quotes"
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    return _line_of(document, steps), f"{where}: {message}" if where else message


def _steps(path: str) -> list[Step]:
    return [step["key"] or int(step["index"]) for step in _STEP.finditer(path)]


def _line_of(document: Located, steps: Sequence[Step]) -> int:
    """Line, from 1, of the key or item that `steps` lead to, as near as the file has it."""
    line = int(document.lc.line)
    node: Any = document
    for step in steps:
        if isinstance(node, CommentedMap) and step in node:
            line = int(node.lc.key(step)[0])
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = int(node.lc.item(step)[0])
        else:
            break
        node = node[step]
    return line + 1


def _keys_at(steps: Sequence[Step]) -> list[str]:
    """The keys that a scenario allows at `steps`."""
    part: inspect.Type = inspect.type_info(Scenario)
    for step in steps:
        part = _inner(part, step)
    return [item.encode_name for item in part.fields] if isinstance(part, inspect.StructType) else []


def _inner(part: inspect.Type, step: Step) -> inspect.Type:
    if isinstance(part, inspect.StructType):
        part = next(item.type for item in part.fields if item.encode_name == step)
    elif isinstance(part, inspect.VarTupleType):
        part = part.item_type
    elif isinstance(part, inspect.DictType):
        part = part.value_type
    if isinstance(part, inspect.UnionType):
        kinds = [kind for kind in part.types if not isinstance(kind, inspect.NoneType)]
        part = next((kind for kind in kinds if isinstance(kind, inspect.StructType)), kinds[0])
    return part


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
