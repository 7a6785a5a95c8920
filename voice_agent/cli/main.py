"""Runs one command. Every error is one line, with the remedy on a second where there is one."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from voice_agent.cli.arguments import parser
from voice_agent.errors import VoiceAgentError


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0 done, 1 it failed, 2 it was called wrongly, 130 interrupted."""
    options = parser().parse_args(arguments)
    try:
        return int(importlib.import_module(f"voice_agent.cli.{options.verb}").run(options))
    except VoiceAgentError as problem:
        if options.json:
            importlib.import_module("voice_agent.cli.output").print_json({"error": problem.as_json()})
        print(f"voice-agent {options.verb}: {problem.message}", file=sys.stderr)
        if problem.hint is not None:
            print(f"  {problem.hint}", file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
