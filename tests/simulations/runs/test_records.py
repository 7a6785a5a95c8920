"""A report survives its encoding, and its published form fits what is printed."""

from __future__ import annotations

import jsonschema  # type: ignore[import-untyped]
import msgspec

from simulations.runs.records import Check, Machine, RunKey, RunRecord, RunTurn, Stage, SuiteReport, json_schema

KEY = RunKey("track_order_found", "row_2", "street_10db", "audio", 1, 7)
RUN = RunRecord(
    key=KEY,
    status="failed",
    outcome=None,
    expected="track_order.resolved",
    ended_by="caller",
    reason="as the scenario says",
    duration_ms=21_000,
    wall_ms=900,
    turns=(RunTurn("Where is my order?", "What is the number?", stages=(Stage("endpoint", 300),)),),
    checks=(Check("outcome", holds=False, wanted="track_order.resolved", found="none"),),
)
REPORT = SuiteReport(
    agent="Riverside Broadband",
    agent_digest="00",
    level="audio",
    seed=7,
    repetitions=1,
    began="2026-03-04T10:00:00+00:00",
    wall_ms=1_000,
    complete=False,
    planned=2,
    machine=Machine("Linux", 2, "3.11", {}),
    runs=(RUN,),
)


def test_a_report_is_the_same_after_encoding() -> None:
    assert msgspec.json.decode(msgspec.json.encode(REPORT), type=SuiteReport) == REPORT


def test_a_report_has_the_published_form() -> None:
    jsonschema.Draft202012Validator(json_schema()).validate(msgspec.json.decode(msgspec.json.encode(REPORT)))


def test_a_key_reads_as_a_path_without_what_is_empty() -> None:
    assert KEY.text == "track_order_found/row_2/street_10db/audio/1"
    assert RunKey("a", "", "clean", "text", 2, 0).text == "a/clean/text/2"
