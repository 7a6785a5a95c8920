"""Calls of the past are decided as they were: every history here replays, and an altered one is found out."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.histories.record import AGENTS, FOLDER, SETTINGS
from voice_agent.agent.core import build_core
from voice_agent.agent.orchestrator import Orchestrator
from voice_agent.agent.replay import replay
from voice_agent.config import TurnsConfig
from voice_agent.conversation import actions as act
from voice_agent.conversation.actions import AnyAction
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.records import Header, Record, decode_log, encode_log
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack

HISTORIES = sorted(FOLDER.glob("*.jsonl"))


@cache
def history(path: Path) -> tuple[Header, list[Record]]:
    return decode_log(path.read_bytes(), name=path.name)


@cache
def pack(digest: str) -> Pack:
    return load(msgspec.json.decode((AGENTS / f"{digest}.json").read_bytes(), type=dict[str, str]))


def settings(digest: str) -> TurnsConfig:
    kept: dict[str, Any] = msgspec.json.decode((SETTINGS / f"{digest}.json").read_bytes())
    return msgspec.convert(kept["turns"], TurnsConfig)


def core_of(header: Header, records: list[Record]) -> Orchestrator:
    recorded = any(isinstance(record.entry, CallStarted) and record.entry.recorded for record in records)
    turns = settings(header.configuration_digest)
    return build_core(pack(header.folder_digest), turns, header.conversation, recorded=recorded)


def altered(action: AnyAction) -> AnyAction:
    """Another action, as near to it as can be."""
    for name, value in msgspec.structs.asdict(action).items():
        match value:
            case str():
                return msgspec.structs.replace(action, **{name: f"{value}."})
            case bool():
                continue
            case int():
                return msgspec.structs.replace(action, **{name: value + 1})
            case _:
                continue
    return act.HangUp("altered")


def test_there_are_histories() -> None:
    assert len(HISTORIES) >= 4


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_history_is_decided_as_it_was(path: Path) -> None:
    header, records = history(path)
    result = replay(records, core_of(header, records))
    assert result.divergence is None, "if it was changed on purpose: python -m tests.histories.record"
    assert result.verdict == "same"
    assert result.records == len(records)


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_any_altered_action_is_found_at_its_record(path: Path) -> None:
    header, records = history(path)
    actions = [position for position, record in enumerate(records) if record.kind == "action"]
    assert actions
    for position in actions:
        entry = records[position].entry
        assert isinstance(entry, AnyAction)
        changed = msgspec.structs.replace(records[position], entry=altered(entry))
        found = replay([*records[:position], changed, *records[position + 1 :]], core_of(header, records)).divergence
        assert found is not None
        assert (found.seq, found.logged, found.replayed) == (records[position].seq, changed.entry, entry)


def as_kept(now: Any, then: Any) -> Any:
    """`now` without the fields that came into the vocabulary after `then` was kept."""
    match now, then:
        case dict(), dict():
            return {key: as_kept(now[key], value) for key, value in then.items() if key in now}
        case list(), list() if len(now) == len(then):
            return [as_kept(one, other) for one, other in zip(now, then, strict=True)]
        case _:
            return now


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_history_is_written_as_it_was_read(path: Path) -> None:
    header, records = history(path)
    written = [json.loads(line) for line in encode_log(header, records).splitlines()]
    kept = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert [as_kept(now, then) for now, then in zip(written, kept, strict=True)] == kept
    assert decode_log(encode_log(header, records), name=path.name) == (header, records)
    assert pack(header.folder_digest).digest == header.folder_digest
