"""Tools of an agent pack: Python functions in `tools/*.py`, found, described and called by their signatures.

    def get_order(order: str, *, database: sqlite3.Connection) -> dict[str, object]:
        \"\"\"One order with its state.\"\"\"

A tool reads unless it is decorated with `@tool(effect="write")`; a tool that reads is given a database it can't change.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, get_type_hints

import msgspec

from voice_agent.effects.tool_call import ToolCall
from voice_agent.errors import AgentFolderError, ToolError
from voice_agent.journeys.tool_list import AfterLoss, Mode

Effect: TypeAlias = Literal["read", "write"]
FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

_DATABASE = "database"
_CALL = "call"
_MARK = "__voice_agent_tool__"


class ToolSpec(msgspec.Struct, frozen=True):
    """What a journey or a model may know of a tool. `parameters` is a JSON schema of an object.

    `idempotent`: doing it twice is as good as once, so that a failed write may be tried again. `deadline_ms` and
    `attempts` None: the usual. The rest is as in `tools/tools.yaml`; `mode` says who answers,
    `kind` how it is reached.
    """

    name: str
    description: str
    parameters: dict[str, Any]
    effect: Effect = "read"
    idempotent: bool = False
    deadline_ms: int | None = None
    attempts: int | None = None
    secret: tuple[str, ...] = ()
    secret_result: tuple[str, ...] = ()
    compensate: str | None = None
    after_loss: AfterLoss | None = None
    mode: Mode = "real"
    kind: Literal["python", "openapi", "mcp", "mock"] = "python"


class Runnable(Protocol):
    """A tool of any kind, as the runner has it."""

    @property
    def spec(self) -> ToolSpec: ...

    @property
    def wants_database(self) -> bool:
        """Whether it works in a transaction of the agent's own database."""
        ...

    def checked(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """`arguments` as `invoke` takes them. Raises `ToolError` where they don't fit."""
        ...

    def invoke(self, arguments: dict[str, Any], call: ToolCall, database: Any = None) -> object:
        """Runs it in the thread that calls. An exception means that it failed."""
        ...


class Tool(msgspec.Struct, frozen=True):
    """A loaded function. `arguments` is the struct type that its arguments are checked against."""

    spec: ToolSpec
    function: Callable[..., Any]
    arguments: type[msgspec.Struct]
    wants_database: bool
    wants_call: bool = False

    def invoke(self, arguments: dict[str, Any], call: ToolCall, database: Any = None) -> object:
        """Calls the function with what it asked for."""
        given = {**arguments, **({_DATABASE: database} if self.wants_database else {})}
        return self.function(**given, **({_CALL: call} if self.wants_call else {}))

    def checked(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """`arguments` as the function takes them. Raises `ToolError` for an unknown, missing or mistyped one."""
        try:
            values = msgspec.convert(arguments, self.arguments)
        except msgspec.ValidationError as error:
            wanted = ", ".join(self.spec.parameters.get("properties", {}))
            raise ToolError(f"{self.spec.name}: {error}", hint=f"it takes: {wanted}") from error
        return {name: getattr(values, name) for name in self.arguments.__struct_fields__}


def tool(*, effect: Effect = "read", idempotent: bool = False) -> Callable[[FunctionT], FunctionT]:
    """Declare what a tool does to the world."""

    def mark(function: FunctionT) -> FunctionT:
        setattr(function, _MARK, (effect, idempotent))
        return function

    return mark


def load_tools(folder: Path, where: str = "tools") -> dict[str, Tool]:
    """The public functions of `folder/tools/*.py` by name. Runs the files. Raises `AgentFolderError` with file and
    line."""
    out: dict[str, Tool] = {}
    for path in sorted((folder / where).glob("*.py")):
        module = _imported(path)
        for name, function in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != module.__name__:
                continue
            place = f"{path}:{function.__code__.co_firstlineno}:"
            if name in out:
                raise AgentFolderError(f"{place} another file has a tool {name!r} too")
            out[name] = _tool(name, function, place)
    return out


def _imported(path: Path) -> ModuleType:
    name = f"voice_agent_pack_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AgentFolderError(f"{path}:1: is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise AgentFolderError(f"{path}:{_line(error, path)}: {type(error).__name__}: {error}") from error
    return module


def _line(error: Exception, path: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno is not None:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines and lines[-1] is not None else 1


def _tool(name: str, function: Callable[..., Any], where: str) -> Tool:
    if inspect.iscoroutinefunction(function):
        raise AgentFolderError(f"{where} tool {name!r} is async; tools are plain functions and run in a thread")
    description = inspect.getdoc(function)
    if not description:
        raise AgentFolderError(f"{where} tool {name!r} has no docstring; say in one what it does")
    try:
        hints = get_type_hints(function)
    except (NameError, TypeError) as error:
        raise AgentFolderError(f"{where} tool {name!r}: {error}") from error
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    wanted: set[str] = set()
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in (_DATABASE, _CALL) and parameter.kind is parameter.KEYWORD_ONLY:
            wanted.add(parameter.name)
            continue
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise AgentFolderError(f"{where} tool {name!r}: {parameter} can't be given by name")
        if parameter.name not in hints:
            raise AgentFolderError(f"{where} tool {name!r}: parameter {parameter.name!r} has no type")
        hint = hints[parameter.name]
        empty = parameter.default is parameter.empty
        fields.append((parameter.name, hint) if empty else (parameter.name, hint, parameter.default))
    arguments = msgspec.defstruct(f"{name}_arguments", fields, kw_only=True, forbid_unknown_fields=True)
    declared: tuple[Effect, bool] = getattr(function, _MARK, ("read", False))
    spec = ToolSpec(name, description, _schema(arguments, name, where), *declared)
    return Tool(spec, function, arguments, _DATABASE in wanted, _CALL in wanted)


def _schema(arguments: type[msgspec.Struct], name: str, where: str) -> dict[str, Any]:
    try:
        (own,), others = msgspec.json.schema_components([arguments], ref_template="#/$defs/{name}")
    except TypeError as error:
        raise AgentFolderError(f"{where} tool {name!r}: a parameter's type has no JSON form: {error}") from error
    schema: dict[str, Any] = dict(others.pop(own["$ref"].rsplit("/", 1)[-1]))
    schema.pop("title", None)
    if others:
        schema["$defs"] = others
    return schema
