"""`voice-agent erase`: words and voice are gone from the disk, that there was a call is not."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import CORRECTED, FOUND, Cli


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_was_said_is_gone_and_the_call_is_not(own_cli: Cli) -> None:
    before = bytes_below(own_cli.data_dir)
    for conversation in (FOUND, CORRECTED):
        assert own_cli.stored("erase", conversation) == 0
    left = bytes_below(own_cli.data_dir)
    for words in (b"No, it's 5501 2479", b"5 5 0 1, 2 4 7 9", b"Maya Ferrin (verified)", b'"account":"55012479"'):
        assert words in before
        assert words not in left
    assert own_cli.stored("calls", "list", "--json") == 0
    rows = {row["id"]: row for row in own_cli.printed("call_list")["calls"]}
    assert rows[FOUND]["erased"]
    assert rows[FOUND]["caller"] == ""
    assert rows[FOUND]["outcomes"] == []


def test_the_recording_is_deleted(own_cli: Cli) -> None:
    assert own_cli.stored("erase", FOUND, "--json") == 0
    erased = own_cli.printed("erased")
    assert erased["audio_deleted"]
    assert erased["records"] > 50
    assert list((own_cli.data_dir / "audio").iterdir()) == []
    assert own_cli.stored("calls", "audio", FOUND) == 1


def test_it_may_be_done_twice(own_cli: Cli) -> None:
    assert own_cli.stored("erase", CORRECTED) == 0
    assert own_cli.out.startswith(f"{CORRECTED}: ")
    assert own_cli.stored("erase", CORRECTED, "--json") == 0
    assert not own_cli.printed("erased")["audio_deleted"]


def test_an_erased_call_can_still_be_shown(own_cli: Cli) -> None:
    assert own_cli.stored("erase", FOUND) == 0
    assert own_cli.stored("calls", "show", FOUND) == 0
    assert "erased: only times and kinds of records are left" in own_cli.out
    assert own_cli.stored("calls", "show", FOUND, "--json") == 0
    assert own_cli.printed("call_shown")["transcript"] == []
    assert own_cli.stored("calls", "show", FOUND, "--log") == 0
    assert '"body":null' in own_cli.out


def test_an_unknown_id_is_an_error(own_cli: Cli) -> None:
    assert own_cli.stored("erase", "nobody", "--json") == 1
    assert own_cli.printed("error")["error"]["code"] == "unknown_conversation"
