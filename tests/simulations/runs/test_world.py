"""What a scenario changes of the world for its own call: answers of tools, rows of the data, the line, its lines."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulations import virtual_time
from simulations.runs.levels import Played
from simulations.runs.mocked import MockedTools, change_data, dated, with_fields
from simulations.scenario import Line, Scenario
from simulations.scenario_file import parse_scenario
from simulations.scenario_world import Mock, RowChange
from tests.session.test_scenarios import SCENARIOS
from tests.simulations.callers import scenario_of
from tests.simulations.runs.stages import key_of, played
from voice_agent.clock import LoopClock
from voice_agent.conversation.actions import CallTool
from voice_agent.errors import AgentFolderError, DeadlineExceeded, ToolError, ToolUncertain, ToolUnreached
from voice_agent.session.world import Progress

FOUND = msgspec.structs.replace(SCENARIOS["track_order_found"], v=2)
CIVIL = "2026-03-04T10:00:00.000+00:00"


class PlainTools:
    """Tools that say what they were asked for."""

    async def run(self, asked: CallTool, /, *, deadline_us: int, progress: Progress) -> dict[str, Any]:
        return {"real": asked.arguments}


def asked(order: str = "1") -> CallTool:
    return CallTool(1, "get_order", {"order": order}, "read", "k1")


def answers(*mocks: Mock, calls: int = 1, order: str = "1") -> list[object]:
    """What comes of so many calls: a result, or the error and when it came."""

    async def run() -> list[object]:
        tools = MockedTools(PlainTools(), {"get_order": mocks}, LoopClock(), civil_start=CIVIL)
        out: list[object] = []
        for _ in range(calls):
            began_us = LoopClock().now_us()
            try:
                result = await tools.run(asked(order), deadline_us=began_us + 2_000_000, progress=lambda done, of: None)
                out.append((result, LoopClock().now_us() - began_us))
            except ToolError as problem:
                out.append((type(problem), problem.message))
            except DeadlineExceeded:
                out.append((DeadlineExceeded, LoopClock().now_us() - began_us))
        return out

    return virtual_time.run(run())


def test_answers_are_given_in_order_and_then_the_tool_answers_for_itself() -> None:
    assert answers(Mock(result={"n": 1}, times=2), Mock(error="down"), calls=4) == [
        ({"n": 1}, 0),
        ({"n": 1}, 0),
        (ToolError, "get_order: down"),
        ({"real": {"order": "1"}}, 0),
    ]


def test_an_answer_may_be_for_some_arguments_only_and_for_ever() -> None:
    mock = Mock(result={"n": 1}, when={"order": "1"}, times="always")
    assert answers(mock, calls=3) == [({"n": 1}, 0)] * 3
    assert answers(mock, order="2") == [({"real": {"order": "2"}}, 0)]


def test_fields_of_what_the_tool_itself_says_are_changed() -> None:
    mock = Mock(set={"paid": True, "day": "{today+1}", "real": None})
    assert answers(mock, calls=2) == [({"paid": True, "day": "2026-03-05"}, 0), ({"real": {"order": "1"}}, 0)]
    visits = {"visits": [{"id": "1", "day": "2026-03-09"}, "soon"], "n": 2}
    assert with_fields(visits, {"visits[].day": "2026-03-04", "orders[].id": "2"}) == {
        "visits": [{"id": "1", "day": "2026-03-04"}, "soon"],
        "n": 2,
    }


def test_a_tool_fails_in_the_way_that_is_said() -> None:
    assert answers(Mock(error="x", failing="unreached"))[0] == (ToolUnreached, "get_order: x")
    assert answers(Mock(error="x", failing="uncertain"))[0] == (ToolUncertain, "get_order: x")


def test_a_slow_tool_is_slow_and_past_its_deadline_it_fails() -> None:
    assert answers(Mock(delay_ms=1_500)) == [({"real": {"order": "1"}}, 1_500_000)]
    assert answers(Mock(delay_ms=2_500)) == [(DeadlineExceeded, 2_000_000)]


def test_dates_in_answers_count_from_the_day_of_the_call() -> None:
    assert answers(Mock(result={"days": ["{today}", {"at": "until {today+30}"}]})) == [
        ({"days": ["2026-03-04", {"at": "until 2026-04-03"}]}, 0)
    ]
    assert dated(7, CIVIL) == 7


# Data


def database(folder: Path) -> Path:
    path = folder / "agent.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE TABLE item (id TEXT, day TEXT); INSERT INTO item VALUES ('a', 'x'), ('b', 'x')"
        )
    return path


def changed(folder: Path, **tables: tuple[RowChange, ...]) -> list[tuple[str, str]]:
    path = database(folder)
    scenario = msgspec.structs.replace(scenario_of(Line(after="greeting", say="x")), v=2, data=tables)
    try:
        change_data(path, scenario, CIVIL)
    finally:
        with sqlite3.connect(path) as connection:
            rows = connection.execute("SELECT id, day FROM item ORDER BY id").fetchall()
    return rows


def test_rows_are_changed_before_the_call(tmp_path: Path) -> None:
    changes = (
        RowChange(where={"id": "a"}, set={"day": "{today-1}"}),
        RowChange(where={"id": "b"}, delete=True),
        RowChange(insert={"id": "c", "day": None}),
    )
    assert changed(tmp_path, item=changes) == [("a", "2026-03-03"), ("c", None)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (RowChange(where={"id": "z"}, delete=True), r"data\.item\[1\]: no row is like \{'id': 'z'\}"),
        (RowChange(insert={"colour": 1}), r"data\.item\[1\]: table item has no column named colour"),
    ],
)
def test_a_change_that_cannot_be_made_is_named_and_none_is_made(
    tmp_path: Path, change: RowChange, message: str
) -> None:
    with pytest.raises(AgentFolderError, match=message):
        changed(tmp_path, item=(RowChange(where={"id": "a"}, delete=True), change))
    with sqlite3.connect(tmp_path / "agent.db") as connection:
        assert connection.execute("SELECT count(*) FROM item").fetchone() == (2,)


# In a run

FAILING = msgspec.structs.replace(
    FOUND,
    mocks={"get_order": (Mock(error="the warehouse is closed", times="always"),)},
    expect=msgspec.structs.replace(FOUND.expect, said=(), journey=None, outcome=None),
)
LATE = msgspec.structs.replace(
    FOUND, data={"purchase": (RowChange(where={"id": "48213"}, set={"status": "cancelled"}),)}
)
IMPOSSIBLE = msgspec.structs.replace(FOUND, mocks={"get_ordr": (Mock(error="x"),)})
ANY_ORDER = """\
v: 2
scenario: any_order
who: {number: "+15550100101", language: en}
behaviour: {spelling: doubles, fillers: 0.5, backchannels: 1, coughs: 0.5}
line: landline
lines:
  - {after: greeting, say: "Where is my [400 ms] order?"}
  - on:
      - {when: "should reach you", say: "That's all, thank you. Goodbye."}
      - {when: "was cancelled", say: "Oh. Goodbye."}
  - {when: "goodbye", hang_up: true}
whenever:
  - {when: "is that right", say: "Yes."}
  - {when: "account number", say: "It's 55012479."}
expect: {journey: track_order, outcome: resolved, heard: ["double five"]}
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    any_order = parse_scenario(ANY_ORDER, name="any_order.yaml")
    chosen: dict[str, tuple[Scenario, bool]] = {
        "failing": (FAILING, False),
        "late": (LATE, False),
        "impossible": (IMPOSSIBLE, False),
        "typed": (any_order, False),
        "spoken": (any_order, True),
        "again": (any_order, True),
    }
    keys = [(key_of(scene, "audio" if spoken else "text"), scene) for scene, spoken in chosen.values()]
    found = played(tmp_path_factory.mktemp("world"), keys)
    return dict(zip(chosen, found, strict=True))


def test_a_tool_that_is_made_to_fail_fails_in_the_call(runs: dict[str, Played]) -> None:
    record = runs["failing"].record
    assert any("the warehouse is closed" in line.text for line in record.trace if line.kind == "tool")
    assert record.status != "error"


def test_data_that_was_changed_is_what_the_agent_finds(runs: dict[str, Played]) -> None:
    assert any("cancelled" in turn.agent_said for turn in runs["late"].record.turns)


def test_a_tool_that_the_agent_lacks_is_an_error_with_its_remedy(runs: dict[str, Played]) -> None:
    record = runs["impossible"].record
    assert record.status == "error"
    assert "mocks.get_ordr: the agent has no tool 'get_ordr'; did you mean get_order?" in record.reason


@pytest.mark.parametrize("name", ["typed", "spoken"])
def test_a_caller_of_version_2_gets_what_it_wants(runs: dict[str, Played], name: str) -> None:
    record = runs[name].record
    assert [check.found for check in record.checks if not check.holds] == []
    assert record.status == "passed"


def test_asides_are_told_and_take_no_turn(runs: dict[str, Played]) -> None:
    turns = runs["spoken"].record.turns
    kinds = {turn.kind for turn in turns}
    assert kinds & {"backchannel", "cough"}
    assert all(turn.agent_heard is None and turn.latency_ms is None for turn in turns if turn.kind == "backchannel")
    assert {turn.kind for turn in runs["typed"].record.turns} == {"line"}


def test_pauses_are_no_words(runs: dict[str, Played]) -> None:
    for name in ("typed", "spoken"):
        first = next(turn for turn in runs[name].record.turns if turn.kind == "line")
        assert first.caller_said.endswith("Where is my order?")


def test_the_same_habits_give_the_same_log(runs: dict[str, Played]) -> None:
    assert runs["spoken"].record.log_sha256 == runs["again"].record.log_sha256 != ""
