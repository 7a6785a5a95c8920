"""The workflow that users copy: it is YAML, and what it runs are commands that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from voice_agent.cli.arguments import parser

EXAMPLE = Path(__file__).parents[2] / "docs" / "ci" / "simulate.yml"


def commands(workflow: dict[str, Any]) -> list[str]:
    steps = workflow["jobs"]["simulate"]["steps"]
    script = "\n".join(step["run"] for step in steps if "run" in step).replace("\\\n", " ")
    return [line.strip() for line in script.splitlines() if line.strip().startswith("voice-agent ")]


def test_the_example_runs_commands_that_there_are() -> None:
    found = commands(YAML(typ="safe").load(EXAMPLE.read_text(encoding="utf-8")))
    assert [shlex.split(command)[1] for command in found] == ["check", "simulate", "simulate"]
    for command in found:
        plain = re.sub(r"\$\(.*?\)", "--baseline baseline.json", command).replace('"$RUNS"', "6")
        parser().parse_args(shlex.split(plain)[1:])


def test_it_is_no_workflow_of_this_repository() -> None:
    assert not (EXAMPLE.parents[2] / ".github" / "workflows" / "simulate.yml").exists()


def test_reports_are_kept_whatever_came_of_it() -> None:
    workflow = YAML(typ="safe").load(EXAMPLE.read_text(encoding="utf-8"))
    keeping = [each for each in workflow["jobs"]["simulate"]["steps"] if "upload-artifact" in each.get("uses", "")]
    assert [step["if"] for step in keeping] == ["always()"]
