"""Every word of a conversation is explained by its trace, and looking changes nothing."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.histories.test_histories import HISTORIES, history, pack, settings
from voice_agent.agent.core import build_core
from voice_agent.agent.explaining import explain
from voice_agent.api.masked_trace import masked_trace
from voice_agent.conversation import actions as act
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.notes import Explanation
from voice_agent.conversation.records import Record
from voice_agent.insights.trace import Trace, trace
from voice_agent.journeys.expressions import compile_expression
from voice_agent.journeys.noting import values_of

FOUND = next(path for path in HISTORIES if path.stem == "order_is_found_in_a_recorded_call")


def explained(path: Path) -> Explanation:
    header, records = history(path)
    recorded = any(isinstance(record.entry, CallStarted) and record.entry.recorded for record in records)
    turns = settings(header.configuration_digest)
    return explain(
        records,
        lambda watch: build_core(
            pack(header.folder_digest), turns, header.conversation, recorded=recorded, watch=watch
        ),
    )


def trace_of(path: Path) -> Trace:
    header, records = history(path)
    return trace(header.conversation, records, explained(path), pause_us=200_000)


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_watched_core_decides_the_same(path: Path) -> None:
    assert explained(path).status == "explained"


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_nothing_that_was_said_or_done_is_missing(path: Path) -> None:
    shown, (_, records) = trace_of(path), history(path)
    said = [" ".join(r.entry.clauses) for r in records if isinstance(r.entry, act.Say)]
    assert [line.text for turn in shown.turns for line in turn.said] == said
    calls = [r.entry.call for r in records if isinstance(r.entry, act.CallTool)]
    assert sorted(line.call for turn in shown.turns for line in turn.tools) == calls
    taken = [r.entry.turn for r in records if isinstance(r.entry, act.TakeTurn)]
    assert [turn.turn for turn in shown.turns] == [0, *taken]


def test_a_turn_tells_how_it_was_decided() -> None:
    turns = trace_of(FOUND).turns
    wish = next(turn for turn in turns if turn.understood and turn.understood.commands)
    assert wish.heard is not None
    assert wish.heard.confidence is not None
    assert wish.understood is not None
    assert wish.understood.commands[0]["command"] == "start_journey"
    assert [model.purpose for model in wish.models] == ["understanding", "recognition"][::-1]
    answer = next(turn for turn in turns if turn.outcomes)
    assert [step.kind for step in answer.steps][-1] == "end"
    assert all(step.at.startswith("journeys/") for step in answer.steps)
    branch = next(line for line in answer.conditions if "get_order.status" in line.values)
    assert (branch.what, branch.held) == ("branch", branch.values["get_order.status"] in branch.expression)
    assert answer.stages is not None
    assert answer.stages.total_us > 0


def test_a_log_that_is_decided_otherwise_is_explained_by_nothing() -> None:
    header, records = history(FOUND)
    at = next(n for n, record in enumerate(records) if isinstance(record.entry, act.Say))
    other = list(records)
    other[at] = msgspec.structs.replace(records[at], entry=act.Say(1, 0, ("Good morning.",), "greeting"))
    turns = settings(header.configuration_digest)
    found = explain(other, lambda watch: build_core(pack(header.folder_digest), turns, "c", recorded=True, watch=watch))
    assert found == Explanation("diverged")
    assert all(not turn.steps for turn in trace("c", other, found, pause_us=200_000).turns)


def test_an_erased_log_has_turns_without_content() -> None:
    _, records = history(FOUND)
    erased = [Record(r.seq, r.t_us, r.tag, r.kind, None) for r in records]
    found = explain(erased, lambda watch: pytest.fail("nothing to decide"))
    assert found.status == "erased"
    assert len(trace("c", erased, found, pause_us=200_000).turns) == 1


def test_a_viewer_sees_how_and_not_with_what() -> None:
    _, records = history(FOUND)
    shown = trace_of(FOUND)
    hidden = msgspec.json.encode(masked_trace(shown, records)).decode()
    account = next(str(call.arguments["account"]) for turn in shown.turns for call in turn.tools)
    assert account in msgspec.json.encode(shown).decode()
    assert account not in hidden
    assert "get_order.status" in hidden
    assert "track_order" in hidden


@given(
    st.recursive(st.integers() | st.text(max_size=3), lambda inner: st.dictionaries(st.sampled_from("abc"), inner)),
    st.sampled_from(["a.b.c == 1", "has(a.b)", "a.b.startsWith('a.c')", "size(a) > 0", "days(a.b, b) < 3"]),
)
def test_values_are_found_as_deep_as_they_go(value: object, source: str) -> None:
    check = compile_expression(source)
    found = values_of(check, {"a": value})
    assert found.keys() <= {"a", "a.b", "a.b.c"}
    for path, seen in found.items():
        part = value
        for name in path.split(".")[1:]:
            assert isinstance(part, dict)
            part = part[name]
        assert part == seen
