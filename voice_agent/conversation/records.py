"""The log's written form: one JSON object a line, a header first (`docs/contracts.md`).

    {"v":1,"conversation":"c-0001",...}
    {"v":1,"seq":1,"t_us":0,"kind":"event","tag":"call_started","body":{...}}

Decides nothing; refuses whatever it doesn't know, because a record that is skipped can't be replayed.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias, cast

import msgspec

from voice_agent.conversation.actions import Action, AnyAction
from voice_agent.conversation.events import AnyEvent
from voice_agent.errors import LogCorrupt

VERSION: Final = 1

Entry: TypeAlias = AnyEvent | AnyAction


class Header(msgspec.Struct, frozen=True):
    """The first line of a log. Digests are SHA-256 in hexadecimal; `civil_start` is ISO 8601 with offset."""

    v: int
    conversation: str
    channel: Literal["phone", "text"]
    agent: str
    folder_digest: str
    configuration_digest: str
    seed: int
    civil_start: str


class Record(msgspec.Struct, frozen=True, gc=False):
    """One event or action, at `t_us` microseconds of its conversation; `seq` counts from 1 without a gap.

    `entry` is None for a record that was erased: its place and tag stay, its content is gone.
    """

    seq: int
    t_us: int
    tag: str
    kind: Literal["event", "action"]
    entry: Entry | None


class _Line(msgspec.Struct, frozen=True):
    v: int
    seq: int
    t_us: int
    kind: Literal["event", "action"]
    tag: str
    body: dict[str, Any] | None


_TAGGED: Final[dict[str, type[Any]]] = {"event": cast(type[Any], AnyEvent), "action": cast(type[Any], AnyAction)}
_ENCODER: Final = msgspec.json.Encoder()
_LINE: Final = msgspec.json.Decoder(_Line, strict=True)


def record_of(seq: int, t_us: int, entry: Entry) -> Record:
    """The record of `entry`, its tag and kind read off its type."""
    kind: Literal["event", "action"] = "action" if isinstance(entry, Action) else "event"
    return Record(seq, t_us, tag_of(entry), kind, entry)


def tag_of(entry: Entry) -> str:
    """The name under which `entry` is logged."""
    tag = type(entry).__struct_config__.tag
    return str(tag)


def body_of(record: Record) -> bytes | None:
    """The JSON object of a record's content, without its tag; None where it was erased."""
    if record.entry is None:
        return None
    body = msgspec.to_builtins(record.entry)
    del body["tag"]
    return _ENCODER.encode(body)


def encode_record(record: Record) -> bytes:
    """One line, without the line feed."""
    body = body_of(record)
    line = _Line(
        VERSION, record.seq, record.t_us, record.kind, record.tag, None if body is None else msgspec.json.decode(body)
    )
    return _ENCODER.encode(line)


def decode_body(kind: str, tag: str, body: dict[str, Any] | None, *, place: str) -> Entry | None:
    """The event or action that `body` holds. `place` is put in front of the error's message.

    Raises LogCorrupt for an unknown tag or a body that doesn't fit it.
    """
    if body is None:
        return None
    try:
        return cast(Entry, msgspec.convert({**body, "tag": tag}, _TAGGED[kind], strict=True))
    except (msgspec.ValidationError, KeyError) as problem:
        raise LogCorrupt(
            f"{place}: {kind} {tag!r} can't be read: {problem}",
            hint="the log was written by another version or was altered; `voice-agent replay` of that version reads it",
        ) from problem


def decode_record(line: bytes, *, place: str) -> Record:
    """The inverse of `encode_record`. Raises LogCorrupt with `place` (such as `calls.jsonl:7`) in front."""
    try:
        raw = _LINE.decode(line)
    except msgspec.DecodeError as problem:
        raise LogCorrupt(f"{place}: not a log record: {problem}") from problem
    if raw.v != VERSION:
        raise LogCorrupt(f"{place}: record version {raw.v}, this program reads {VERSION}")
    entry = decode_body(raw.kind, raw.tag, raw.body, place=place)
    return Record(raw.seq, raw.t_us, raw.tag, raw.kind, entry)


def encode_log(header: Header, records: list[Record]) -> bytes:
    """A whole log as JSON lines, ending in a line feed."""
    lines = [_ENCODER.encode(header), *(encode_record(record) for record in records)]
    return b"\n".join(lines) + b"\n"


def decode_log(data: bytes, *, name: str) -> tuple[Header, list[Record]]:
    """The inverse of `encode_log`. Raises LogCorrupt, naming `name` and the line, also where a record is missing."""
    lines = data.splitlines()
    if not lines:
        raise LogCorrupt(f"{name}: empty; a log begins with a header line")
    try:
        header = msgspec.json.decode(lines[0], type=Header)
    except msgspec.DecodeError as problem:
        raise LogCorrupt(f"{name}:1: not a log header: {problem}") from problem
    records = [decode_record(line, place=f"{name}:{number}") for number, line in enumerate(lines[1:], start=2)]
    check_order(records, name=name)
    return header, records


def check_order(records: list[Record], *, name: str) -> None:
    """Raises LogCorrupt where sequence numbers have a gap or time goes back."""
    t_us = 0
    for expected, record in enumerate(records, start=1):
        if record.seq != expected:
            raise LogCorrupt(f"{name}: record {record.seq} found where {expected} was expected")
        if record.t_us < t_us:
            raise LogCorrupt(f"{name}: record {record.seq} is at {record.t_us} us, before the one that precedes it")
        t_us = record.t_us
