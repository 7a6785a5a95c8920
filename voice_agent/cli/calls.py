"""`voice-agent calls`: what conversations there are, what was said in one, and its recording. Only reads."""

from __future__ import annotations

import argparse
import sys
import wave
from pathlib import Path

import msgspec

from voice_agent.app.kept_inputs import KeptInputs
from voice_agent.cli.options import config_of
from voice_agent.cli.output import AudioShown, CallList, CallShown, print_json
from voice_agent.cli.traces import print_trace
from voice_agent.cli.which_call import id_of
from voice_agent.conversation.records import Record, encode_log
from voice_agent.conversation.state import fold
from voice_agent.errors import StoreError
from voice_agent.insights.shown import (
    CallRow,
    QualityLine,
    latency_lines,
    outcome_lines,
    quality_line,
    tool_lines,
    transcript,
    transfer_lines,
)
from voice_agent.insights.trace import trace
from voice_agent.stores.recordings import audio_path
from voice_agent.stores.sqlite import StoreReader


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    data_dir = Path(config.store.data_dir)
    with StoreReader(data_dir) as reader:
        if options.what == "list":
            _list(reader, options)
            return 0
        options.id = id_of(reader, options.id)
        header, records = reader.read(options.id)
        if options.what == "audio":
            _audio(data_dir, options)
        elif options.log:
            sys.stdout.buffer.write(encode_log(header, records))
        elif options.trace:
            explanation = KeptInputs(config).explain(header, records)
            shown = trace(options.id, records, explanation, pause_us=config.turns.pause_ms * 1_000)
            (print_json if options.json else print_trace)(shown)
        else:
            row = reader.call(options.id).shown()
            _show(row, records, data_dir, options, pause_us=config.turns.pause_ms * 1_000)
    return 0


def _list(reader: StoreReader, options: argparse.Namespace) -> None:
    rows = [found.shown() for found in reader.calls(limit=options.limit)]
    if options.json:
        print_json(CallList(tuple(rows)))
        return
    if not rows:
        print("no conversations yet")
    for row in rows:
        outcomes = ", ".join(row.outcomes) if row.outcomes else "no outcome"
        length = f"{row.seconds:6.1f} s  {row.turns:2d} turns"
        print(f"{row.id}  {row.started[:19]}  {row.channel:5}  {length}  {_ending(row):18}  {outcomes}")


def _ending(row: CallRow) -> str:
    if row.erased:
        return "erased"
    if row.lost:
        return "lost with server"
    return "not ended" if row.ended_by is None else f"ended by {row.ended_by}"


def _show(row: CallRow, records: list[Record], data_dir: Path, options: argparse.Namespace, *, pause_us: int) -> None:
    state = fold(records)
    path = audio_path(data_dir, row.id)
    shown = CallShown(
        row,
        transcript(state),
        tool_lines(state),
        outcome_lines(state),
        transfer_lines(state),
        latency_lines(records, pause_us=pause_us),
        quality_line(state),
        str(path) if path.exists() else None,
    )
    if options.json:
        print_json(shown)
    else:
        _print_call(shown)


def _print_call(shown: CallShown) -> None:
    row = shown.call
    whose = (row.channel, row.caller) if row.caller else (row.channel,)
    print("  ".join((row.id, row.started, *whose, f"{row.seconds:.1f} s")))
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
    for at_us, text in sorted(lines, key=lambda line: line[0]):
        print(f"{at_us / 1_000_000:8.2f}  {text}")
    for outcome in shown.outcomes:
        print(f"outcome   {outcome.journey}: {outcome.outcome}  (evidence: {', '.join(outcome.evidence)})")
    for transfer in shown.transfers:
        print(f"transfer  to {transfer.target}, {transfer.reason}: {transfer.summary}")
    for turn in shown.latency:
        stages = f"endpoint {turn.endpoint_us // 1_000}, understanding {turn.understanding_us // 1_000}"
        saying = f"synthesis {turn.synthesis_us // 1_000}, playout {turn.playout_us // 1_000}"
        later = f"deciding {turn.deciding_us // 1_000}, {saying}"
        relevant = "nothing" if turn.relevant_us is None else f"{turn.relevant_us // 1_000} ms"
        beyond = "" if turn.relevant_us == turn.total_us else f"; first relevant audio: {relevant}"
        print(f"latency   turn {turn.turn}: {turn.total_us // 1_000} ms ({stages}, {later}){beyond}")
    if shown.quality is not None:
        print(f"line      {_line(shown.quality)}")
    if shown.audio is not None:
        print(f"audio     {shown.audio}")


def _line(quality: QualityLine) -> str:
    packets = f"{quality.received} packets, {quality.lost} lost, {quality.late} late"
    frames = f"{quality.concealed_frames} of {quality.played_frames + quality.concealed_frames} frames concealed"
    trip = "unknown" if quality.round_trip_us is None else f"{quality.round_trip_us / 1_000:.0f} ms"
    mos = "unknown" if quality.mos is None else f"{quality.mos:.2f}"
    return f"{packets}, {frames}, jitter {quality.jitter_us / 1_000:.1f} ms, round trip {trip}, estimated MOS {mos}"


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
