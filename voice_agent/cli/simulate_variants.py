"""`voice-agent simulate --from-journey NAME` and `--mutate SCENARIO`: scenarios that are made, and played to see what
they come to. Files go to stdout or into a folder, what is told of them to stderr."""

from __future__ import annotations

import argparse
import difflib
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from simulations.making.callers_known import KnownCaller, known_callers
from simulations.making.from_journey import ANY_CALLER
from simulations.making.journey_suite import JourneySuite, MadeSuite
from simulations.runs.jobs import Jobs
from simulations.runs.machine import usable_cores
from simulations.runs.mutants import MutantsFound, as_mutant, changes_of, search_mutants
from simulations.runs.plan import AS_WRITTEN, Candidate, Wanted, candidates, plan, seed_of
from simulations.runs.records import Level, RunKey, RunRecord
from simulations.runs.suite import Progress
from simulations.runs.worker_messages import Setting
from simulations.scenario import Scenario
from simulations.scenario_file import read_scenario_files
from voice_agent.cli.output import print_json
from voice_agent.cli.simulate_data import LOGS
from voice_agent.cli.simulate_output import Shown
from voice_agent.config import Config
from voice_agent.errors import UsageError
from voice_agent.journeys.pack import Journey, Pack

FELL_SHORT: Final = 1
ALONE: Final = ("select", "condition", "last_failed", "baseline", "junit", "html", "audio", "judge", "coverage")
"""Options that say something of a suite, and nothing here."""


def make_from_journey(options: argparse.Namespace, config: Config, pack: Pack) -> int:
    """Makes scenarios of a journey, plays them, and says what of it none has reached. `config` is that of
    simulations. Raises UsageError for a journey that isn't there, or a folder that can't be written."""
    level = _check_alone(options, "--from-journey")
    if options.into is None and not options.json:
        raise UsageError("where should the scenarios go?", hint="--into FOLDER writes a file each, --json prints them")
    journey = _journey(pack, options.from_journey)
    suite = JourneySuite(pack, journey, _callers(options), keys=level != "text")
    shown = Shown(quiet=True, verbose=False, repetitions=1)
    setting = _setting(options, level, pack, config)
    with Jobs(setting, _processes(options), _logs(config)) as jobs:
        first = _played(jobs, suite.first_asked(), options, shown, "each caller once")
        whole = _played(jobs, suite.of_callers(first), options, shown, "all that was made")
        more = _played(jobs, suite.to_reach(whole), options, shown, "what nothing has reached")
        made = suite.chosen([*whole, *more])
    if options.into is not None:
        _write(made, options.into)
    if options.json is True:
        print_json(made)
    elif options.json:
        Path(options.json).write_bytes(msgspec.json.encode(made) + b"\n")
    _tell_made(made, shown)
    return 0


def mutate(options: argparse.Namespace, config: Config, pack: Pack) -> int:
    """Looks for the fewest changes that make a scenario fall short, and prints it with them. 1 where there are such."""
    level = _check_alone(options, "--mutate")
    scenario = as_mutant(_scenario(options, level))
    changes = changes_of(scenario, level, options.engines)
    shown = Shown(quiet=True, verbose=False, repetitions=1)
    key = _key(scenario, level, options.seed)
    began_s, played = time.monotonic(), 0

    def play(variant: Scenario) -> RunRecord:
        nonlocal played
        record = next(filter(None, jobs.played([key], given={key: variant})))
        played += 1
        left_s = (time.monotonic() - began_s) / played * max(0, options.mutants + 1 - played)
        shown.finished(record, Progress(played, options.mutants + 1, 0, left_s))
        return record

    with Jobs(_setting(options, level, pack, config), 1, _logs(config)) as jobs:
        found = search_mutants(scenario, changes, play, budget=options.mutants)
    return _tell_mutants(found, options, shown)


def _tell_mutants(found: MutantsFound, options: argparse.Namespace, shown: Shown) -> int:
    shown.clear()
    if options.json is True:
        print_json(found)
    elif options.json:
        Path(options.json).write_bytes(msgspec.json.encode(found) + b"\n")
    if found.file is None:
        shown.say(f"{options.mutate} holds in all of {found.tried} variants")
        return 0
    shown.say(f"after {found.tried} variants: {options.mutate} falls short with {', '.join(found.changes)}")
    if options.json is not True:
        sys.stdout.write(found.file)
    return FELL_SHORT


def _tell_made(made: MadeSuite, shown: Shown) -> None:
    shown.clear()
    for each in made.scenarios:
        for missed in each.missed:
            shown.say(f"{each.name} falls short: {missed}")
    total = len(made.covered) + len(made.missing)
    shown.say(f"{len(made.scenarios)} scenarios reach {len(made.covered)} of {total} parts of {made.journey}")
    for name in made.missing:
        why = f": {made.why[name]}" if name in made.why else ""
        shown.say(f"  not reached: {name}{why}")
    for name in made.needed:
        shown.say(f"  no value known for {name.partition(':')[0]}: --fact NAME=VALUE gives one")


def _played(
    jobs: Jobs, scenarios: Sequence[Scenario], options: argparse.Namespace, shown: Shown, what: str
) -> list[RunRecord]:
    """A record each, in their order; `what` is being played goes before the progress."""
    given = {_key(scenario, jobs.level, options.seed): scenario for scenario in scenarios}
    done: dict[RunKey, RunRecord] = {}
    began_s = time.monotonic()
    for record in jobs.played(list(given), given=given, every_s=shown.every_s):
        if record is not None:
            done[record.key] = record
        left_s = (time.monotonic() - began_s) / len(done) * (len(given) - len(done)) if done else None
        shown.waiting(Progress(len(done), len(given), 0, left_s), what)
    return [done[key] for key in given]


def _key(scenario: Scenario, level: Level, seed: int) -> RunKey:
    """That of the scenario's run once its file is in the folder: what fell short here does so there."""
    return RunKey(scenario.scenario, "", AS_WRITTEN, level, 1, seed_of(seed, Candidate(scenario.scenario), "", 1))


def _scenario(options: argparse.Namespace, level: Level) -> Scenario:
    """The one that is called `NAME`, or `NAME/ROW`. Raises UsageError with the nearest."""
    files = read_scenario_files(options.agent / "simulations")
    runs = plan(candidates(files), Wanted(select=(options.mutate,), level=level)).runs
    if len(runs) != 1:
        names = ", ".join("/".join(filter(None, (run.scenario, run.variant))) for run in runs)
        raise UsageError(f"{options.mutate!r} means {len(runs)} scenarios: {names}", hint="name one of them")
    file = next(file for file in files if file.name == runs[0].scenario)
    return file.variants[runs[0].variant]


def _journey(pack: Pack, name: str) -> Journey:
    found = next((journey for journey in pack.journeys if journey.name == name), None)
    if found is None:
        names = [journey.name for journey in pack.journeys]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
        raise UsageError(f"the agent has no journey {name!r}", hint=hint)
    return found


def _callers(options: argparse.Namespace) -> list[KnownCaller]:
    """Whoever the facts of the command line are of, then those whom the agent's scenarios know."""
    known = known_callers(read_scenario_files(options.agent / "simulations"))
    facts = dict(options.fact)
    if facts:
        return [KnownCaller(ANY_CALLER, None, facts), *known]
    return known if known else [KnownCaller(ANY_CALLER, None, {})]


def _check_alone(options: argparse.Namespace, verb: str) -> Level:
    """The level to play at. Raises UsageError for options that mean nothing here."""
    for name in ALONE:
        if getattr(options, name) not in ([], None, False):
            told = "SELECT" if name == "select" else f"--{name.replace('_', '-')}"
            raise UsageError(f"{told} says nothing of what {verb} makes", hint=f"leave it out, or {verb}")
    if options.engine != "local" or options.runs != 1:
        raise UsageError(f"{verb} plays each scenario once, on this machine", hint="leave out --engine and --runs")
    if len(options.levels) != 1:
        raise UsageError(f"{verb} plays at one level", hint="name one after --level")
    level: Level = options.levels[0]
    return level


def _write(made: MadeSuite, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in made.scenarios:
            (folder / f"{each.name}.yaml").write_text(each.file, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{folder} can't be written: {problem}", hint="name a folder after --into") from None


def _setting(options: argparse.Namespace, level: Level, pack: Pack, config: Config) -> Setting:
    minds = None if options.minds is None else str(options.minds)
    return Setting(str(options.agent), pack.digest, level, options.engines, config, minds=minds)


def _processes(options: argparse.Namespace) -> int:
    return options.jobs if options.jobs is not None else usable_cores()


def _logs(config: Config) -> Path:
    return Path(config.store.data_dir) / LOGS
