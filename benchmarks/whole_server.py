"""As `capacity_server`, with conversations that lead somewhere: desk, understanding, tools and store are the product's.

Only the engines are doubles (`whole_calls`), as if they were on other machines.
Usage: python -m benchmarks.whole_server FOLDER CORE SPEECH; SPEECH is the file of mu-law octets that callers send.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop

from benchmarks.capacity_server import PlacedLines, answering
from benchmarks.server_process import EXAMPLE
from benchmarks.whole_calls import KnowingRecogniser, RememberingEmbedder, RememberingSynthesiser
from models.catalog import VOICE_ACTIVITY, Loading
from models.weights import WeightsStore
from telephony.codecs.g711 import PCMU
from voice_agent.app.admission import Readings
from voice_agent.app.desk import CallDesk, Line, LiveCall, Office
from voice_agent.app.metrics import Metrics
from voice_agent.app.office import open_agent
from voice_agent.app.server import SWITCH_S
from voice_agent.channels.phone_call import Caller, CallLine
from voice_agent.clock import MonotonicClock
from voice_agent.config import CallsConfig, Config, SpeechConfig, StoreConfig
from voice_agent.conversation.actions import RecordOutcome
from voice_agent.stores.recordings import Recordings


class WholeDesk(CallDesk):
    """The product's desk, which counts who got what they called for."""

    def __init__(self, office: Office, group: asyncio.TaskGroup) -> None:
        super().__init__(office, group)
        self.lines: PlacedLines = {}
        self.served = 0
        self.unserved = 0

    def open(self, caller: Caller, line: Line) -> LiveCall:
        live = super().open(caller, line)
        if isinstance(line, CallLine):
            self.lines[caller.sip_call_id] = (line, live.session)
        return live

    def line_ended(self, caller: Caller) -> None:
        placed = self.lines.pop(caller.sip_call_id, None)
        if placed is not None:
            entries = [record.entry for record in placed[1].driver.log.read()]
            if any(isinstance(entry, RecordOutcome) and entry.outcome == "resolved" for entry in entries):
                self.served += 1
            else:
                self.unserved += 1
        super().line_ended(caller)


@asynccontextmanager
async def open_desk(folder: Path, sound: bytes, group: asyncio.TaskGroup) -> AsyncIterator[WholeDesk]:
    """`sound` in mu-law."""
    config = Config(
        speech=SpeechConfig(embedder="scripted"),
        calls=CallsConfig(limit=1_000, max_busy_percent=0),
        store=StoreConfig(data_dir=str(folder)),
    )
    recordings = Recordings(folder)
    try:
        async with open_agent(EXAMPLE, config, RememberingEmbedder(), MonotonicClock()) as opened:
            office = Office(
                config,
                opened.pack,
                opened.world,
                KnowingRecogniser(PCMU.decode(sound)),
                RememberingSynthesiser(),
                VOICE_ACTIVITY["silero"].load(Loading(WeightsStore(folder / "cache"))),
                recordings.start,
                Metrics(dict),
                lambda: Readings(ports_free=1_000),
            )
            desk = WholeDesk(office, group)
            yield desk
            desk.end_all("the benchmark is over")
            await desk.drained()
    finally:
        await asyncio.to_thread(recordings.close)


async def main(folder: Path, sound: bytes) -> None:
    async with asyncio.TaskGroup() as group, open_desk(folder, sound, group) as desk:
        await answering(desk)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[2])})
    sys.setswitchinterval(SWITCH_S)
    uvloop.run(main(Path(sys.argv[1]), Path(sys.argv[3]).read_bytes()))
