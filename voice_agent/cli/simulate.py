"""`voice-agent simulate AGENT`: synthetic callers try an agent, and it is told what held. Exit codes:

0    every run held what its scenario expects; with a baseline: nothing became worse
1    some fell short; with a baseline: something became worse, or could not be played
2    nothing can be run: wrong use, an agent folder with mistakes, a missing model
130  interrupted; what was played by then is reported, with `complete: false`
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec

from simulations.callers.speech_cache import cache_in
from simulations.line.conditions import CONDITIONS
from simulations.line.settings import LineSettings
from simulations.reports.html import html_report
from simulations.reports.junit import junit_xml
from simulations.reports.recording_folder import RecordingFolder
from simulations.runs.baseline import compared, read_report
from simulations.runs.dbos_jobs import DbosJobs
from simulations.runs.jobs import Jobs
from simulations.runs.last_failed import LastFailed
from simulations.runs.machine import usable_cores
from simulations.runs.plan import Plan, Wanted, candidates, on_bad_lines, only, plan
from simulations.runs.records import Level, RunKey, RunRecord, SuiteReport
from simulations.runs.shared_queue import checked_url
from simulations.runs.suite import Played, Suite, joined, run_suite
from simulations.runs.worker_messages import Setting
from simulations.scenario_file import read_scenario_files
from voice_agent.app.office import load_agent
from voice_agent.cli.options import config_of
from voice_agent.cli.output import print_json
from voice_agent.cli.simulate_data import LOGS, apart
from voice_agent.cli.simulate_judge import check_judging, judged
from voice_agent.cli.simulate_made import print_scenario, with_coverage
from voice_agent.cli.simulate_output import Shown
from voice_agent.cli.simulate_variants import make_from_journey, mutate
from voice_agent.config import Config
from voice_agent.errors import UsageError
from voice_agent.journeys.pack import Pack

CANNOT_RUN: Final = 2
FELL_SHORT: Final = 1
INTERRUPTED: Final = 130


def run(options: argparse.Namespace) -> int:
    _check_files(options)
    config = config_of(options)
    if options.from_call is not None:
        print_scenario(options.from_call, config)
        return 0
    pack, _ = load_agent(options.agent)
    if options.from_journey is not None:
        return make_from_journey(options, apart(config), pack)
    if options.mutate is not None:
        return mutate(options, apart(config), pack)
    if options.forget_speech:
        cache_in(Path(apart(config).store.data_dir)).clear()
    marks = LastFailed(Path(apart(config).store.data_dir), options.agent)
    shown = Shown(quiet=options.json is True, verbose=options.verbose, repetitions=options.runs)
    suites = [_suite(options, pack, level, marks, shown) for level in options.levels]
    with _recordings(options) as audio:
        report = _played(options, suites, apart(config), audio, shown)
        if options.judge is not None and report.complete:
            report = judged(report, options, config)
        if options.coverage:
            report = with_coverage(report, pack)
        return _end(report, options, marks, shown, audio)


def _suite(options: argparse.Namespace, pack: Pack, level: Level, marks: LastFailed, shown: Shown) -> Suite:
    return Suite(
        agent=pack.agent.name,
        digest=pack.digest,
        level=level,
        seed=options.seed,
        repetitions=options.runs,
        plan=_planned(options, level, marks, shown),
    )


def _played(
    options: argparse.Namespace, suites: Sequence[Suite], config: Config, audio: Path | None, shown: Shown
) -> SuiteReport:
    """One level after the other; an interrupt ends them all."""
    reports: list[SuiteReport] = []
    for suite in suites:
        if len(suites) > 1:
            shown.say(f"{len(suite.plan.runs)} runs at level {suite.level}")
        with _interruptible() as interrupt, _jobs(options, suite, config, audio) as jobs:
            told = partial(jobs.played, every_s=shown.every_s)
            reports.append(run_suite(suite, partial(interrupt.ends, told), shown))
        if not reports[-1].complete:
            break
    return joined(reports, planned=sum(len(suite.plan.runs) for suite in suites))


def _end(report: SuiteReport, options: argparse.Namespace, marks: LastFailed, shown: Shown, audio: Path | None) -> int:
    marks.note(report.runs)
    if options.baseline is not None and report.runs:
        report = msgspec.structs.replace(report, comparison=compared(read_report(options.baseline), report))
    _tell(report, options, shown, audio)
    return exit_code(report)


def exit_code(report: SuiteReport) -> int:
    """What a report comes to, see above."""
    statuses = {run.status for run in report.runs}
    if not report.complete:
        return INTERRUPTED
    if statuses == {"error"}:
        return CANNOT_RUN
    if report.comparison is not None:
        return FELL_SHORT if report.comparison["worse"] or "error" in statuses else 0
    return 0 if statuses == {"passed"} else FELL_SHORT


def _jobs(options: argparse.Namespace, suite: Suite, config: Config, audio: Path | None) -> Jobs | DbosJobs:
    if options.engine == "dbos":
        return DbosJobs(checked_url(options.database), suite.digest, options.engines)
    kept = None if audio is None else str(audio)
    minds = None if options.minds is None else str(options.minds)
    setting = Setting(str(options.agent), suite.digest, suite.level, options.engines, config, kept, None, minds)
    processes = min(options.jobs if options.jobs is not None else usable_cores(), len(suite.plan.runs))
    return Jobs(setting, processes, Path(config.store.data_dir) / LOGS)


def _planned(options: argparse.Namespace, level: Level, marks: LastFailed, shown: Shown) -> Plan:
    wanted = Wanted(
        select=tuple(options.select),
        level=level,
        conditions=tuple(options.condition),
        repetitions=options.runs,
        seed=options.seed,
    )
    files = read_scenario_files(options.agent / "simulations")
    planned = plan(candidates(files), wanted, CONDITIONS)
    if options.engines == "scripted":
        if any(CONDITIONS[name] != LineSettings() for name in options.condition):
            shown.say("doubles hear no words in noise and on bad lines: conditions want --engines real")
        elif bad := on_bad_lines(files, planned):
            shown.say(f"doubles hear no words in noise and on bad lines, --engines real do: {', '.join(bad)}")
    if not options.last_failed:
        return planned
    again = only(planned, marks.keys(level))
    if again.runs:
        return again
    shown.say("nothing that was selected fell short when it was played last: all of it is played")
    return planned


def _check_files(options: argparse.Namespace) -> None:
    """Before an hour of runs rather than after: that reports can be written, and the baseline be read."""
    if options.baseline is not None:
        read_report(options.baseline)
    if options.judge is not None:
        check_judging(options)
    if options.engine == "dbos":
        _check_spread(options)
    files = [options.junit, options.html, None if isinstance(options.json, bool) else Path(options.json)]
    for path in (each for each in files if each is not None):
        if not path.parent.is_dir() or path.is_dir():
            raise UsageError(f"{path} can't be written: no such folder", hint="make its folder first")
    if options.audio is not None:
        try:
            options.audio.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise UsageError(f"{options.audio} can't be made: {problem}", hint="name a folder after --audio") from None


def _check_spread(options: argparse.Namespace) -> None:
    """What workers on other machines can't do is refused before anything is queued."""
    local = "leave out --engine dbos"
    if "phone" in options.levels:
        raise UsageError("workers of --engine dbos make no telephone calls", hint=f"{local}, or use --level audio")
    if options.audio is not None:
        raise UsageError("recordings of --audio stay on the machine that made them", hint=f"{local}, or --audio")
    if options.minds is not None:
        raise UsageError(
            "what callers that think said is kept on one machine, in the folder of --minds",
            hint=f"{local}, or leave out --minds and set [language] for the workers",
        )


@contextlib.contextmanager
def _recordings(options: argparse.Namespace) -> Iterator[Path | None]:
    """Where they are put: where they are wanted, or for as long as the page is made that they are part of."""
    if options.audio is not None or options.html is None or options.engine != "local" or options.levels == ("text",):
        yield options.audio
        return
    with tempfile.TemporaryDirectory(prefix="voice-agent-recordings-") as folder:
        yield Path(folder)


def _tell(report: SuiteReport, options: argparse.Namespace, shown: Shown, audio: Path | None) -> None:
    if options.html is not None:
        _write(options.html, html_report(report, RecordingFolder(audio)).encode())
    if options.audio is None:
        report = _without_recordings(report)
    if options.junit is not None:
        _write(options.junit, junit_xml(report))
    if options.json is True:
        print_json(report)
    elif options.json:
        _write(Path(options.json), msgspec.json.encode(report) + b"\n")
    shown.report(report)


def _without_recordings(report: SuiteReport) -> SuiteReport:
    """Those that were kept for the page alone are gone: nothing else may name them."""
    runs = tuple(msgspec.structs.replace(run, audio=None) for run in report.runs)
    return msgspec.structs.replace(report, runs=runs)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as problem:
        raise UsageError(f"{path} can't be written: {problem}") from problem


class _Interrupt:
    """Ctrl-C, or the SIGTERM of a CI server. An exception that is raised in code that can raise none, such as a
    destructor, is lost: what `ends` gives on asks again."""

    def __init__(self) -> None:
        self._came = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        raise KeyboardInterrupt

    def ends(self, played: Played, keys: Sequence[RunKey]) -> Iterator[RunRecord | None]:
        for record in played(keys):
            yield record
            if self._came:
                raise KeyboardInterrupt


@contextlib.contextmanager
def _interruptible() -> Iterator[_Interrupt]:
    interrupt = _Interrupt()
    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield interrupt
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
