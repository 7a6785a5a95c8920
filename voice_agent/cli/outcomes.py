"""`voice-agent outcomes`: how journeys ended, on what evidence, and what is billed. Only reads."""

from __future__ import annotations

import argparse
import csv
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from voice_agent.agent.replay import replay, settled
from voice_agent.app.kept_inputs import KeptInputs
from voice_agent.app.outcome_rules import kept_rules
from voice_agent.cli.options import config_of
from voice_agent.cli.output import print_json
from voice_agent.conversation import actions as act
from voice_agent.conversation.records import Header, Record
from voice_agent.errors import AgentFolderError, StoreError
from voice_agent.insights.outcomes import Dated, OutcomeRow, OutcomeSum, evidence_holds, outcomes, sums
from voice_agent.stores.endings import endings_since
from voice_agent.stores.schema import connect_reading
from voice_agent.stores.sqlite import StoreReader

ALL: Final = -1


class OutcomeList(msgspec.Struct, frozen=True):
    """`outcomes list --json` and `outcomes export`: oldest first, as they stand at `as_of`."""

    as_of: str
    outcomes: tuple[OutcomeRow, ...]
    sums: tuple[OutcomeSum, ...]


class Recomputed(msgspec.Struct, frozen=True):
    """One conversation, decided again. `verdict`: "same"; "diverged", where other outcomes come out; "unsupported",
    where the log lacks evidence that they name; "unknown", where the folder or settings it was held with are gone."""

    conversation: str
    verdict: str
    outcomes: tuple[str, ...]


class RecomputeReport(msgspec.Struct, frozen=True):
    """`outcomes recompute --json`. `ok`: all are the same, or can't be decided again."""

    ok: bool
    conversations: tuple[Recomputed, ...]


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    inputs, data_dir = KeptInputs(config), Path(config.store.data_dir)
    since_ms = 0 if options.since is None else round(options.since.timestamp() * 1_000)
    with closing(connect_reading(data_dir)) as connection:
        found = list(endings_since(connection, since_ms, limit=ALL))
    if options.what == "recompute":
        return _recompute(found, inputs, data_dir, options)
    as_of = datetime.now(UTC) if options.as_of is None else options.as_of
    rules = kept_rules(inputs)
    rows = outcomes((Dated(header, records, rules(header)) for header, records in found), as_of)
    shown = OutcomeList(as_of.isoformat(timespec="seconds"), tuple(rows), sums(rows))
    if options.what == "export" and options.csv:
        _write_csv(rows)
    elif options.json or options.what == "export":
        print_json(shown)
    else:
        _print(shown)
    return 0


def _print(shown: OutcomeList) -> None:
    if not shown.outcomes:
        print("no outcomes yet")
    for row in shown.outcomes:
        note = f"reopened by {row.reopened_by}" if row.reopened_by is not None else row.status
        bill = f"{row.amount} {row.currency}" if row.billed else "not billed"
        print(f"{row.at}  {row.conversation}  {row.journey}.{row.outcome}  {note}  {bill}  ({', '.join(row.evidence)})")
    for each in shown.sums:
        print(
            f"sum  {each.journey}.{each.outcome}: {each.count} ({each.final} final, {each.pending} pending,"
            f" {each.reopened} reopened, {each.unsupported} unsupported), {each.billed} billed:"
            f" {each.amount} {each.currency}".rstrip()
        )


def _write_csv(rows: list[OutcomeRow]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(OutcomeRow.__struct_fields__)
    for row in rows:
        values = msgspec.structs.asdict(row)
        writer.writerow([_cell(" | ".join(value) if isinstance(value, tuple) else value) for value in values.values()])


def _cell(value: object) -> object:
    """A text that a spreadsheet would take for a formula is marked as text."""
    text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _recompute(
    found: list[tuple[Header, list[Record]]], inputs: KeptInputs, data_dir: Path, options: argparse.Namespace
) -> int:
    with StoreReader(data_dir) as reader:
        results = [_decided_again(inputs, *reader.read(header.conversation)) for header, _ in found]
    report = RecomputeReport(all(one.verdict in ("same", "unknown") for one in results), tuple(results))
    if options.json:
        print_json(report)
    else:
        for one in results:
            print(f"{one.conversation}  {one.verdict}  {', '.join(one.outcomes)}")
        print(f"{len(results)} recomputed, {sum(one.verdict not in ('same', 'unknown') for one in results)} differ")
    return 0 if report.ok else 1


def _decided_again(inputs: KeptInputs, header: Header, records: list[Record]) -> Recomputed:
    ended = [record.entry for record in records if isinstance(record.entry, act.RecordOutcome)]
    names = tuple(f"{one.journey}.{one.outcome}" for one in ended)
    try:
        verdict = replay(settled(records), inputs.core(header, records)).verdict
    except (StoreError, AgentFolderError, msgspec.ValidationError):
        return Recomputed(header.conversation, "unknown", names)
    if verdict == "same" and not all(evidence_holds(one.evidence, records) for one in ended):
        return Recomputed(header.conversation, "unsupported", names)
    return Recomputed(header.conversation, verdict, names)
