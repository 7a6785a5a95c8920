"""Reads YAML into frozen structs, strictly: whatever is wrong is an `AgentFolderError` that begins with `file:line:`.

Decides where an error lies and how it reads; what is allowed is written in the struct. Unknown keys name those allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from msgspec import inspect
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from voice_agent.errors import AgentFolderError

Step: TypeAlias = str | int
Located: TypeAlias = CommentedMap | CommentedSeq
T = TypeVar("T", bound=msgspec.Struct)

_PLACE: Final = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP: Final = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<index>\d+|\.{3})\]")
_OWN_PLACE: Final = re.compile(r"^`(?P<path>[a-z_0-9.\[\]]+)`")
"""What a rule of the whole file begins with: the place that it is about."""
_UNKNOWN: Final = re.compile(r"^Object contains unknown field `(?P<key>[^`]+)`")


def read_text(path: Path) -> str:
    """Raises AgentFolderError where the file can't be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise AgentFolderError(f"{path}:1: can't be read: {problem}") from problem


def parse_yaml(text: str, kind: type[T], *, name: str, hint: str) -> T:
    """What `text` says, as `kind`; `name` is put in front of errors, `hint` behind. Raises AgentFolderError."""
    return convert(load_mapping(text, name=name, hint=hint), kind, text=text, name=name, hint=hint)


def load_mapping(text: str, *, name: str, hint: str) -> dict[str, Any]:
    """The keys and values of `text`, not yet held against anything. Raises AgentFolderError."""
    try:
        document = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as problem:
        line = 1 if problem.problem_mark is None else problem.problem_mark.line + 1
        raise AgentFolderError(f"{name}:{line}: not YAML: {problem.problem}") from problem
    except (YAMLError, ValueError) as problem:
        raise AgentFolderError(f"{name}:1: not YAML: {problem}") from problem
    if not isinstance(document, dict):
        raise AgentFolderError(f"{name}:1: expected keys such as `v: 1`, found {type(document).__name__}", hint=hint)
    return document


def convert(document: Mapping[str, Any], kind: type[T], *, text: str, name: str, hint: str) -> T:
    """`document`, which was written in `text`, as `kind`. Raises AgentFolderError."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as problem:
        line, message = _explain(str(problem), YAML(typ="rt", pure=True).load(text), kind)
        raise AgentFolderError(f"{name}:{line}: {message}", hint=hint) from problem


def line_of(text: str, steps: Sequence[Step]) -> int:
    """Line, from 1, of the key or item that `steps` lead to in the document `text`."""
    return _line_of(YAML(typ="rt", pure=True).load(text), steps)


def _explain(problem: str, document: CommentedMap, kind: type[msgspec.Struct]) -> tuple[int, str]:
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
        allowed = ", ".join(_keys_at(steps, kind))
        return _line_of(document, [*steps, unknown["key"]]), f"unknown key {unknown['key']!r}; allowed: {allowed}"
    if "Expected `str" in message and ("got `int`" in message or "got `float`" in message):
        message += "; put figures in quotes"
    where = "".join(f"[{step}]" if isinstance(step, int) or step == "..." else f".{step}" for step in steps).lstrip(".")
    return _line_of(document, steps), f"{where}: {message}" if where else message


def _steps(path: str) -> list[Step]:
    return [_step(found) for found in _STEP.finditer(path)]


def _step(found: re.Match[str]) -> Step:
    """A key, an index, or `...` for some value of a mapping, which msgspec doesn't name."""
    index = found["index"]
    return found["key"] if index is None else int(index) if index.isdecimal() else index


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


def _keys_at(steps: Sequence[Step], kind: type[msgspec.Struct]) -> list[str]:
    """The keys that are allowed at `steps`."""
    part: inspect.Type = inspect.type_info(kind)
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
