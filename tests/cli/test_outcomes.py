"""`voice-agent outcomes`: listed, exported, and decided again."""

from __future__ import annotations

import csv
import io

from tests.cli.conftest import FOUND, Cli


def test_outcomes_are_listed_with_their_evidence_and_sums(cli: Cli) -> None:
    assert cli.stored("outcomes", "list", "--json") == 0
    shown = cli.printed("outcome_list")
    assert [row["outcome"] for row in shown["outcomes"] if row["conversation"] == FOUND] == ["resolved"]
    assert sum(each["count"] for each in shown["sums"]) == len(shown["outcomes"])
    assert cli.stored("outcomes") == 0
    assert "track_order.resolved" in cli.out


def test_outcomes_are_exported_line_by_line(cli: Cli) -> None:
    assert cli.stored("outcomes", "export", "--csv") == 0
    lines = list(csv.DictReader(io.StringIO(cli.out)))
    assert cli.stored("outcomes", "export") == 0
    shown = cli.printed("outcome_list")["outcomes"]
    assert [line["id"] for line in lines] == [row["id"] for row in shown]
    assert {line["billed"] for line in lines} <= {"true", "false"}


def test_deciding_again_writes_nothing_and_finds_the_same(cli: Cli) -> None:
    for _ in range(2):
        assert cli.stored("outcomes", "recompute", "--json") == 0
        report = cli.printed("recompute_report")
        assert report["ok"]
        assert {one["verdict"] for one in report["conversations"]} <= {"same", "unknown"}


def test_a_time_that_is_none_is_told(cli: Cli) -> None:
    assert cli.stored("outcomes", "list", "--since", "yesterday") == 2
    assert "'yesterday' is no time" in cli.err
