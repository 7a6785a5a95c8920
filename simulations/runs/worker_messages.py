"""What a suite and the processes that play its runs say to each other, as MessagePack. Data only. Pure.

suite:  Setting                        once, when the process starts
worker: Opened                         its agent is open
suite:  PlayRun                        one at a time
worker: RunFinished                    then it waits for the next one, until its end of the line is closed
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from simulations.held_world import Latencies
from simulations.runs.records import Level, RunKey, RunRecord
from simulations.scenario import Scenario
from voice_agent.config import Config

Engines: TypeAlias = Literal["scripted", "real"]


class Setting(msgspec.Struct, frozen=True, tag=True):
    """What a worker plays: the agent in `folder`, which must still have `digest`.

    `config` has a data directory for simulations alone. `audio` is where recordings are put, None to keep none.
    `latencies` are what parts take in virtual time, None for the usual. `minds` is where what thinking callers said is
    kept and played back from.
    """

    folder: str
    digest: str
    level: Level
    engines: Engines
    config: Config
    audio: str | None = None
    latencies: Latencies | None = None
    minds: str | None = None


class PlayRun(msgspec.Struct, frozen=True, tag=True):
    """`scenario` is whom the run is of where the agent's folder has no such scenario, such as a changed one."""

    key: RunKey
    scenario: Scenario | None = None


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The worker can play."""


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The worker can't play anything, and why; it ends."""

    code: str
    message: str
    hint: str | None = None


class RunFinished(msgspec.Struct, frozen=True, tag=True):
    record: RunRecord


ToWorker: TypeAlias = Setting | PlayRun
FromWorker: TypeAlias = Opened | Refused | RunFinished

_FROM_WORKER = msgspec.msgpack.Decoder[FromWorker](FromWorker)
_TO_WORKER = msgspec.msgpack.Decoder[ToWorker](ToWorker)


def encoded(message: ToWorker | FromWorker) -> bytes:
    return msgspec.msgpack.encode(message)


def from_worker(data: bytes) -> FromWorker:
    """Raises msgspec.DecodeError."""
    message: FromWorker = _FROM_WORKER.decode(data)
    return message


def to_worker(data: bytes) -> ToWorker:
    """Raises msgspec.DecodeError."""
    message: ToWorker = _TO_WORKER.decode(data)
    return message
