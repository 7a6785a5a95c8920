"""Reads a command line as people write it: what is selected may come before options, between them or after them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from voice_agent.cli.arguments import parser
from voice_agent.errors import UsageError


def parse(given: Sequence[str]) -> argparse.Namespace:
    """Raises UsageError. argparse takes all that has no dash at once, and what comes later for one too many."""
    known = parser()
    options, rest = known.parse_known_args(list(given))
    if rest and (not hasattr(options, "select") or any(each.startswith("-") for each in rest)):
        file = _file_of_json(given)
        if file is not None and rest == [file]:
            raise UsageError(
                f"--json {file}: {options.verb} prints its JSON", hint=f"leave out the file, or `> {file}`"
            )
        known.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.select = [*options.select, *rest]
    return options


def json_on_stdout(given: Sequence[str], options: argparse.Namespace | None) -> bool:
    """Whether stdout carries JSON only, and errors with it; `simulate --json FILE` writes its report elsewhere.

    `options` None: the line could not be read.
    """
    if options is not None:
        return options.json is True
    return "--json" in given and (given[0] != "simulate" or _file_of_json(given) is None)


def _file_of_json(given: Sequence[str]) -> str | None:
    """The word after `--json`."""
    if "--json" not in given:
        return None
    after = given[given.index("--json") + 1 :][:1]
    return after[0] if after and not after[0].startswith("-") else None
