"""JSON Schemas of everything that `--json` reads and prints, made of the types themselves, and of the files of an agent
folder, made of the vocabulary that their readers use.

    python -m voice_agent.cli.schemas docs/schemas

writes one file each; a test fails where they are out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from simulations.making.journey_suite import MadeSuite
from simulations.result import CallResult
from simulations.runs import records
from simulations.runs.mutants import MutantsFound
from simulations.scenario import json_schema
from voice_agent.cli import output
from voice_agent.cli.chat import ChatInput, ChatOutput
from voice_agent.cli.demo import DemoReport
from voice_agent.cli.outcomes import OutcomeList, RecomputeReport
from voice_agent.insights.trace import Trace
from voice_agent.journeys.folder_schemas import FOLDER_SCHEMAS

PRINTED: Final[dict[str, Any]] = {
    "ready": output.Ready,
    "worker_ready": output.WorkerReady,
    "api_ready": output.ApiReady,
    "token_made": output.TokenMade,
    "chat_input": ChatInput,
    "chat_output": list[ChatOutput],
    "call_result": CallResult,
    "demo_report": DemoReport,
    "checked": output.Checked,
    "explained": output.Explained,
    "schema_list": output.SchemaList,
    "tools_shown": output.ToolsShown,
    "call_list": output.CallList,
    "call_shown": output.CallShown,
    "trace": Trace,
    "audio_shown": output.AudioShown,
    "outcome_list": OutcomeList,
    "recompute_report": RecomputeReport,
    "replay_report": output.ReplayReport,
    "call_dialled": output.CallDialled,
    "callback_list": output.CallbackList,
    "callback_done": output.CallbackDone,
    "erased": output.Erased,
    "knowledge_found": output.KnowledgeFound,
    "gap_list": output.GapList,
    "made_suite": MadeSuite,
    "mutants_found": MutantsFound,
    "error": output.ErrorReport,
}
"""File name without its ending -> the type."""


FOLDER: Final[dict[str, tuple[str, Callable[[], dict[str, Any]]]]] = {
    **FOLDER_SCHEMAS,
    "scenario": ("simulations/*.yaml", json_schema),
    "report": ("reports of simulate --json", records.json_schema),
}
"""Name -> the files that it is for, and what makes it. All but reports are files of an agent folder."""
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what is called `name` in `PRINTED` or `FOLDER`."""
    if name in FOLDER:
        files, make = FOLDER[name]
        return {**make(), "$schema": _DRAFT, "title": f"voice-agent: {files}"}
    return {"$schema": _DRAFT, "title": f"voice-agent {name.replace('_', ' ')}", **msgspec.json.schema(PRINTED[name])}


def write(folder: Path) -> list[Path]:
    """Writes all of them; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name in (*PRINTED, *FOLDER):
        path = folder / f"{name}.json"
        path.write_bytes(msgspec.json.format(msgspec.json.encode(schema(name)), indent=2) + b"\n")
        paths.append(path)
    return paths


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m voice_agent.cli.schemas FOLDER", file=sys.stderr)
        return 2
    for path in write(Path(arguments[0])):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
