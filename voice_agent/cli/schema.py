"""`voice-agent schema NAME`: the JSON Schema of a file of an agent folder, for editors; without NAME, their list."""

from __future__ import annotations

import argparse

import msgspec

from voice_agent.cli.output import SchemaList, SchemaRow, print_json
from voice_agent.cli.schemas import FOLDER, schema


def run(options: argparse.Namespace) -> int:
    if options.name is None:
        _list(as_json=options.json)
    elif options.json:
        print_json(schema(options.name))
    else:
        print(msgspec.json.format(msgspec.json.encode(schema(options.name)), indent=2).decode())
    return 0


def _list(*, as_json: bool) -> None:
    rows = tuple(SchemaRow(name, files) for name, (files, _) in FOLDER.items())
    if as_json:
        print_json(SchemaList(rows))
        return
    for row in rows:
        print(f"{row.name:<10}{row.files}")
