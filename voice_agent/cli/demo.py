"""`voice-agent demo`: a server of its own, three synthetic calls over real SIP and RTP, and a verdict on each.

What is shown while a call goes on is read from the server's log, as anybody could.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
import uvloop

import voice_agent
from simulations.judge import judged
from simulations.result import CallResult, latency
from simulations.runs.server_process import serve_command, serving
from simulations.scenario import Scenario
from simulations.scenario_file import read_scenarios
from voice_agent.app.logs import log_to_stderr
from voice_agent.cli.call import print_verdict
from voice_agent.cli.options import config_of
from voice_agent.cli.output import Ready, print_json
from voice_agent.cli.placing import CallerEngines, caller_engines, lines_of, place
from voice_agent.conversation import actions as act
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Record
from voice_agent.conversation.state import fold
from voice_agent.errors import StoreError
from voice_agent.stores.sqlite import StoreReader

SCENARIOS: Final = ("track_order_found", "wrong_digits_corrected", "caller_interrupts")
POLL_S: Final = 0.25
SETTLE_S: Final = 5.0


class Percentiles(msgspec.Struct, frozen=True):
    """Milliseconds from the end of the caller's voice to the agent's, at the caller's end of the line."""

    p50: int | None
    p95: int | None


class DemoReport(msgspec.Struct, frozen=True):
    """`demo --json`."""

    ok: bool
    calls: tuple[CallResult, ...]
    voice_to_voice_ms: Percentiles


def run(options: argparse.Namespace) -> int:
    log_to_stderr(level=30)
    report = uvloop.run(_demo(options))
    if options.json:
        print_json(report)
    else:
        _print_report(report)
    return 0 if report.ok else 1


async def _demo(options: argparse.Namespace) -> DemoReport:
    config = config_of(options)
    folder = options.agent if options.agent is not None else _example()
    chosen = _chosen(await asyncio.to_thread(read_scenarios, folder / "simulations"))
    results: list[CallResult] = []
    print(f"voice-agent: starting a server with {folder}, and voices for its callers ...", file=sys.stderr)
    async with _server(folder, options) as ready, caller_engines(config) as engines:
        for number, scenario in enumerate(chosen, start=1):
            if not options.json:
                print(f"\n{number}. {scenario.scenario}: {scenario.about}")
            results.append(await _call(scenario, ready, engines, quiet=options.json))
            if not options.json:
                print_verdict(results[-1])
    figures = latency(results)
    ok = all(result.ok for result in results)
    return DemoReport(ok, tuple(results), Percentiles(figures.p50_ms, figures.p95_ms))


def _chosen(scenarios: list[Scenario]) -> list[Scenario]:
    """The three that show what matters; of an agent that has others, its first three."""
    by_name = {scenario.scenario: scenario for scenario in scenarios}
    known = [by_name[name] for name in SCENARIOS if name in by_name]
    return known if known else scenarios[:3]


@asynccontextmanager
async def _server(folder: Path, options: argparse.Namespace) -> AsyncIterator[Ready]:
    """A server on free ports in a process of its own. Raises CallFailed where it doesn't get ready."""
    given: list[str] = []
    if options.config is not None:
        given += ["--config", str(options.config)]
    if options.data_dir is not None:
        given += ["--data-dir", options.data_dir]
    log = await asyncio.to_thread(_log_path, options)
    async with serving(serve_command(folder, *given), log, Ready) as ready:
        yield ready


def _log_path(options: argparse.Namespace) -> Path:
    """What the server says goes beside its data, not between the lines of the conversation."""
    data_dir = Path(config_of(options).store.data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    return data_dir / "demo-server.log"


async def _call(scenario: Scenario, ready: Ready, engines: CallerEngines, *, quiet: bool) -> CallResult:
    """One call, judged by what the server logged of it."""
    before = _known(ready.data_dir)
    lines = await lines_of(scenario, engines)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watch(ready.data_dir, before, quiet=quiet))
        result = await place(ready.sip, scenario, lines, engines)
        try:
            async with asyncio.timeout(SETTLE_S):
                conversation, records = await watching
        except TimeoutError:
            watching.cancel()
            return judged(scenario, result, None)
    return judged(scenario, msgspec.structs.replace(result, id=conversation), fold(records))


async def _watch(data_dir: str, before: set[str], *, quiet: bool) -> tuple[str, list[Record]]:
    """Follows the conversation that isn't among `before` until it has ended."""
    shown = 0
    while True:
        await asyncio.sleep(POLL_S)
        for conversation in sorted(_known(data_dir) - before):
            with StoreReader(Path(data_dir)) as reader:
                records = reader.read(conversation)[1]
            if not quiet:
                for record in records[shown:]:
                    _show(record)
            shown = len(records)
            if any(isinstance(record.entry, ev.CallEnded) for record in records):
                return conversation, records


def _known(data_dir: str) -> set[str]:
    try:
        with StoreReader(Path(data_dir)) as reader:
            return {header.conversation for header in reader.headers(limit=1_000_000)}
    except StoreError:
        return set()


def _show(record: Record) -> None:
    text = ""
    match record.entry:
        case act.Say(clauses=clauses):
            text = f" agent  {' '.join(clauses)}"
        case act.Understand(text=heard, keys=keys):
            text = f"caller  {heard}{keys}   (as the agent heard it)"
        case act.StopSpeaking():
            text = "        [interrupted]"
        case act.CallTool(tool=tool, arguments=arguments):
            text = f"  tool  {tool} {arguments}"
        case act.RecordOutcome(journey=journey, outcome=outcome):
            text = f"        [{journey}: {outcome}]"
        case _:
            return
    print(f"{record.t_us / 1_000_000:7.2f} {text}", flush=True)


def _print_report(report: DemoReport) -> None:
    print()
    for result in report.calls:
        print(f"{'ok  ' if result.ok else 'FAIL'}  {result.scenario}: {result.outcome} (expected {result.expected})")
    figures = report.voice_to_voice_ms
    print(f"voice to voice: p50 {figures.p50} ms, p95 {figures.p95} ms")


def _example() -> Path:
    return Path(voice_agent.__file__).parent.parent / "examples" / "riverside_broadband"
