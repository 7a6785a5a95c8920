"""Lists and single calls: what is in them, in what order, and what becomes of them when the log is special."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import CALLER, CORRECTED, ERASED, EXPIRED, FOUND, LIVE, Client, keep_history
from voice_agent.api.tokens import Role
from voice_agent.cli.main import main
from voice_agent.stores.schema import database_path
from voice_agent.stores.sqlite import Store, StoreReader, erase_records

ALL = [LIVE, EXPIRED, ERASED, CORRECTED, FOUND]
RECORDED = "order_is_found_in_a_recorded_call"


def ids(client: Client, target: str) -> list[str]:
    answer = client.get(target)
    assert answer.status == 200, answer.body
    return [one["id"] for one in answer.json["calls"]]


def test_calls_are_listed_newest_first_as_the_command_lists_them(
    client: Client, stored_calls: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client.get("/calls")
    assert [one["id"] for one in answer.json["calls"]] == ALL
    assert answer.json["next"] is None
    assert main(["calls", "list", "--json", "--data-dir", str(stored_calls)]) == 0
    assert capsys.readouterr().out == f'{{"calls":{_compact(answer.body)}}}\n'


def _compact(body: bytes) -> str:
    return body.decode().removeprefix('{"calls":').removesuffix(',"next":null}')


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("since=2026-03-04T12:00:00Z", [LIVE, EXPIRED, ERASED]),
        ("until=2026-03-04T12:00:00Z", [CORRECTED, FOUND]),
        ("since=2026-03-04T12:00:00%2B01:00&until=2026-03-04T12:00:00.000Z", [CORRECTED]),
        ("journey=track_order", [EXPIRED, CORRECTED, FOUND]),
        ("outcome=transferred", [CORRECTED]),
        ("journey=track_order&outcome=transferred", []),
        ("journey=conversation&outcome=transferred", [CORRECTED]),
        ("ended_by=agent", [EXPIRED, CORRECTED, FOUND]),
        ("ended_by=caller", []),
        ("channel=phone", ALL),
        ("channel=text", []),
        ("caller=%2B44163296", [LIVE, EXPIRED, CORRECTED, FOUND]),
        ("caller=EXAMPLE.ORG", [LIVE, EXPIRED, CORRECTED, FOUND]),
        ("caller=nobody", []),
    ],
)
def test_filters(client: Client, asked: str, found: list[str]) -> None:
    assert ids(client, f"/calls?{asked}") == found


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("since=yesterday", "query:since"),
        ("until=2026-03-04", "query:until"),
        ("limit=0", "query:limit"),
        ("limit=201", "query:limit"),
        ("limit=ten", "query:limit"),
        ("limit=5&limit=6", "query:limit"),
        ("cursor=5", "query:cursor"),
        ("ended_by=nobody", "query:ended_by"),
        ("channel=", "query:channel"),
        ("journey=", "query:journey"),
        (f"caller={'1' * 65}", "query:caller"),
        ("color=red", "query:color"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client: Client, asked: str, place: str) -> None:
    answer = client.get(f"/calls?{asked}")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json["code"], answer.json["place"]) == ("bad_parameter", place)
    assert answer.json["remedy"]
    assert answer.json["status"] == 400


def test_pages_neither_repeat_nor_miss_a_call_while_new_ones_come_in(
    tmp_path: Path, client_on: Callable[[Path], Client]
) -> None:
    store = Store(tmp_path)
    before = [f"c-{number}" for number in range(7)]
    for number, conversation in enumerate(before):
        # Some at the same instant: the order has to be total.
        keep_history(store, RECORDED, conversation, f"2026-03-04T10:00:0{number // 2}.000+00:00", records=3)
    store.close()
    client, seen, target = client_on(tmp_path), [], "/calls?limit=2"
    for number in range(20):
        page = client.get(target).json
        seen += [one["id"] for one in page["calls"]]
        if page["next"] is None:
            break
        target = f"/calls?limit=2&cursor={page['next']}"
        store = Store(tmp_path)
        keep_history(store, RECORDED, f"new-{number}", f"2026-03-05T10:00:0{number}.000+00:00", records=3)
        store.close()
    assert seen == sorted(before, reverse=True)
    assert client.get("/calls").json["calls"][0]["id"].startswith("new-")


def test_a_cursor_and_a_time_both_hold(client: Client) -> None:
    cursor = client.get("/calls?limit=1").json["next"]
    assert ids(client, f"/calls?cursor={cursor}&until=2026-03-04T12:00:00Z") == [CORRECTED, FOUND]
    assert ids(client, f"/calls?cursor={cursor}&until=2027-01-01T00:00:00Z") == ALL[1:]


def test_a_call_is_shown_as_it_was_logged(client: Client, stored_calls: Path) -> None:
    shown = client.get(f"/calls/{FOUND}").json
    with StoreReader(stored_calls) as reader:
        header, records = reader.read(FOUND)
        assert shown["call"]["id"] == header.conversation == shown["header"]["conversation"]
    assert [(one["seq"], one["t_us"], one["tag"]) for one in shown["records"]] == [
        (record.seq, record.t_us, record.tag) for record in records
    ]
    assert shown["records"][0]["body"]["caller"] == CALLER == shown["call"]["caller"]
    assert (shown["ended"], shown["masked"]) == (True, False)
    caller = [line["text"] for line in shown["transcript"] if line["who"] == "caller"]
    assert caller[0] == "Where is my order?"
    assert [tool["tool"] for tool in shown["tools"]] == ["find_customer", "get_order"]
    assert [(done["journey"], done["outcome"]) for done in shown["outcomes"]] == [("track_order", "resolved")]
    assert [turn["turn"] for turn in shown["latency"]] == [1, 2, 3, 4]
    assert shown["recording"] == {"state": "available", "url": f"/calls/{FOUND}/audio"}


def test_records_come_in_windows(client: Client) -> None:
    whole = client.get(f"/calls/{FOUND}").json
    part = client.get(f"/calls/{FOUND}?records_after=10&records_limit=5").json
    assert [one["seq"] for one in part["records"]] == [11, 12, 13, 14, 15]
    assert part["records_total"] == len(whole["records"])
    assert part["transcript"] == whole["transcript"]
    assert client.get(f"/calls/{FOUND}?records_limit=0").json["records"] == []
    assert client.get(f"/calls/{FOUND}?records_limit=5001").status == 400


def test_an_ended_call_has_a_tag_that_spares_the_next_answer(client: Client) -> None:
    first = client.get(f"/calls/{FOUND}")
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(f"/calls/{FOUND}", headers={"If-None-Match": given})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"/calls/{FOUND}", headers={"If-None-Match": '"other"'}).status == 200
    assert client.get(f"/calls/{FOUND}", Role.VIEWER).headers["etag"] != tag
    assert "authorization" in first.headers["vary"].lower()


def test_a_call_that_is_going_on_is_shown_so_far_and_never_as_unchanged(client: Client) -> None:
    answer = client.get(f"/calls/{LIVE}")
    assert answer.json["ended"] is False
    assert answer.json["call"]["ended_by"] is None
    assert len(answer.json["records"]) == 30
    assert "etag" not in answer.headers
    assert client.get(f"/calls/{LIVE}/audio").json["code"] == "not_recorded"


def test_an_erased_call_shows_tombstones_and_nothing_that_was_said(client: Client) -> None:
    shown = client.get(f"/calls/{ERASED}").json
    assert shown["call"]["erased"] is True
    assert shown["records"]
    assert all(one["body"] is None for one in shown["records"])
    assert shown["records"][0]["tag"] == "call_started"
    nothing: list[Any] = [shown[part] for part in ("transcript", "tools", "outcomes", "transfers", "latency")]
    assert nothing == [[]] * 5
    assert shown["recording"] == {"state": "erased", "url": None}
    assert CALLER.encode() not in client.get(f"/calls/{ERASED}").body


def test_erasing_changes_the_tag_of_a_call(
    stored_calls: Path, tmp_path: Path, client_on: Callable[[Path], Client]
) -> None:
    shutil.copytree(stored_calls, tmp_path / "own")
    client = client_on(tmp_path / "own")
    tag = client.get(f"/calls/{FOUND}").headers["etag"]
    erase_records(tmp_path / "own", FOUND)
    after = client.get(f"/calls/{FOUND}", headers={"If-None-Match": tag})
    assert after.status == 200
    assert after.headers["etag"] != tag


def test_a_log_with_a_hole_is_an_error_that_names_it_and_hides_no_other_call(
    stored_calls: Path, tmp_path: Path, client_on: Callable[[Path], Client]
) -> None:
    shutil.copytree(stored_calls, tmp_path / "own")
    connection = sqlite3.connect(database_path(tmp_path / "own"))
    connection.execute("DELETE FROM records WHERE conversation = ? AND seq = 7", (FOUND,))
    connection.commit()
    connection.close()
    client = client_on(tmp_path / "own")
    answer = client.get(f"/calls/{FOUND}")
    assert (answer.status, answer.json["code"]) == (500, "log_corrupt")
    assert "record 8 found where 7 was expected" in answer.json["detail"]
    assert ids(client, "/calls") == ALL
    assert client.get(f"/calls/{CORRECTED}").status == 200


@pytest.mark.parametrize(
    "tried",
    [
        "nobody",
        "20260304-100000-0000000z",
        "..",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "x" * 65,
        "a%00b",
        "%ff",
        "'--",
        f"{FOUND}%0a",
        f"{FOUND}.wav",
        f"%2e%2fx%2f..%2f{FOUND}",
    ],
)
@pytest.mark.parametrize("rest", ["", "/audio"])
def test_an_id_that_is_none_is_404_whatever_it_looks_like(client: Client, tried: str, rest: str) -> None:
    answer = client.get(f"/calls/{tried}{rest}")
    assert answer.status == 404
    assert answer.json["code"] in ("unknown_conversation", "not_found")
    assert b"passwd" not in answer.body


def test_a_store_that_is_not_there_is_told_and_health_says_so(
    tmp_path: Path, client_on: Callable[[Path], Client]
) -> None:
    client = client_on(tmp_path)
    assert (client.get("/calls").status, client.get("/calls").json["code"]) == (500, "store")
    health = client.get("/health", None)
    assert (health.status, health.json["ready"]) == (503, False)


def test_health_and_document_need_no_token(client: Client) -> None:
    assert client.get("/health", None).json == {"ready": True, "reason": None}
    assert client.get("/openapi.json", None).json["openapi"] == "3.1.0"


def test_a_trace_is_answered_and_masked_by_role(client: Client) -> None:
    shown = client.get(f"/calls/{FOUND}/trace")
    assert shown.status == 200
    assert shown.json["status"] == "unknown"
    assert shown.json["turns"][0]["said"][0]["purpose"] == "greeting"
    assert client.get(f"/calls/{FOUND}/trace", headers={"If-None-Match": shown.headers["etag"]}).status == 304
    masked = client.get(f"/calls/{FOUND}/trace", Role.VIEWER).json
    assert masked["masked"]
    assert "55012479" not in json.dumps(masked)
    assert client.get("/calls/nobody/trace").status == 404
