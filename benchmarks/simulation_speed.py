"""How fast simulated callers are played: runs a minute and core, times real time a core, and memory a call at once.

What is measured is the process that `voice-agent simulate` plays runs in, by what the system says of its time and
memory, from the first run that has ended on: opening an agent is done once, however many runs there are.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

import voice_agent
from benchmarks.report import Asked, Goal, Measured, goal, say
from simulations.runs.jobs import CannotPlay, Jobs
from simulations.runs.plan import Wanted, candidates, plan
from simulations.runs.records import Level, RunKey, RunRecord
from simulations.runs.worker_messages import Engines, Setting
from simulations.scenario_file import read_scenario_files
from voice_agent.app.office import load_agent
from voice_agent.config import Config

GOAL_TEXT_RUNS_A_MINUTE: Final = 200.0
GOAL_AUDIO_TIMES_REAL_TIME: Final = 30.0
EXAMPLE: Final = Path(voice_agent.__file__).parents[1] / "examples" / "riverside_broadband"
ENOUGH_S: Final = {"text": 30.0, "audio": 60.0, "real": 120.0}
QUICK_S: Final = 10.0
_REPETITIONS: Final = 1_000
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Load(msgspec.Struct, frozen=True):
    """One process's share: `cpu_s` and `wall_s` of `runs` with `talk_s` of conversation; its memory at their end."""

    runs: int
    fell_short: int
    talk_s: float
    cpu_s: float
    wall_s: float
    memory_mib: float
    memory_when_open_mib: float

    def shown(self) -> dict[str, Any]:
        return {
            "runs": self.runs,
            "fell_short": self.fell_short,
            "cpu_s": round(self.cpu_s, 2),
            "wall_s": round(self.wall_s, 2),
            "talk_s": round(self.talk_s, 1),
            "runs_a_minute_a_core": round(60 * self.runs / self.cpu_s, 1),
            "times_real_time_a_core": round(self.talk_s / self.cpu_s, 1),
            "memory_mib": round(self.memory_mib, 1),
            "memory_when_open_mib": round(self.memory_when_open_mib, 1),
        }


def measure(asked: Asked) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        config = Config().with_data_dir(str(asked.cache if asked.cache is not None else Path(folder) / "data"))
        text = _load(asked, config, Path(folder), "text", "scripted")
        audio = _load(asked, config, Path(folder), "audio", "scripted")
        figures = {"text": text.shown(), "audio_scripted": audio.shown()}
        if not asked.quick:
            figures["audio_real"] = _load(asked, config, Path(folder), "audio", "real").shown()
    return Measured(figures, _goals(text, audio))


def _goals(text: Load, audio: Load) -> tuple[Goal, ...]:
    return (
        goal("text scenarios a minute a core", 60 * text.runs / text.cpu_s, ">=", GOAL_TEXT_RUNS_A_MINUTE),
        goal("audio, scripted engines", audio.talk_s / audio.cpu_s, ">=", GOAL_AUDIO_TIMES_REAL_TIME, "x real time"),
    )


def _load(asked: Asked, config: Config, folder: Path, level: Level, engines: Engines) -> Load:
    """One process that plays the example's scenarios, again and again, until enough time has passed."""
    say(f"{level}, {engines} engines")
    setting = Setting(str(EXAMPLE), load_agent(EXAMPLE)[0].digest, level, engines, config)
    enough_s = QUICK_S if asked.quick else ENOUGH_S["real" if engines == "real" else level]
    wanted = Wanted(level=level, repetitions=_REPETITIONS, seed=asked.seed)
    keys = plan(candidates(read_scenario_files(EXAMPLE / "simulations")), wanted).runs
    with Jobs(setting, 1, folder / "logs") as jobs:
        return _played(jobs, keys, enough_s)


def _played(jobs: Jobs, keys: Sequence[RunKey], enough_s: float) -> Load:
    records: list[RunRecord] = []
    pid = 0
    began_s = cpu_s = opened_mib = 0.0
    for record in jobs.played(keys):
        if record is None:
            continue
        if not began_s:  # the first run: the agent is open
            (pid,) = jobs.pids
            began_s, cpu_s, opened_mib = time.perf_counter(), _cpu_s(pid), _memory_mib(pid)
            continue
        records.append(record)
        if time.perf_counter() - began_s >= enough_s:
            break
    if not records:
        raise CannotPlay("no run ended in time")
    return Load(
        runs=len(records),
        fell_short=sum(record.status != "passed" for record in records),
        talk_s=sum(record.duration_ms for record in records) / 1_000,
        cpu_s=_cpu_s(pid) - cpu_s,
        wall_s=time.perf_counter() - began_s,
        memory_mib=_memory_mib(pid),
        memory_when_open_mib=opened_mib,
    )


def _cpu_s(pid: int) -> float:
    """Of all threads of the process, in user and in system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory_mib(pid: int) -> float:
    """Its share of all memory that it has in use."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1_024
    raise CannotPlay(f"the system doesn't tell the memory of process {pid}")
