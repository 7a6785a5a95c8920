"""The agent folders and settings that conversations were made with, as the store keeps them under their digests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from voice_agent.agent.core import build_core
from voice_agent.agent.explaining import explain
from voice_agent.agent.orchestrator import Orchestrator
from voice_agent.config import Config, TurnsConfig
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.notes import Explanation, Watch
from voice_agent.conversation.records import Header, Record
from voice_agent.errors import AgentFolderError, StoreError
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.stores.sqlite import StoreReader

PACKS: Final = 8
"""Compiled folders that are kept at hand."""


class KeptInputs:
    """Of one data directory."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._data_dir = Path(config.store.data_dir)
        self._packs: dict[str, Pack] = {}

    def pack(self, header: Header) -> Pack:
        """The agent folder that a log was made with. Raises StoreError where it can't be found."""
        digest = header.folder_digest
        if digest not in self._packs:
            if len(self._packs) >= PACKS:
                self._packs.clear()
            self._packs[digest] = load(self.folder(digest))
        return self._packs[digest]

    def turns(self, header: Header) -> TurnsConfig:
        """The turn-taking settings that a log was made with."""
        if header.configuration_digest == self._config.digest():
            return self._config.turns
        with StoreReader(self._data_dir) as reader:
            kept = reader.artifact(header.configuration_digest)
        return msgspec.convert(kept["turns"], TurnsConfig)

    def folder(self, digest: str) -> dict[str, str]:
        with StoreReader(self._data_dir) as reader:
            return msgspec.convert(reader.artifact(digest), dict[str, str])

    def core(self, header: Header, records: Sequence[Record], watch: Watch | None = None) -> Orchestrator:
        """A fresh core like the one that wrote the log."""
        recorded = any(isinstance(record.entry, CallStarted) and record.entry.recorded for record in records)
        return build_core(self.pack(header), self.turns(header), header.conversation, recorded=recorded, watch=watch)

    def explain(self, header: Header, records: Sequence[Record]) -> Explanation:
        """What the journeys looked at; "unknown" where what they were is not kept or can't be read any more."""
        try:
            self.pack(header)
            self.turns(header)
        except (StoreError, AgentFolderError, msgspec.ValidationError):
            return Explanation("unknown")
        return explain(records, lambda watch: self.core(header, records, watch))
