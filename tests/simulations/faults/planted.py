"""Plants a fault: what a colleague might get wrong in the example agent, in its settings or in code around it.

A fault is a file of this folder. Where it says

- `edits`: texts of the agent's folder that are replaced, each found exactly once; `planted_folder` makes the copy;
- `config`: settings by `section.key`; `planted_config` gives the changed configuration;
- `code`: what of ours is put behind which function of `substitutes`; `planted_world` and `planted_speech` do it.

They were written from the documentation alone, by somebody who has read no scenario, and stay as they are: scenarios
are what changes. Only where the example's own texts change under one, it follows them.

It decides nothing about whether a fault is noticed. A file that it doesn't understand, or that fits the example no
more, is an error: a fault that can't be planted must not pass for one that was caught. What is in `code` is planted
only where engines and tools are handed over, not in a server that runs elsewhere.

    fault = read_fault(FAULTS / "slow_tool.yaml")
    folder = planted_folder(fault, agent, scratch)          # open this one, with planted_config(fault, config)
    world = planted_world(fault, held_world(opened.world, Latencies()))
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, field
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from simulations.agent_call import Speech
from simulations.runs.records import Layer, Level
from tests.simulations.faults.substitutes import SPEECHES, WORLDS
from voice_agent.config import Config, settings
from voice_agent.errors import AgentFolderError, ConfigurationError
from voice_agent.session.world import World

FAULTS: Final = Path(__file__).parent
OF_WORLD: Final = "voice_agent.session.world.World"
OF_SPEECH: Final = "simulations.agent_call.Speech"
SUBSTITUTES: Final = {OF_WORLD: WORLDS, OF_SPEECH: SPEECHES}

Words = Annotated[str, Meta(min_length=1)]


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In `file` of the agent's folder stands `replace`, once, and in its place comes `by`."""

    file: Words
    replace: Words
    by: str = field(name="with")


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`about`: what a customer suffers. `layer`: what a run that fails by it must be put down to. `levels`: where it
    can show."""

    fault: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
    about: Words
    layer: Layer
    levels: Annotated[tuple[Level, ...], Meta(min_length=1)]
    edits: tuple[Edit, ...] = ()
    config: dict[str, int | str | bool] = {}
    code: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.layer == "unknown":
            raise ValueError("a fault has a layer")
        if not (self.edits or self.config or self.code):
            raise ValueError("changes nothing: edits, config or code is needed")
        for name in self.config:
            _check_setting(name)
        for of, by in self.code.items():
            _check_known("code, of ours", of, SUBSTITUTES)
            _check_known(f"a substitute for {of}", by, SUBSTITUTES[of])


def read_fault(path: Path) -> Fault:
    """The fault in `path`. Raises AgentFolderError naming the file, what was found and what is allowed."""
    try:
        fault = msgspec.convert(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")), Fault)
    except (OSError, ValueError, YAMLError, msgspec.ValidationError) as problem:
        raise AgentFolderError(f"{path}: {problem}", hint="planted.py beside it has every key") from problem
    if fault.fault != path.stem:
        raise AgentFolderError(f"{path}: found the fault {fault.fault!r}; allowed: {path.stem!r}, as its file")
    return fault


def read_faults(folder: Path = FAULTS) -> list[Fault]:
    """Every fault there is, in order of names."""
    return [read_fault(path) for path in sorted(folder.glob("*.yaml"))]


def planted_folder(fault: Fault, agent: Path, into: Path) -> Path:
    """A copy of the folder `agent` with the fault in it, `into` that folder under the same name.

    Raises AgentFolderError where a text that is to be replaced doesn't stand there exactly once.
    """
    copy = into / agent.name
    shutil.copytree(agent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for edit in fault.edits:
        _edit(fault, edit, copy / edit.file)
    return copy


def planted_config(fault: Fault, config: Config) -> Config:
    """`config` with the fault's settings. Raises ConfigurationError for a value that a setting can't have."""
    tree: dict[str, Any] = msgspec.to_builtins(config)
    for name, value in fault.config.items():
        section, _, key = name.partition(".")
        tree[section][key] = value
    try:
        return msgspec.convert(tree, Config)
    except msgspec.ValidationError as problem:
        hint = "docs/configuration.md lists every setting"
        raise ConfigurationError(f"{fault.fault}: {problem}", hint=hint) from problem


def planted_world(fault: Fault, world: World) -> World:
    """What a conversation works in, with the fault; the last thing to be wrapped, so that it waits in the same time."""
    return WORLDS[fault.code[OF_WORLD]](world) if OF_WORLD in fault.code else world


def planted_speech(fault: Fault, speech: Speech) -> Speech:
    """The agent's ears and voice, with the fault; the caller's own stay as they are."""
    return SPEECHES[fault.code[OF_SPEECH]](speech) if OF_SPEECH in fault.code else speech


def _edit(fault: Fault, edit: Edit, path: Path) -> None:
    changed = f"{fault.fault}: the example has changed"
    if not path.is_file():
        raise AgentFolderError(f"{changed}: it has no {edit.file}", hint="plant the fault elsewhere")
    text = path.read_text(encoding="utf-8")
    found = text.count(edit.replace)
    if found != 1:
        raise AgentFolderError(
            f"{changed}: {edit.file} has {found} times {edit.replace!r}; allowed: once",
            hint="write into the fault's file what stands there now",
        )
    path.write_text(text.replace(edit.replace, edit.by), encoding="utf-8")


def _check_setting(name: str) -> None:
    _check_known("the setting", name, [f"{section}.{key}" for section, keys in settings().items() for key in keys])


def _check_known(what: str, name: str, known: Iterable[str]) -> None:
    allowed = sorted(known)
    if name not in allowed:
        near = difflib.get_close_matches(name, allowed, n=1)
        raise ValueError(f"found {what} {name!r}; {f'did you mean {near[0]}?' if near else f'allowed: {allowed}'}")
