"""`voice-agent check AGENT`: reads an agent folder as the server would and lists every mistake with its place."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from voice_agent.app.agent_folder import read_folder
from voice_agent.cli.output import Checked, Problem, print_json
from voice_agent.effects.catalogue import load_catalogue
from voice_agent.effects.tool_check import as_problem, check_tools
from voice_agent.errors import AgentFolderError
from voice_agent.journeys.load import check, folder_digest, load
from voice_agent.journeys.problems import Problem as FoundProblem


def run(options: argparse.Namespace) -> int:
    files = read_folder(options.agent)
    problems = tuple(
        Problem(found.file, found.line, found.message, found.hint if found.hint else None)
        for found in _found(options.agent, files)
    )
    if options.json:
        print_json(Checked(not problems, str(options.agent), folder_digest(files), problems))
        return 1 if problems else 0
    for problem in problems:
        print(f"{problem.file}:{problem.line}: {problem.message}")
        if problem.hint is not None:
            print(f"  {problem.hint}")
    print(
        f"{options.agent}: {len(problems)} problem{'' if len(problems) == 1 else 's'}"
        if problems
        else f"{options.agent}: ok"
    )
    return 1 if problems else 0


def _found(folder: Path, files: Mapping[str, str]) -> list[FoundProblem]:
    """What is wrong with the texts; where nothing is, what is wrong with the tools and with how they are called."""
    problems = check(files)
    if problems:
        return problems
    pack = load(files)
    try:
        return check_tools(pack, load_catalogue(folder, files, pack).tools)
    except AgentFolderError as error:
        return [as_problem(error)]
