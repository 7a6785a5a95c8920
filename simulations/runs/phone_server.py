"""A server of a suite's own, whose data and whose tools' answers are put as each call's scenario says. A shell."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import wave
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from simulations.judging.key_tones import key_tones
from simulations.judging.rows import Tables
from simulations.judging.tables import read_tables
from simulations.runs.mocked import change_data
from simulations.runs.mocked_server import PROGRAM, CallMocks, Ready, put_mocks
from simulations.runs.server_process import serving
from simulations.scenario import Scenario
from voice_agent.config import PREFIX, Config, settings
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import Header, Record
from voice_agent.effects.database import AgentDatabase
from voice_agent.errors import StoreError
from voice_agent.stores.recordings import audio_path
from voice_agent.stores.sqlite import StoreReader

DATA: Final = "data"
LOG: Final = "server.log"
MOCKS: Final = "mocks.json"
POLL_S: Final = 0.1
SETTLE_S: Final = 10.0
_AGENT_FILES: Final = "artifacts"
"""A table of the store."""


class PhoneServer:
    """A running server that nobody else calls. `sip` is the URI to dial."""

    def __init__(self, sip: str, scratch: Path, seeded: Path, database: Path) -> None:
        self.sip: Final = sip
        self._scratch = scratch
        self._data_dir = scratch / DATA
        self._seeded = seeded
        self._database = database
        self._calls = 0

    @classmethod
    @asynccontextmanager
    async def start(cls, folder: Path, config: Config, scratch: Path) -> AsyncIterator[PhoneServer]:
        """With its data in `scratch`, and what `config` has in its caches. Raises CallFailed where it doesn't start."""
        data_dir, log, name = scratch / DATA, scratch / LOG, folder.resolve().name  # noqa: ASYNC240 - once
        seeded = await asyncio.to_thread(_prepared, folder, config, scratch, data_dir)
        given = {**os.environ, **environment(_on_free_ports(config).with_data_dir(str(data_dir)))}
        command = (PROGRAM, str(folder), "--mocks", str(scratch / MOCKS))
        async with serving(command, log, Ready, environment=given) as ready:
            yield cls(ready.sip, scratch, seeded, data_dir / f"{name}.db")

    async def put_back(self, scenario: Scenario) -> None:
        """The agent's data and tools as the run of `scenario` finds them. To be called while no call is up.

        Raises AgentFolderError for a table or column that isn't there.
        """
        civil_start = datetime.now().astimezone().isoformat()
        self._calls += 1
        mocks = CallMocks(self._calls, civil_start, scenario.mocks)
        await asyncio.to_thread(put_mocks, self._scratch / MOCKS, mocks)
        await asyncio.to_thread(_copied, self._seeded, self._database, scenario, civil_start)

    async def rows(self) -> Tables:
        """The agent's data as they are now."""
        return await asyncio.to_thread(read_tables, self._database)

    async def kept(self, conversation: str) -> tuple[tuple[str, bytes], ...]:
        """Where else something of a conversation may have been kept, by name: digits must be in none of it."""
        return await asyncio.to_thread(self._kept, conversation)

    def _kept(self, conversation: str) -> tuple[tuple[str, bytes], ...]:
        stores = sorted(path for path in self._data_dir.glob("*.db") if path != self._database)
        sinks = [
            ("the store", "".join(_written(path) for path in stores).encode()),
            ("the server's log", (self._scratch / LOG).read_bytes()),
        ]
        recording = audio_path(self._data_dir, conversation)
        if recording.exists():
            sinks.append(("the recording", tones_of(recording).encode()))
        return tuple(sinks)

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


def _written(store: Path) -> str:
    """All that is in `store`, but for the agent's own files, which are kept with it as they were before any call."""
    return repr({name: rows for name, rows in read_tables(store).items() if name != _AGENT_FILES})


def tones_of(recording: Path) -> str:
    """The keys that can be heard on the caller's side of a stereo recording."""
    with wave.open(str(recording), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return key_tones(samples[0::2].astype(np.int16))


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


def _on_free_ports(config: Config) -> Config:
    """Any that are free, and none for what nobody looks at."""
    replace = msgspec.structs.replace
    return replace(
        config,
        sip=replace(config.sip, port=0),
        http=replace(config.http, port=0),
        chat=replace(config.chat, port=0),
    )


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


def _copied(seeded: Path, database: Path, scenario: Scenario, civil_start: str) -> None:
    """In one transaction, under the connections that the server has open."""
    changed = seeded.with_suffix(".changed")
    shutil.copyfile(seeded, changed)
    if scenario.data:
        change_data(changed, scenario, civil_start)
    with (
        contextlib.closing(sqlite3.connect(changed)) as source,
        contextlib.closing(sqlite3.connect(database, timeout=10)) as target,
    ):
        source.backup(target)
