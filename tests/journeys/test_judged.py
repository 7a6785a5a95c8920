"""Policies that a language model judges: a verdict can only refuse, and without one nothing that needs it is done."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.journeys.dialogue import Dialogue, Judges, corrects, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from tests.journeys.planned_journey import ALL, FILES, begun
from tests.journeys.test_blocks import RETURN
from tests.journeys.test_writes import WINDOW, WRITE, proposed, writes
from voice_agent.conversation.actions import DropLate, Judge, RecordOutcome, Say
from voice_agent.conversation.commands import Affirm, Deny, WantHuman
from voice_agent.conversation.judging import Degree, Judged, JudgeFailed
from voice_agent.conversation.notes import ConditionChecked, Note
from voice_agent.journeys.advice import advise
from voice_agent.journeys.gates import Grounds, Passed, Refused, Unconfirmed, Unjudged, pass_gate
from voice_agent.journeys.judging import FILLER_AFTER_US, MOST
from voice_agent.journeys.load import check, load
from voice_agent.journeys.open_judgement import PASSES
from voice_agent.journeys.open_plan import JUDGE_US
from voice_agent.journeys.pack import Policy, Tool

PROPOSAL = "Shall I return the lamp because it is damaged?"
PERSON = "I'll have a colleague call you back."


def shop(
    policy: str = "{observe: We apologised if it broke, on_fail: refuse, say: Not like that.}",
    requires: str = "policy.tone, policy.window, confirmed",
) -> dict[str, str]:
    text = SHOP[RETURN].replace("policies:\n", f"policies:\n  tone: {policy}\n", 1)
    return {**SHOP, RETURN: text.replace("policy.window, confirmed", requires, 1)}


def says(degree: Degree) -> Judges:
    return lambda asked: Judged(asked.request, degree, "because", "double", 1_000)


def call_with(judges: Judges | None, files: dict[str, str] | None = None) -> Dialogue:
    call = Dialogue(load(shop() if files is None else files), SHOP_TOOLS)
    if judges is not None:
        call.judges = judges
    return call


def asked(call: Dialogue) -> list[Judge]:
    return [action for action in call.actions if isinstance(action, Judge)]


def test_a_policy_that_is_kept_lets_the_write_go_on_by_everything_else() -> None:
    call = call_with(says("kept"))
    assert proposed(call).endswith(PROPOSAL)
    assert writes(call) == []
    assert "Your return number is" in call.says("yes", Affirm())
    assert len(asked(call)) == 1, "the verdict that was there before the yes is the one that counts"
    assert call.outcomes()[0] == ("return_item", "resolved")


def test_nobody_is_asked_to_agree_to_what_the_judge_refuses() -> None:
    call = call_with(says("broken"))
    said = proposed(call)
    assert PROPOSAL not in said
    assert "Not like that." in said
    assert writes(call) == []
    assert call.outcomes() == [("return_item", "refused")]


def test_without_a_model_what_needs_a_verdict_is_not_done() -> None:
    call = call_with(None)
    assert PROPOSAL not in proposed(call)
    (outcome,) = [action for action in call.actions if isinstance(action, RecordOutcome)]
    assert (outcome.outcome, writes(call)) == ("refused", [])
    assert "policy.tone.not_judged" in outcome.evidence


def test_an_outcome_may_rest_on_a_verdict() -> None:
    files = shop()
    files[RETURN] = files[RETURN].replace("{evidence: policy.window.failed}", "{evidence: policy.tone.failed}")
    for judges, name in ((says("broken"), "declined"), (None, "refused")):
        call = call_with(judges, files)
        proposed(call)
        assert call.outcomes() == [("return_item", name)]


def test_by_itself_a_policy_that_is_judged_leads_to_a_person() -> None:
    call = call_with(says("broken"), shop("{observe: We apologised}"))
    assert PERSON in proposed(call)


@pytest.mark.parametrize("tolerance", ["low", "medium", "high"])
@pytest.mark.parametrize("degree", get_args(Degree))
def test_tolerance_says_which_verdicts_pass(tolerance: str, degree: Degree) -> None:
    call = call_with(says(degree), shop(f"{{observe: We apologised, tolerance: {tolerance}, on_fail: refuse}}"))
    assert (PROPOSAL in proposed(call)) is (degree in PASSES[tolerance])
    assert "broken" not in PASSES[tolerance]


def test_a_verdict_never_makes_up_for_what_code_refuses() -> None:
    call = call_with(says("kept"))
    call.starts()
    call.says("return", wants("return_item"), gives("account", "1234"))
    call.says("yes", Affirm())
    call.says("the rug", gives("order", "102"))
    call.says("yes, it is broken", Affirm(), gives("reason", "damaged"))
    assert "too old" in call.says("no", gives("urgent", False))
    assert asked(call) == [], "and nobody is asked then"
    assert writes(call) == []


def test_other_values_are_judged_anew() -> None:
    call = call_with(says("kept"))
    proposed(call)
    call.judges = says("broken")
    assert "Not like that." in call.says("no, too small", corrects("reason", "too_small"))
    assert len(asked(call)) == 2
    assert call.says("yes", Affirm()) != ""
    assert writes(call) == []


def test_a_judge_is_asked_only_so_often_in_a_journey() -> None:
    call = call_with(says("kept"))
    proposed(call)
    for _ in range(MOST):
        call.says("no, too small", corrects("reason", "too_small"))
        call.says("no, it broke", corrects("reason", "damaged"))
    assert len(asked(call)) == MOST
    call.says("yes", Affirm())
    assert writes(call) == []


def test_the_judge_is_told_what_is_known_and_what_was_said() -> None:
    call = call_with(says("kept"))
    proposed(call)
    (question,) = asked(call)
    assert (question.policy, question.observe) == ("tone", "We apologised if it broke")
    assert [(slot.name, slot.value) for slot in question.slots][:2] == [("order", "101"), ("reason", "damaged")]
    assert [result.tool for result in question.results] == ["get_order"]
    assert {line.by for line in question.said} == {"agent", "caller"}


def waits() -> Dialogue:
    call = call_with(lambda asked: None)
    proposed(call)
    return call


def due(call: Dialogue) -> int:
    wake = call.engine.next_wake()
    assert wake is not None
    return wake


def test_a_caller_who_waits_for_a_verdict_hears_so_and_then_it_is_given_up() -> None:
    call = waits()
    first = due(call)
    (filler,) = [one for one in call.engine.wake(first) if isinstance(one, Say)]
    assert filler.purpose == "filler"
    assert due(call) - first == JUDGE_US - FILLER_AFTER_US
    said = [one for one in call.engine.wake(due(call)) if isinstance(one, Say)]
    assert "Not like that." in " ".join(said[0].clauses)
    (late,) = [one for one in call.engine.handle(Judged(1, "kept"), due_after(call)) if isinstance(one, DropLate)]
    assert late.event == "judged"


def due_after(call: Dialogue) -> int:
    return 10**9


def test_what_is_said_while_a_verdict_is_waited_for_asks_for_no_second_one() -> None:
    call = waits()
    assert call.says("hello?", Affirm()) != ""
    assert call.says("no", Deny()) != ""
    assert len(asked(call)) == 1
    assert call.feed(Judged(1, "kept")).endswith(PROPOSAL)


def test_a_verdict_on_other_values_is_late() -> None:
    call = waits()
    call.says("no, too small", corrects("reason", "too_small"))
    assert [one.request for one in asked(call)] == [1, 2]
    assert call.feed(Judged(1, "kept")) == ""
    assert "because it is too small" in call.feed(Judged(2, "kept"))


def test_who_leaves_while_a_verdict_is_waited_for_is_not_held_up() -> None:
    call = waits()
    assert PERSON in call.says("a person", WantHuman())
    assert call.feed(Judged(1, "kept")) == ""
    assert writes(call) == []


def test_what_no_write_requires_is_judged_at_the_end_and_nobody_waits() -> None:
    call = call_with(lambda asked: None, shop(requires="policy.window, confirmed"))
    assert proposed(call).endswith(PROPOSAL)
    assert "Is there anything else" in call.says("yes", Affirm())
    (question,) = asked(call)
    assert (question.policy, question.waits) == ("tone", False)
    assert call.outcomes() == [("return_item", "resolved")]
    assert call.feed(Judged(question.request, "broken")) == ""
    assert not any(isinstance(one, DropLate) for one in call.actions)


def test_a_planned_write_waits_for_its_verdict_too() -> None:
    text = FILES[RETURN].replace("policies:\n", "policies:\n  tone: {observe: We apologised}\n", 1)
    pack = load({**FILES, RETURN: text.replace("policy.window, confirmed", "policy.window, policy.tone, confirmed")})
    for judges, written in ((says("kept"), True), (says("broken"), False), (None, False)):
        call = begun(pack)
        if judges is not None:
            call.judges = judges
        call.says("return", wants("return_item"), *ALL)
        call.says("yes", Affirm())
        call.says("yes", Affirm())
        assert (writes(call) != []) is written


def test_a_verdict_is_shown_to_whoever_asks_why() -> None:
    notes: list[Note] = []
    call = Dialogue(load(shop()), SHOP_TOOLS, watch=notes.append)
    call.judges = says("mostly")
    proposed(call)
    note = next(one for one in notes if isinstance(one, ConditionChecked) and one.name == "tone")
    assert (note.held, note.values["judged"], note.values["reason"]) == (True, "mostly", "because")


TONE = Policy("tone", WINDOW.check, "transfer", None, WINDOW.place, "We apologised")


@pytest.mark.parametrize("agreed", [True, False])
@pytest.mark.parametrize("window", [True, False])
@pytest.mark.parametrize("verdict", [True, False, None])
def test_a_gate_with_a_verdict_passes_nothing_that_it_would_not_pass_without(
    agreed: bool, window: bool, verdict: bool | None
) -> None:
    grounds = Grounds(agreed, verified=False, sources={"a": ("customer",)})
    policies = {"window": WINDOW, "tone": TONE}
    both = Tool("book", "write", WINDOW.place, ("policy.tone", "policy.window", "confirmed"))
    without = pass_gate(WRITE, {"a": 1}, policies, lambda policy: window, grounds)
    gate = pass_gate(both, {"a": 1}, policies, lambda policy: verdict if policy is TONE else window, grounds)
    if not isinstance(without, Passed):
        assert type(gate) is type(without)
    else:
        assert isinstance(gate, {True: Passed, False: Refused, None: Unjudged}[verdict])


def test_a_verdict_alone_opens_no_gate() -> None:
    alone = Tool("book", "write", WINDOW.place, ("policy.tone",))
    grounds = Grounds(agreed=True, verified=True, sources={})
    assert isinstance(pass_gate(alone, {}, {"tone": TONE}, lambda policy: True, grounds), Unconfirmed)
    found = [str(problem) for problem in check(shop(requires="policy.tone"))]
    assert any("behind nothing but what a model judges" in one for one in found)


def test_check_says_what_happens_where_nobody_judges() -> None:
    (problem,) = [one for one in advise(load(shop())) if "tone" in one.message]
    assert "which nobody judges (no language model is configured): it is never done, and it is refused" in str(problem)
    (problem,) = [one for one in advise(load(shop("{observe: x}")), unjudged="so it is") if "tone" in one.message]
    assert "(so it is): it is never done, and a person takes over" in str(problem)
    (problem,) = [one for one in advise(load(shop(requires="policy.window, confirmed"))) if "tone" in one.message]
    assert "it is recorded as not judged" in str(problem)
    assert not [one for one in advise(load(shop()), unjudged="") if "tone" in one.message]


def test_a_judge_that_fails_is_no_judge() -> None:
    call = call_with(lambda asked: JudgeFailed(asked.request, "engine_down", "no"))
    assert "Not like that." in proposed(call)
