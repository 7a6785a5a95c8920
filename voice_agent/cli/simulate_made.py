"""Scenarios out of real conversations, and what of an agent a suite has reached: `simulate --from` and `--coverage`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from simulations.making.coverage import coverage
from simulations.making.from_call import file_from
from simulations.runs.records import SuiteReport
from voice_agent.config import Config
from voice_agent.journeys.pack import Pack
from voice_agent.stores.sqlite import StoreReader


def print_scenario(conversation: str, config: Config) -> None:
    """The scenario file of a conversation in the store, to stdout. Raises StoreError, UsageError."""
    with StoreReader(Path(config.store.data_dir)) as reader:
        header, records = reader.read(conversation)
    sys.stdout.write(file_from(header, records, name=scenario_name(conversation)))


def scenario_name(conversation: str) -> str:
    """`call_` and the conversation's id, as the names of scenarios are written."""
    return "call_" + re.sub(r"[^a-z0-9]+", "_", conversation.lower()).strip("_")


def with_coverage(report: SuiteReport, pack: Pack) -> SuiteReport:
    """`report` with the steps, branches, policies, tools, slots and outcomes that its runs reached, and the others."""
    found = coverage(pack, (name for run in report.runs for name in run.reached))
    told: dict[str, Any] = {"share": round(found.share, 4), "covered": len(found.covered), "missing": found.missing}
    return msgspec.structs.replace(report, summary={**report.summary, "coverage": told})
