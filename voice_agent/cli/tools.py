"""`voice-agent tools AGENT`: what an agent may call, and how; `--pin` fetches what stands elsewhere into the folder."""

from __future__ import annotations

import argparse

from voice_agent.app.agent_folder import read_folder
from voice_agent.app.pinning import pin
from voice_agent.cli.output import ToolRow, ToolsShown, print_json
from voice_agent.effects.catalogue import load_catalogue
from voice_agent.journeys.load import load


def run(options: argparse.Namespace) -> int:
    pinned = tuple(str(path) for path in pin(options.agent)) if options.pin else ()
    files = read_folder(options.agent)
    tools = load_catalogue(options.agent, files, load(files)).tools
    rows = tuple(
        ToolRow(name, tool.spec.kind, tool.spec.effect, tool.spec.idempotent, tool.spec.mode, tool.spec.description)
        for name, tool in sorted(tools.items())
    )
    if options.json:
        print_json(ToolsShown(rows, pinned))
        return 0
    for path in pinned:
        print(f"pinned {path}")
    for row in rows:
        first_line = row.description.partition("\n")[0]
        print(f"{row.name:24}  {row.kind:7}  {row.effect:5}  {row.mode:4}  {first_line}")
    return 0
