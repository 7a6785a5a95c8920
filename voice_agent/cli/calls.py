"""`voice-agent calls`: what conversations there are, what was said in one, and its recording. Only reads."""

from __future__ import annotations

import argparse
import sys
import wave
from pathlib import Path

import msgspec

from voice_agent.cli.options import config_of
from voice_agent.cli.output import (
    AudioShown,
    CallList,
    CallRow,
    CallShown,
    LatencyLine,
    Line,
    OutcomeLine,
    ToolLine,
    TransferLine,
    print_json,
)
from voice_agent.conversation.records import Header, Record, encode_log
from voice_agent.conversation.state import ConversationState, fold
from voice_agent.errors import StoreError
from voice_agent.insights.latency import TurnLatency, latencies
from voice_agent.stores.lost import is_lost
from voice_agent.stores.recordings import audio_path
from voice_agent.stores.sqlite import StoreReader


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    data_dir = Path(config.store.data_dir)
    with StoreReader(data_dir) as reader:
        if options.what == "list":
            _list(reader, options)
            return 0
        header, records = reader.read(options.id)
        if options.what == "audio":
            _audio(data_dir, options)
        elif options.log:
            sys.stdout.buffer.write(encode_log(header, records))
        else:
            row = _row(header, records, erased=reader.is_erased(options.id))
            _show(row, records, data_dir, options, pause_us=config.turns.pause_ms * 1_000)
    return 0


def _list(reader: StoreReader, options: argparse.Namespace) -> None:
    headers = reader.headers(limit=options.limit)
    rows = [
        _row(header, reader.read(header.conversation)[1], erased=reader.is_erased(header.conversation))
        for header in headers
    ]
    if options.json:
        print_json(CallList(tuple(rows)))
        return
    if not rows:
        print("no conversations yet")
    for row in rows:
        outcomes = ", ".join(row.outcomes) if row.outcomes else "no outcome"
        print(
            f"{row.id}  {row.started[:19]}  {row.seconds:6.1f} s  {row.turns:2d} turns  {_ending(row):18}  {outcomes}"
        )


def _ending(row: CallRow) -> str:
    if row.erased:
        return "erased"
    if row.lost:
        return "lost with server"
    return "not ended" if row.ended_by is None else f"ended by {row.ended_by}"


def _row(header: Header, records: list[Record], *, erased: bool) -> CallRow:
    state = fold(records)
    return CallRow(
        header.conversation,
        header.civil_start,
        header.channel,
        header.agent,
        "" if state.started is None else state.started.caller,
        round(state.last_us / 1_000_000, 3),
        len(state.caller_turns),
        tuple(f"{outcome.journey}.{outcome.outcome}" for outcome in state.outcomes),
        None if state.ended is None else state.ended.by,
        erased,
        is_lost(state.ended),
    )


def _show(row: CallRow, records: list[Record], data_dir: Path, options: argparse.Namespace, *, pause_us: int) -> None:
    state = fold(records)
    path = audio_path(data_dir, row.id)
    shown = CallShown(
        row,
        _transcript(state),
        tuple(
            ToolLine(use.asked_us, use.tool, use.arguments, use.result, use.error, use.took_us) for use in state.tools
        ),
        tuple(OutcomeLine(o.journey, o.outcome, o.evidence) for o in state.outcomes),
        tuple(TransferLine(t.target, t.reason, t.summary) for t in state.transfers),
        tuple(_latency(turn) for turn in latencies(records, pause_us=pause_us)),
        str(path) if path.exists() else None,
    )
    if options.json:
        print_json(shown)
    else:
        _print_call(shown)


def _transcript(state: ConversationState) -> tuple[Line, ...]:
    said = [
        Line(
            spoken.started_us,
            "agent",
            spoken.text,
            spoken.heard if spoken.heard != spoken.text else None,
        )
        for spoken in state.spoken
        if spoken.started_us is not None
    ]
    heard = [
        Line(turn.taken_us, "caller", turn.text if turn.keys == "" else f"[keys {turn.keys}] {turn.text}".strip())
        for turn in state.caller_turns
    ]
    return tuple(sorted([*said, *heard], key=lambda line: line.at_us))


def _latency(turn: TurnLatency) -> LatencyLine:
    return LatencyLine(**msgspec.structs.asdict(turn), total_us=turn.total_us)


def _print_call(shown: CallShown) -> None:
    row = shown.call
    print(f"{row.id}  {row.started}  {row.channel}  {row.caller}  {row.seconds:.1f} s")
    if row.erased:
        print("erased: only times and kinds of records are left")
    lines: list[tuple[int, str]] = []
    for line in shown.transcript:
        cut = "" if line.heard is None else f"   [heard: {line.heard!r}]"
        lines.append((line.at_us, f"{line.who:>7}  {line.text}{cut}"))
    for tool in shown.tools:
        result = tool.error if tool.error is not None else msgspec.json.encode(tool.result).decode()
        arguments = ", ".join(f"{key}={value!r}" for key, value in tool.arguments.items())
        lines.append((tool.at_us, f"   tool  {tool.tool}({arguments}) -> {result}"))
    for at_us, text in sorted(lines):
        print(f"{at_us / 1_000_000:8.2f}  {text}")
    for outcome in shown.outcomes:
        print(f"outcome   {outcome.journey}: {outcome.outcome}  (evidence: {', '.join(outcome.evidence)})")
    for transfer in shown.transfers:
        print(f"transfer  to {transfer.target}, {transfer.reason}: {transfer.summary}")
    for turn in shown.latency:
        stages = f"endpoint {turn.endpoint_us // 1_000}, understanding {turn.understanding_us // 1_000}"
        later = f"deciding {turn.deciding_us // 1_000}, synthesis {turn.synthesis_us // 1_000}"
        print(f"latency   turn {turn.turn}: {turn.total_us // 1_000} ms ({stages}, {later})")
    if shown.audio is not None:
        print(f"audio     {shown.audio}")


def _audio(data_dir: Path, options: argparse.Namespace) -> None:
    path = audio_path(data_dir, options.id)
    if not path.exists():
        raise StoreError(
            f"{options.id} has no recording",
            hint="it was not announced, was deleted after [store] retention_days, or was erased",
        )
    with wave.open(str(path), "rb") as file:
        seconds = file.getnframes() / file.getframerate()
    if options.json:
        print_json(AudioShown(options.id, str(path), seconds))
    else:
        print(path)
