"""`voice-agent check AGENT`: reads an agent folder as the server would and lists every mistake with its place.

Errors come first: warnings, which are about a folder that works, are looked for where there are none. So are scenarios
that expect what the agent lacks.
"""

from __future__ import annotations

import argparse

from simulations.scenario_check import scenario_mistakes
from voice_agent.app.agent_folder import read_folder
from voice_agent.app.folder_mistakes import mistakes
from voice_agent.app.logs import log_to_stderr
from voice_agent.cli.options import config_of
from voice_agent.cli.output import Checked, Problem, print_json
from voice_agent.journeys.load import folder_digest
from voice_agent.journeys.problems import Problem as FoundProblem


def run(options: argparse.Namespace) -> int:
    log_to_stderr(level=30)
    files = read_folder(options.agent)
    config = None if options.by_words else config_of(options)
    found, examples_by = mistakes(options.agent, files, config)
    if all(problem.severity == "warning" for problem in found):
        found = [*scenario_mistakes(options.agent, files), *found]
    checked = _checked(options, folder_digest(files), found, examples_by)
    if options.json:
        print_json(checked)
    else:
        _print(checked)
    return 0 if checked.ok else 1


def _checked(options: argparse.Namespace, digest: str, found: list[FoundProblem], examples_by: str | None) -> Checked:
    errors = sum(problem.severity == "error" for problem in found)
    failing = len(found) if options.strict else errors
    problems = tuple(_shown(problem) for problem in found)
    return Checked(failing == 0, str(options.agent), digest, problems, errors, len(found) - errors, examples_by)


def _shown(problem: FoundProblem) -> Problem:
    found, allowed = problem.halves()
    hint = problem.hint if problem.hint != "" else None
    return Problem(problem.file, problem.line, problem.message, hint, problem.severity, found, allowed)


def _print(checked: Checked) -> None:
    for problem in checked.problems:
        mark = "warning: " if problem.severity == "warning" else ""
        print(f"{problem.file}:{problem.line}: {mark}{problem.message}")
        if problem.hint is not None:
            print(f"  {problem.hint}")
    counted = [
        f"{number} {what}{'' if number == 1 else 's'}"
        for number, what in ((checked.errors, "problem"), (checked.warnings, "warning"))
        if number
    ]
    print(f"{checked.agent}: {', '.join(counted) if counted else 'ok'}")
