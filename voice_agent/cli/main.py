"""Runs one command. Every error is one line, with the remedy on a second where there is one."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from voice_agent.cli.arguments import VERBS
from voice_agent.cli.command_line import json_on_stdout, parse
from voice_agent.errors import VoiceAgentError


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 done, 1 it failed, 2 it was called wrongly, 130 interrupted.

    A verb whose 1 means something else has a `CANNOT_RUN` for what it raises.
    """
    # Before numpy is there: its matrices are small, and threads that help with them take turns from what they help.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = list(sys.argv[1:] if arguments is None else arguments)
    options: argparse.Namespace | None = None
    cannot_run: int | None = None
    try:
        options = parse(given)
        verb = importlib.import_module(f"voice_agent.cli.{options.verb.replace('-', '_')}")
        cannot_run = getattr(verb, "CANNOT_RUN", None)
        return int(verb.run(options))
    except VoiceAgentError as problem:
        _tell(problem, given, as_json=json_on_stdout(given, options))
        return problem.exit_code if cannot_run is None else cannot_run
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _tell(problem: VoiceAgentError, given: Sequence[str], *, as_json: bool) -> None:
    """Always on stderr, and `as_json` on stdout too."""
    if as_json:
        importlib.import_module("voice_agent.cli.output").print_json({"error": problem.as_json()})
    name = " ".join(("voice-agent", *(word for word in given[:1] if word in VERBS)))
    print(f"{name}: {problem.message}", file=sys.stderr)
    if problem.hint is not None:
        print(f"  {problem.hint}", file=sys.stderr)
