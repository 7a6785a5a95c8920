"""`voice-agent replay`: decides a conversation again from its logged inputs, and says where the decisions part.

The agent folder and the configuration come from the store, where the server kept them under the digests that the log's
header names; for a log file from elsewhere, `--agent` names the folder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from voice_agent.agent.replay import Divergence, replay, settled
from voice_agent.app.agent_folder import read_folder
from voice_agent.app.kept_inputs import KeptInputs
from voice_agent.cli.options import config_of
from voice_agent.cli.output import DivergenceShown, Replayed, ReplayReport, print_json
from voice_agent.cli.which_call import id_of
from voice_agent.config import Config
from voice_agent.conversation.records import Header, Record, decode_log
from voice_agent.errors import StoreError, UsageError
from voice_agent.journeys.load import folder_digest
from voice_agent.stores.sqlite import StoreReader


class _Sources(KeptInputs):
    """Where the inputs of a replay are found: in the store, or in the folder that `--agent` names."""

    def __init__(self, options: argparse.Namespace, config: Config) -> None:
        super().__init__(config)
        self._store = Path(config.store.data_dir)
        self._files = None if options.agent is None else read_folder(options.agent)

    def reader(self) -> StoreReader:
        return StoreReader(self._store)

    def folder(self, digest: str) -> dict[str, str]:
        """Raises StoreError where it can't be found, or is another than the log was made with."""
        if self._files is None:
            return super().folder(digest)
        if folder_digest(self._files) != digest:
            raise StoreError(
                f"--agent has digest {folder_digest(self._files)[:12]}, the log was made with {digest[:12]}",
                hint="replay needs the very folder that the call was taken with",
            )
        return self._files


def run(options: argparse.Namespace) -> int:
    if options.all == (options.what is not None):
        raise UsageError("replay needs an ID, a FILE or --all", hint="`voice-agent calls list` shows the IDs")
    sources = _Sources(options, config_of(options))
    logs = _all_logs(sources) if options.all else [_one_log(options.what, sources)]
    results: list[Replayed] = []
    for number, (header, records) in enumerate(logs, start=1):
        if len(logs) > 20 and sys.stderr.isatty():
            print(f"\rreplaying {number} of {len(logs)}", end="", file=sys.stderr)
        results.append(_replay(header, records, sources))
        if not options.json:
            _print(results[-1])
    report = ReplayReport(all(result.verdict != "diverged" for result in results), tuple(results))
    if options.json:
        print_json(report)
    else:
        diverged = sum(result.verdict == "diverged" for result in results)
        print(f"{len(results)} replayed, {diverged} diverged")
    return 0 if report.ok else 1


def _all_logs(sources: _Sources) -> list[tuple[Header, list[Record]]]:
    with sources.reader() as reader:
        return [reader.read(header.conversation) for header in reader.headers(limit=1_000_000)]


def _one_log(what: str, sources: _Sources) -> tuple[Header, list[Record]]:
    path = Path(what)
    if path.is_file():
        return decode_log(path.read_bytes(), name=what)
    with sources.reader() as reader:
        return reader.read(id_of(reader, what))


def _replay(header: Header, records: list[Record], sources: _Sources) -> Replayed:
    if any(record.entry is None for record in records):
        return Replayed(header.conversation, "erased", len(records))
    machine = sources.core(header, records)
    result = replay(settled(records), machine)
    found = None if result.divergence is None else _shown(result.divergence)
    return Replayed(header.conversation, result.verdict, result.records, found)


def _shown(found: Divergence) -> DivergenceShown:
    def plain(action: object) -> dict[str, Any] | None:
        return None if action is None else msgspec.to_builtins(action)

    return DivergenceShown(found.seq, found.t_us, found.after_event, plain(found.logged), plain(found.replayed))


def _print(result: Replayed) -> None:
    print(f"{result.id}  {result.records} records  {result.verdict}")
    if result.divergence is not None:
        found = result.divergence
        print(f"  first difference: record {found.seq} at {found.t_us / 1_000_000:.3f} s, after {found.after_event}")
        print(f"    log     {found.logged}")
        print(f"    replay  {found.replayed}")
