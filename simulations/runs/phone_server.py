"""A server of a suite's own, started as anybody would start one, whose data can be put back between calls. A shell."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from simulations.runs.mocked import change_data
from simulations.runs.server_process import serving
from simulations.scenario import Scenario
from voice_agent.config import PREFIX, Config, settings
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Header, Record
from voice_agent.effects.database import AgentDatabase
from voice_agent.errors import StoreError
from voice_agent.stores.sqlite import StoreReader

POLL_S: Final = 0.1
SETTLE_S: Final = 10.0


class _Ready(msgspec.Struct):
    """What is needed of the first line of `serve --json`."""

    sip: str


class PhoneServer:
    """A running `voice-agent serve` that nobody else calls. `sip` is the URI to dial."""

    def __init__(self, sip: str, data_dir: Path, seeded: Path, database: Path) -> None:
        self.sip: Final = sip
        self._data_dir = data_dir
        self._seeded = seeded
        self._database = database

    @classmethod
    @asynccontextmanager
    async def start(cls, folder: Path, config: Config, scratch: Path) -> AsyncIterator[PhoneServer]:
        """With its data in `scratch`, and what `config` has in its caches. Raises CallFailed where it doesn't start."""
        data_dir, log, name = scratch / "data", scratch / "server.log", folder.resolve().name  # noqa: ASYNC240 - once
        seeded = await asyncio.to_thread(_prepared, folder, config, scratch, data_dir)
        given = {**os.environ, **environment(config.with_data_dir(str(data_dir)))}
        async with serving(folder, log, _Ready, environment=given) as ready:
            yield cls(ready.sip, data_dir, seeded, data_dir / f"{name}.db")

    async def put_back(self, scenario: Scenario) -> None:
        """The agent's data as the run of `scenario` finds it. To be called while no call is up.

        Raises AgentFolderError for a table or column that isn't there.
        """
        await asyncio.to_thread(_copied, self._seeded, self._database, scenario)

    def conversations(self) -> set[str]:
        """All that the server has had."""
        try:
            with StoreReader(self._data_dir) as reader:
                return {header.conversation for header in reader.headers(limit=1_000_000)}
        except StoreError:
            return set()

    async def log_of_other_than(self, known: set[str]) -> tuple[Header, list[Record]] | None:
        """The log of the conversation that is not among `known`, once it has ended; None where none comes in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                while True:
                    for conversation in self.conversations() - known:
                        with StoreReader(self._data_dir) as reader:
                            header, records = reader.read(conversation)
                        if any(isinstance(record.entry, ev.CallEnded) for record in records):
                            return header, records
                    await asyncio.sleep(POLL_S)
        return None


def environment(config: Config) -> dict[str, str]:
    """`config` as variables that a server reads, for what is not by default as it is."""
    default = settings()
    given: Mapping[str, Mapping[str, Any]] = {
        section: msgspec.to_builtins(value) for section, value in msgspec.structs.asdict(config).items()
    }
    return {
        f"{PREFIX}{section}_{key}".upper(): value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for section, values in given.items()
        for key, value in values.items()
        if value != default[section][key]
    }


def _prepared(folder: Path, config: Config, scratch: Path, data_dir: Path) -> Path:
    """Caches of earlier suites, so that nothing is learnt twice, and a database as it is at the beginning."""
    cache = Path(config.store.data_dir) / "cache"
    if cache.is_dir():
        shutil.copytree(cache, data_dir / "cache", dirs_exist_ok=True)
    seed = folder / "tools" / "seed.sql"
    database = AgentDatabase(scratch, "seeded", seed=seed if seed.exists() else None)
    database.prepare()
    database.close()
    return database.path


def _copied(seeded: Path, database: Path, scenario: Scenario) -> None:
    """In one transaction, under the connections that the server has open."""
    changed = seeded.with_suffix(".changed")
    shutil.copyfile(seeded, changed)
    if scenario.data:
        change_data(changed, scenario, datetime.now().astimezone().isoformat())
    with (
        contextlib.closing(sqlite3.connect(changed)) as source,
        contextlib.closing(sqlite3.connect(database, timeout=10)) as target,
    ):
        source.backup(target)
