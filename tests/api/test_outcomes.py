"""Outcomes over HTTP: as they stand, filtered, summed."""

from __future__ import annotations

from tests.api.conftest import CORRECTED, ERASED, FOUND, Client
from voice_agent.api.tokens import Role

LONG_AGO = "since=2026-01-01T00:00:00Z"


def test_outcomes_are_told_with_sums(client: Client) -> None:
    answer = client.get(f"/outcomes?{LONG_AGO}")
    assert answer.status == 200
    rows = answer.json["outcomes"]
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert {FOUND, CORRECTED} <= {row["conversation"] for row in rows}
    assert ERASED not in {row["conversation"] for row in rows}
    assert sum(each["count"] for each in answer.json["sums"]) == len(rows)
    assert answer.json["complete"]


def test_what_is_asked_for_is_shown(client: Client) -> None:
    all_rows = client.get(f"/outcomes?{LONG_AGO}").json["outcomes"]
    resolved = client.get(f"/outcomes?{LONG_AGO}&journey=track_order&outcome=resolved").json
    assert 0 < len(resolved["outcomes"]) < len(all_rows)
    assert {row["outcome"] for row in resolved["outcomes"]} == {"resolved"}
    early = client.get(f"/outcomes?{LONG_AGO}&until=2026-03-04T10:30:00Z").json
    assert {row["conversation"] for row in early["outcomes"]} == {FOUND}
    first = client.get(f"/outcomes?{LONG_AGO}&limit=1").json
    assert (len(first["outcomes"]), first["complete"]) == (1, False)
    assert client.get(f"/outcomes?{LONG_AGO}&status=reopened").json["outcomes"] == []
    assert client.get("/outcomes?status=paid").status == 400


def test_nobody_is_named_in_them(client: Client) -> None:
    assert client.get(f"/outcomes?{LONG_AGO}", Role.VIEWER).status == 200
    assert client.get(f"/outcomes?{LONG_AGO}", None).status == 401
    body = client.get(f"/outcomes?{LONG_AGO}").body.decode()
    assert "55012479" not in body
    assert "441632960123" not in body
