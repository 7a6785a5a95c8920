"""The options of `voice-agent simulate`. Imports none of what it does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from voice_agent.cli.argument_values import from_one_to, named_value

LEVELS: Final = ("text", "audio", "phone")
ENGINES: Final = ("scripted", "real")
SPREAD: Final = ("local", "dbos")
MOST_JOBS: Final = 256
MOST_RUNS: Final = 10_000
MOST_MUTANTS: Final = 10_000


def levels(text: str) -> tuple[str, ...]:
    """`audio`, or `text,audio`: each once, in the order in which they are compared."""
    named = text.split(",")
    wrong = next((each for each in named if each not in LEVELS), None)
    if wrong is not None:
        raise argparse.ArgumentTypeError(f"{wrong!r} is no level; there are {', '.join(LEVELS)}")
    return tuple(level for level in LEVELS if level in named)


def add_simulate(verb: argparse.ArgumentParser) -> None:
    """All of them but `AGENT`, `--config` and `--data-dir`."""
    verb.add_argument("select", nargs="*", metavar="SELECT", help="scenarios: names, patterns (track_*) or tag:NAME")
    which = verb.add_argument_group("which runs")
    which.add_argument(
        "--level",
        dest="levels",
        type=levels,
        default=("text",),
        metavar="LEVEL[,LEVEL...]",
        help="text (typed), audio (spoken), phone (over the telephone), or several to compare (text)",
    )
    which.add_argument("--engines", choices=ENGINES, default="scripted", help="speech: doubles or real (scripted)")
    which.add_argument(
        "--condition", nargs="+", action="extend", default=[], metavar="NAME", help="lines to call over (as written)"
    )
    which.add_argument(
        "--runs", type=from_one_to(MOST_RUNS), default=1, metavar="K", help="how often each is played (1)"
    )
    which.add_argument("--seed", type=int, default=0, metavar="S", help="of all that is left to chance (0)")
    which.add_argument("--last-failed", action="store_true", help="only what fell short when it was played last")
    _add_making(verb.add_argument_group("scenarios to be made, in place of a suite"))
    how = verb.add_argument_group("how they are played")
    how.add_argument("--jobs", type=from_one_to(MOST_JOBS), metavar="N", help="processes (one a core)")
    how.add_argument("--engine", choices=SPREAD, default="local", help="who plays: this machine, or workers (local)")
    how.add_argument("--database", metavar="URL", help="PostgreSQL with the queue of --engine dbos")
    how.add_argument("--minds", type=Path, metavar="DIR", help="keep there what callers that think said, and reuse it")
    how.add_argument("--forget-speech", action="store_true", help="say and hear anew what earlier suites did")
    told = verb.add_argument_group("what is told of them")
    told.add_argument("-v", "--verbose", action="store_true", help="a line for each run, not only for what fell short")
    told.add_argument("--json", nargs="?", const=True, default=False, metavar="FILE", help="the report as JSON")
    told.add_argument("--junit", type=Path, metavar="FILE", help="the report as JUnit XML, for CI servers")
    told.add_argument("--html", type=Path, metavar="FILE", help="the report as one page, with sound where there is any")
    told.add_argument("--audio", type=Path, metavar="DIR", help="keep a stereo recording of each call there")
    told.add_argument("--coverage", action="store_true", help="which parts of the agent no run has reached")
    told.add_argument("--judge", metavar="URL", help="an OpenAI-compatible language model that judges what was played")
    told.add_argument("--baseline", type=Path, metavar="FILE", help="compare with this report, made by --json FILE")


def _add_making(made: argparse._ArgumentGroup) -> None:
    made.add_argument("--from", dest="from_call", metavar="ID", help="print a scenario of that conversation")
    made.add_argument("--from-journey", metavar="NAME", help="make scenarios of that journey, and list what they miss")
    made.add_argument("--into", type=Path, metavar="DIR", help="a file for each scenario of --from-journey there")
    made.add_argument(
        "--fact", type=named_value, action="append", default=[], metavar="NAME=VALUE", help="what its callers know"
    )
    made.add_argument("--mutate", metavar="SCENARIO", help="print it with the fewest changes that make it fall short")
    made.add_argument(
        "--mutants", type=from_one_to(MOST_MUTANTS), default=40, metavar="N", help="variants played at most (40)"
    )


def add_simulate_worker(verb: argparse.ArgumentParser) -> None:
    """All of them but `AGENT`, `--config` and `--data-dir`."""
    verb.add_argument("--database", required=True, metavar="URL", help="PostgreSQL with the queue of runs")
