"""`voice-agent calls`: what there is, what was said, and where the sound is."""

from __future__ import annotations

import wave
from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import CORRECTED, FOUND, SILENT, Cli
from tests.histories.record import header_of
from voice_agent.conversation import events as ev
from voice_agent.conversation.records import decode_log, record_of
from voice_agent.stores.sqlite import Store


def test_list_names_conversations_newest_first(cli: Cli) -> None:
    assert cli.stored("calls", "list", "--json") == 0
    rows = cli.printed("call_list")["calls"]
    assert [row["id"] for row in rows] == [SILENT, CORRECTED, FOUND]
    assert rows[2]["outcomes"] == ["track_order.resolved"]
    assert [row["turns"] for row in rows] == [0, 6, 4]
    assert {row["ended_by"] for row in rows} == {"agent"}
    assert cli.err == ""


def test_list_is_what_calls_does_by_itself_one_line_each(cli: Cli) -> None:
    assert cli.stored("calls", "--limit", "2") == 0
    lines = cli.out.splitlines()
    assert [line.split()[0] for line in lines] == [SILENT, CORRECTED]
    assert "no outcome" in lines[0]
    assert "track_order.resolved, conversation.transferred" in lines[1]


def test_list_of_an_empty_store_says_so(own_cli: Cli, tmp_path: Path) -> None:
    Store(tmp_path / "empty").close()
    assert own_cli("calls", "list", "--data-dir", tmp_path / "empty") == 0
    assert own_cli.out == "no conversations yet\n"


def test_show_tells_the_whole_call(cli: Cli) -> None:
    assert cli.stored("calls", "show", FOUND, "--json") == 0
    shown = cli.printed("call_shown")
    assert [line["text"] for line in shown["transcript"] if line["who"] == "caller"] == [
        "Where is my order?",
        "5501 2479",
        "Yes.",
        "No, goodbye.",
    ]
    assert [line["at_us"] for line in shown["transcript"]] == sorted(line["at_us"] for line in shown["transcript"])
    assert [(tool["tool"], tool["error"]) for tool in shown["tools"]] == [("find_customer", None), ("get_order", None)]
    assert shown["outcomes"][0]["evidence"] == ["get_order.ok call 2"]
    assert [turn["turn"] for turn in shown["latency"]] == [1, 2, 3, 4]
    for turn in shown["latency"]:
        stages = ("endpoint_us", "understanding_us", "deciding_us", "synthesis_us", "playout_us")
        assert turn["total_us"] == sum(turn[stage] for stage in stages)
        assert 300_000 < turn["total_us"] < 1_500_000
    assert shown["audio"].endswith(f"{FOUND}.wav")


def test_the_list_says_which_are_calls(cli: Cli) -> None:
    assert cli.stored("calls", "list") == 0
    line = next(line for line in cli.out.splitlines() if line.startswith(FOUND))
    assert line.split()[2] == "phone"


def test_show_prints_it_for_people(cli: Cli) -> None:
    assert cli.stored("calls", "show", CORRECTED) == 0
    assert "caller  No, it's 5501 2479." in cli.out
    assert "tool  get_order(order='48213'" in cli.out
    assert "outcome   track_order: resolved  (evidence: get_order.ok call 3)" in cli.out
    assert "transfer  to callbacks" in cli.out
    assert "latency   turn 1:" in cli.out


def test_the_log_is_what_replay_and_programs_read(cli: Cli) -> None:
    assert cli.stored("calls", "show", FOUND, "--log") == 0
    header, records = decode_log(cli.out.encode(), name="stdout")
    assert header.conversation == FOUND
    assert records[-1].tag == "call_ended"


def test_audio_names_the_recording(cli: Cli) -> None:
    assert cli.stored("calls", "audio", FOUND) == 0
    path = cli.out.strip()
    assert cli.stored("calls", "audio", FOUND, "--json") == 0
    shown = cli.printed("audio_shown")
    assert shown["path"] == path
    with wave.open(path, "rb") as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8_000)
        assert shown["seconds"] == file.getnframes() / 8_000
    assert 20 < shown["seconds"] < 40


def test_a_call_without_a_recording_says_why(cli: Cli) -> None:
    assert cli.stored("calls", "audio", SILENT) == 1
    line, hint = cli.complaint()
    assert line == f"voice-agent calls: {SILENT} has no recording"
    assert "erased" in hint


def test_an_unknown_id_is_an_error_with_a_hint(cli: Cli) -> None:
    assert cli.stored("calls", "show", "nobody", "--json") == 1
    assert cli.printed("error")["error"]["code"] == "unknown_conversation"
    line, hint = cli.complaint()
    assert "no conversation 'nobody'" in line
    assert "calls list" in hint


def test_the_latest_needs_no_id(cli: Cli) -> None:
    assert cli.stored("calls", "list", "--limit", "1", "--json") == 0
    newest = cli.printed("call_list")["calls"][0]["id"]
    assert cli.stored("calls", "show", "latest", "--json") == 0
    assert cli.printed("call_shown")["call"]["id"] == newest


@pytest.mark.parametrize("what", ["show", "audio"])
def test_show_and_audio_need_an_id(cli: Cli, what: str) -> None:
    assert cli.stored("calls", what) == 2
    assert "the following arguments are required: ID" in cli.complaint()[0]


def test_options_may_stand_anywhere(cli: Cli) -> None:
    for line in (
        ("calls", "--data-dir", cli.data_dir, "--json", "show", FOUND),
        ("calls", "show", "--data-dir", cli.data_dir, FOUND, "--json"),
        ("calls", "--json", "show", FOUND, "--data-dir", cli.data_dir),
    ):
        assert cli(*line) == 0
        assert cli.printed("call_shown")["call"]["id"] == FOUND


def test_a_data_directory_without_a_store_is_an_error(cli: Cli, tmp_path: Path) -> None:
    assert cli("calls", "list", "--data-dir", tmp_path / "nowhere") == 1
    line, hint = cli.complaint()
    assert "does not exist" in line
    assert "--data-dir" in hint
    assert not (tmp_path / "nowhere").exists()


def test_a_trace_says_why_each_word_was_said(cli: Cli) -> None:
    assert cli.stored("calls", "show", FOUND, "--trace", "--json") == 0
    shown = cli.printed("trace")
    assert shown["id"] == FOUND
    assert shown["turns"][0]["said"][0]["purpose"] == "greeting"
    assert cli.stored("calls", "show", FOUND, "--trace") == 0
    assert "start_journey" in cli.out


def test_show_says_how_the_line_was(own_cli: Cli) -> None:
    line = ev.MediaQuality(1_900, 90, 10, 1_880, 110, 12_400, 80_000, 84_000, 3, 3.52)
    started = ev.CallStarted("phone", "sip:1@x", "sip:2@x", "2026-03-04T13:00:00.000+00:00")
    store = Store(own_cli.data_dir)
    store.begin(msgspec.structs.replace(header_of("bad-line"), civil_start=started.civil_start))
    entries: tuple[ev.AnyEvent, ...] = (started, line, ev.CallEnded("caller", "BYE"))
    for seq, entry in enumerate(entries, start=1):
        store.write("bad-line", record_of(seq, 20_000 * seq, entry))
    store.close()
    assert own_cli.stored("calls", "show", "bad-line", "--json") == 0
    assert own_cli.printed("call_shown")["quality"] == msgspec.structs.asdict(line)
    assert own_cli.stored("calls", "show", "bad-line") == 0
    assert (
        "line      1900 packets, 90 lost, 10 late, 110 of 1990 frames concealed, jitter 12.4 ms, "
        "round trip 84 ms, estimated MOS 3.52"
    ) in own_cli.out
