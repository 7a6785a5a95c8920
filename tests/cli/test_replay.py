"""`voice-agent replay`: the same decisions again, or the first that differs."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from tests.agent.core_script import EXAMPLE
from tests.cli.conftest import CORRECTED, FOUND, SILENT, Cli
from voice_agent.conversation import actions as act
from voice_agent.conversation.records import Header, Record, decode_log, encode_log


def log_of(cli: Cli, conversation: str) -> tuple[Header, list[Record]]:
    assert cli.stored("calls", "show", conversation, "--log") == 0
    return decode_log(cli.out.encode(), name="stdout")


def saved(path: Path, header: Header, records: list[Record]) -> Path:
    path.write_bytes(encode_log(header, records))
    return path


def test_one_conversation_is_decided_the_same_again(cli: Cli) -> None:
    assert cli.stored("replay", FOUND) == 0
    assert cli.out.splitlines()[0].endswith("same")
    assert cli.out.splitlines()[-1] == "1 replayed, 0 diverged"


def test_all_conversations_are_decided_the_same_again(cli: Cli) -> None:
    assert cli.stored("replay", "--all", "--json") == 0
    report = cli.printed("replay_report")
    assert report["ok"]
    assert [(one["id"], one["verdict"]) for one in report["replayed"]] == [
        (SILENT, "same"),
        (CORRECTED, "same"),
        (FOUND, "same"),
    ]
    assert all(one["records"] > 10 for one in report["replayed"])


def test_a_log_file_is_replayed_with_the_inputs_that_the_store_kept(cli: Cli, tmp_path: Path) -> None:
    path = saved(tmp_path / "call.jsonl", *log_of(cli, FOUND))
    assert cli.stored("replay", path, "--json") == 0
    assert cli.printed("replay_report")["replayed"][0]["verdict"] == "same"


def test_a_log_file_from_elsewhere_is_replayed_with_its_agent_folder(cli: Cli, tmp_path: Path) -> None:
    path = saved(tmp_path / "call.jsonl", *log_of(cli, FOUND))
    assert cli("replay", path, "--agent", EXAMPLE, "--data-dir", tmp_path / "nowhere") == 0


def test_without_its_agent_folder_a_log_from_elsewhere_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = saved(tmp_path / "call.jsonl", *log_of(cli, FOUND))
    assert cli("replay", path, "--data-dir", tmp_path / "nowhere") == 1
    assert "does not exist" in cli.complaint()[0]


def test_another_agent_folder_is_refused(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(EXAMPLE, folder)
    agent = folder / "agent.yaml"
    agent.write_text(agent.read_text().replace("Goodbye.", "Bye."))
    assert cli.stored("replay", FOUND, "--agent", folder) == 1
    line, hint = cli.complaint()
    assert "the log was made with" in line
    assert "the very folder" in hint


@pytest.mark.parametrize("which", [0, 3, -1])
def test_an_altered_record_diverges_at_that_record(cli: Cli, tmp_path: Path, which: int) -> None:
    header, records = log_of(cli, FOUND)
    position = [at for at, record in enumerate(records) if isinstance(record.entry, act.Say)][which]
    entry = records[position].entry
    assert isinstance(entry, act.Say)
    said = msgspec.structs.replace(entry, clauses=("I never said that.",))
    records[position] = msgspec.structs.replace(records[position], entry=said)
    path = saved(tmp_path / "altered.jsonl", header, records)
    assert cli.stored("replay", path, "--json") == 1
    report = cli.printed("replay_report")
    assert not report["ok"]
    found = report["replayed"][0]["divergence"]
    assert found["seq"] == records[position].seq
    assert found["logged"]["clauses"] == ["I never said that."]
    assert found["replayed"]["clauses"] == list(entry.clauses)
    assert cli.stored("replay", path) == 1
    assert f"first difference: record {records[position].seq} " in cli.out
    assert cli.out.splitlines()[-1] == "1 replayed, 1 diverged"


def test_a_log_with_a_record_missing_is_refused(cli: Cli, tmp_path: Path) -> None:
    header, records = log_of(cli, FOUND)
    path = saved(tmp_path / "gap.jsonl", header, [*records[:4], *records[5:]])
    assert cli.stored("replay", path, "--json") == 1
    assert cli.printed("error")["error"]["code"] == "log_corrupt"
    assert "record 6 found where 5 was expected" in cli.complaint()[0]


def test_a_file_that_is_no_log_is_refused_by_line(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello\n")
    assert cli.stored("replay", path) == 1
    assert f"{path}:1: not a log header" in cli.complaint()[0]


def test_an_erased_conversation_says_that_it_is(own_cli: Cli) -> None:
    assert own_cli.stored("erase", FOUND) == 0
    assert own_cli.stored("replay", FOUND, "--json") == 0
    assert own_cli.printed("replay_report")["replayed"][0]["verdict"] == "erased"


def test_settings_of_the_call_are_used_not_those_of_today(cli: Cli, tmp_path: Path) -> None:
    settings = tmp_path / "other.toml"
    settings.write_text("[turns]\nsilence_ms = 3000\n")
    assert cli.stored("replay", SILENT, "--config", settings) == 0


def test_the_latest_is_replayed_without_its_id(cli: Cli) -> None:
    assert cli.stored("calls", "list", "--limit", "1", "--json") == 0
    newest = cli.printed("call_list")["calls"][0]["id"]
    assert cli.stored("replay", "latest", "--json") in (0, 1)
    assert [found["id"] for found in cli.printed("replay_report")["replayed"]] == [newest]


def test_what_to_replay_must_be_said_once(cli: Cli) -> None:
    for arguments in ((), (FOUND, "--all")):
        assert cli.stored("replay", *arguments) == 2
        line, hint = cli.complaint()
        assert line == "voice-agent replay: replay needs an ID, a FILE or --all"
        assert "calls list" in hint


def test_an_unknown_id_is_an_error(cli: Cli) -> None:
    assert cli.stored("replay", "nobody") == 1
    assert "no conversation 'nobody'" in cli.complaint()[0]
