"""A server whose calls come and go, in a process of its own, that says what it holds: a line in, a JSON object out.

    look                  {"rss_kib", "descriptors", "threads", "tasks", "lost"}
    dial URI COUNT RATE   {"talked", "other"} once COUNT calls, RATE a second, are over
    stop

Usage: python -m benchmarks.churned_server DATA_DIR AGENT; the first line is {"sip"}, the URI to call.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Final

import uvloop

from voice_agent.app.logs import log_to_stderr
from voice_agent.app.running_server import Server
from voice_agent.app.server import open_server
from voice_agent.app.storage import storage_readings
from voice_agent.config import CallsConfig, ChatConfig, Config, HttpConfig, SipConfig, SpeechConfig, StoreConfig
from voice_agent.errors import CallFailed

LIMIT: Final = 200


def settings(data_dir: Path) -> Config:
    """Doubles for all engines: what is watched is the worker."""
    return Config(
        sip=SipConfig(port=0),
        http=HttpConfig(port=0),
        chat=ChatConfig(enabled=False),
        speech=SpeechConfig("scripted", "scripted", "scripted", "scripted"),
        store=StoreConfig(data_dir=str(data_dir)),
        calls=CallsConfig(limit=LIMIT, max_busy_percent=0),  # of short calls the greeting, made in advance, is all
    )


def look(server: Server) -> dict[str, int]:
    """What this process holds, garbage collected before, and how many records were lost."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return {
        "rss_kib": pages * os.sysconf("SC_PAGE_SIZE") // 1_024,
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
        "lost": int(storage_readings(server.opened.store, server.recordings)["store_lost"][1]),
    }


async def dial(server: Server, uri: str, count: int, rate: float) -> dict[str, int]:
    """Places `count` calls and waits for the end of all."""
    outcomes: Counter[str] = Counter()

    async def one() -> None:
        try:
            outcomes[(await server.dial(uri, ring_s=10.0, progress=_ignore)).outcome] += 1
        except CallFailed:
            outcomes["refused"] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(one())
            await asyncio.sleep(1 / rate)
    return {"talked": outcomes["talked"], "other": count - outcomes["talked"]}


async def main(data_dir: Path, agent: Path) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with open_server(agent, settings(data_dir)) as server, asyncio.TaskGroup() as group:
        gc.collect()
        gc.freeze()  # as the product does; and a look is short
        _answer({"sip": server.sip_uri})
        while (line := (await reader.readline()).decode().split()) and line != ["stop"]:
            if line == ["look"]:
                _answer(look(server))
            else:
                group.create_task(_dial_and_tell(server, line[1], int(line[2]), float(line[3])))


async def _dial_and_tell(server: Server, uri: str, count: int, rate: float) -> None:
    _answer(await dial(server, uri, count, rate))


def _ignore(code: int) -> None:
    """It rings."""


def _answer(what: dict[str, int] | dict[str, str]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    log_to_stderr()
    uvloop.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
