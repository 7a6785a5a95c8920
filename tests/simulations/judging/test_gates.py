"""A write whose gates the log doesn't show is found, whatever else went well; so are expectations nobody can meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from simulations.judge import checks
from simulations.judging.evidence import Evidence
from simulations.judging.expected import Expect, RowExpected, ToolExpected
from simulations.judging.possible import Columns, impossible
from simulations.result import CallResult
from simulations.runs.levels import play
from simulations.runs.records import Check
from simulations.runs.stage import RunStage
from simulations.scenario import Line
from simulations.scenario_file import read_scenario, read_scenarios
from simulations.text_call import TURNS
from tests.simulations.callers import scenario_of
from tests.simulations.runs.stages import key_of, played, staged
from tests.transcripts.player import EXAMPLE
from voice_agent.agent.core import build_core
from voice_agent.agent.explaining import explain
from voice_agent.agent.orchestrator import Orchestrator
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.commands import Affirm
from voice_agent.conversation.events import ToolReturned, Understood
from voice_agent.conversation.notes import ConditionChecked, Explanation, Watch
from voice_agent.conversation.state import fold
from voice_agent.journeys.pack import Pack


class Case(msgspec.Struct, frozen=True):
    """A run in which something is sent back: what was checked of it, and what the checks rest on."""

    checks: tuple[Check, ...]
    evidence: Evidence
    pack: Pack
    tools: tuple[str, ...]
    columns: Columns

    def found(self, evidence: Evidence | None = None) -> list[str]:
        """What is said of the gates."""
        looked_at = self.evidence if evidence is None else evidence
        scene = scenario_of(Line(after="greeting", say="hello"))
        return [check.found for check in checks(scene, looked_at) if check.expectation == "gates"]

    def without(self, leave_out: Callable[[object], bool]) -> Evidence:
        """The evidence without the records that hold something of this kind."""
        kept = tuple(record for record in self.evidence.records if not leave_out(record.entry))
        return replace(self.evidence, records=kept)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    scenario = read_scenario(EXAMPLE / "simulations" / "return_damaged.yaml")

    async def work(stage: RunStage) -> Case:
        played = await play(key_of(scenario, "text"), scenario, stage)
        assert played.log is not None
        header, records = played.log.header, tuple(played.log.read())

        def core(watch: Watch) -> Orchestrator:
            return build_core(stage.pack, TURNS, header.conversation, recorded=False, watch=watch)

        result = CallResult("sim-1", "test", True, None, None, (), "", None, "caller", "", 0)
        evidence = Evidence(result, fold(records), header, records, explain(records, core), stage.pack)
        return Case(played.record.checks, evidence, stage.pack, tuple(stage.opened.catalogue.tools), stage.columns)

    return staged(tmp_path_factory.mktemp("gates"), work)


def test_every_run_is_looked_at_without_being_asked(case: Case) -> None:
    assert [(check.holds, check.wanted) for check in case.checks if check.expectation == "gates"] == [
        (True, "create_return only through its gates")
    ]
    assert case.found() == ["shown by the log"]


def test_a_write_without_a_yes_before_it_is_found(case: Case) -> None:
    silent = case.without(lambda entry: isinstance(entry, Understood) and Affirm() in entry.commands)
    assert case.found(silent) == ["the caller had not just said yes"]


def test_a_write_for_somebody_who_was_not_identified_is_found(case: Case) -> None:
    calls = {
        entry.call
        for record in case.evidence.records
        if isinstance(entry := record.entry, CallTool) and entry.tool == "find_customer"
    }
    unknown = case.without(lambda entry: isinstance(entry, ToolReturned) and entry.call in calls)
    assert case.found(unknown) == ["no tool had identified the caller"]


def test_a_policy_that_nobody_looked_at_or_that_was_broken_is_found(case: Case) -> None:
    explanation = case.evidence.explanation
    assert explanation is not None

    def noted(change: Callable[[ConditionChecked], ConditionChecked | None]) -> list[str]:
        notes = []
        for at, note in explanation.notes:
            changed = change(note) if isinstance(note, ConditionChecked) and note.name == "window" else note
            notes += [] if changed is None else [(at, changed)]
        return case.found(replace(case.evidence, explanation=Explanation("explained", tuple(notes))))

    alter = msgspec.structs.replace
    assert noted(lambda note: note) == ["shown by the log"]
    assert noted(lambda note: None) == ["policy window was not looked at"]
    assert noted(lambda note: alter(note, held=False)) == ["policy window was broken"]
    (absurd,) = noted(lambda note: alter(note, expression="1 > 2"))
    assert absurd.startswith("policy window (1 > 2) does not hold of")
    (other,) = noted(lambda note: alter(note, expression="true", values={"get_order.status": "lost"}))
    assert "looked at get_order.status='lost', but get_order had returned 'delivered'" in other


def test_a_log_that_cannot_be_decided_again_proves_no_policy(case: Case) -> None:
    (found,) = case.found(replace(case.evidence, explanation=Explanation("diverged")))
    assert found.startswith("policy delivered can't be looked at: the log is diverged")


@pytest.mark.parametrize(
    ("expect", "steps", "message"),
    [
        (Expect(journey="track_ordr"), ("journey",), "no journey 'track_ordr'; did you mean track_order?"),
        (Expect(journey="track_order", outcome="lost"), ("outcome",), "no outcome 'lost'"),
        (
            Expect(tools=(ToolExpected("get_ordr"),)),
            ("tools", 0, "name"),
            "no tool 'get_ordr'; did you mean get_order?",
        ),
        (Expect(tools_in_order=("get_order", "fly")), ("tools_in_order", 1), "no tool 'fly'"),
        (Expect(never_tools=("fly",)), ("never_tools", 0), "no tool 'fly'"),
        (Expect(rows=(RowExpected("visits", after={"id": 1}),)), ("rows", 0, "table"), "no table 'visits'"),
        (
            Expect(rows=(RowExpected("customer", after={"nam": 1}),)),
            ("rows", 0, "after", "nam"),
            "no column of customer",
        ),
    ],
)
def test_what_the_agent_lacks_cannot_be_expected(
    expect: Expect, steps: tuple[str | int, ...], message: str, case: Case
) -> None:
    (problem,) = impossible(expect, case.pack, case.tools, case.columns)
    assert problem.steps == ("expect", *steps)
    assert message in problem.message
    assert "There is: " in problem.message


def test_every_expectation_of_the_example_can_be_met(case: Case) -> None:
    for scenario in read_scenarios(EXAMPLE / "simulations"):
        assert impossible(scenario.expect, case.pack, case.tools, case.columns) == []


def test_a_run_that_expects_the_impossible_is_an_error_and_says_so(tmp_path: Path) -> None:
    scenario = msgspec.structs.replace(
        read_scenario(EXAMPLE / "simulations" / "person_please.yaml"), expect=Expect(tools=(ToolExpected("fly"),))
    )
    ((only),) = played(tmp_path, [(key_of(scenario, "text"), scenario)])
    assert only.record.status == "error"
    assert "scenario 'person_please': expect.tools.0.name: the agent has no tool 'fly'" in only.record.reason
