"""Parses the command line and runs one verb. Every error is one line, with the remedy on a second where there is one.

Verbs are imported when they are used, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Final

from voice_agent import __version__
from voice_agent.cli.output import print_json
from voice_agent.errors import VoiceAgentError

VERBS: Final = ("serve", "call", "demo", "chat", "check", "calls", "replay", "erase")

_EXAMPLES: Final = """examples:
  voice-agent demo                                   three synthetic calls against a server of its own
  voice-agent serve examples/riverside_broadband     answer the phone
  voice-agent chat examples/riverside_broadband      the same agent, typed
  voice-agent calls list                             what was said, and why
  voice-agent replay --all                           decide everything again and compare
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    out = argparse.ArgumentParser(
        prog="voice-agent",
        description="A self-hosted agent that answers the phone.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    out.add_argument("--version", action="version", version=f"voice-agent {__version__}")
    verbs = out.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        importlib.import_module(f"voice_agent.cli.{verb}").add_to(verbs)
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 it failed, 2 it was called wrongly."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except VoiceAgentError as problem:
        if options.json:
            print_json({"error": problem.as_json()})
        print(f"voice-agent {options.verb}: {problem.message}", file=sys.stderr)
        if problem.hint is not None:
            print(f"  {problem.hint}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
