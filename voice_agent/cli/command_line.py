"""Reads a command line as people write it: what is selected may come before options, between them or after them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from voice_agent.cli.arguments import parser


def parse(given: Sequence[str]) -> argparse.Namespace:
    """Raises UsageError. argparse takes all that has no dash at once, and what comes later for one too many."""
    known = parser()
    options, rest = known.parse_known_args(list(given))
    if rest and (not hasattr(options, "select") or any(each.startswith("-") for each in rest)):
        known.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.select = [*options.select, *rest]
    return options
