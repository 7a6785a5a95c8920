"""Each fault changes what a caller meets: the same conversation with the example as it is, and with the fault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from simulations import virtual_time
from simulations.agent_call import AgentCall, Stage
from simulations.scenario import Line
from tests.simulations.faults.planted import FAULTS, read_fault
from tests.simulations.faults.staged import COUGH, example_understanding, spoken, staged, typed
from voice_agent.conversation.actions import CallTool, RecordOutcome, Say, Transfer, Understand
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import encode_record
from voice_agent.session.world import Understanding

T = TypeVar("T")
CARD = "4111111111111111"


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return virtual_time.run(example_understanding())


class Rehearsal:
    """Plays a conversation without a fault and with it."""

    def __init__(self, understanding: Understanding, scratch: Path) -> None:
        self._understanding = understanding
        self._scratch = scratch

    def both(self, name: str, play: Callable[[Stage], Awaitable[T]]) -> tuple[T, T]:
        async def once(planted: bool) -> T:
            fault = read_fault(FAULTS / f"{name}.yaml") if planted else None
            async with staged(fault, self._understanding, self._scratch) as stage:
                return await play(stage)

        return virtual_time.run(once(False)), virtual_time.run(once(True))

    def typed(self, name: str, *words: str) -> tuple[ConversationLog, ConversationLog]:
        return self.both(name, lambda stage: typed(stage, *words))

    def spoken(self, name: str, *lines: Line) -> tuple[AgentCall, AgentCall]:
        return self.both(name, lambda stage: spoken(stage, *lines))


@pytest.fixture
def rehearsal(understanding: Understanding, tmp_path: Path) -> Rehearsal:
    return Rehearsal(understanding, tmp_path)


def entries(log: ConversationLog, kind: type[T]) -> list[T]:
    return [record.entry for record in log.read() if isinstance(record.entry, kind)]


def said(log: ConversationLog) -> str:
    return " ".join(clause for each in entries(log, Say) for clause in each.clauses)


def outcomes(log: ConversationLog) -> list[str]:
    return [each.outcome for each in entries(log, RecordOutcome)]


def arguments(log: ConversationLog, tool: str) -> dict[str, object]:
    return next(each.arguments for each in entries(log, CallTool) if each.tool == tool)


def logged(log: ConversationLog) -> str:
    return "".join(encode_record(record).decode() for record in log.read())


def last_us(log: ConversationLog) -> int:
    return max(record.t_us for record in log.read())


def waited_ms(call: AgentCall) -> int:
    waited = call.result.turns[0].voice_to_voice_ms
    assert waited is not None
    return waited


def test_wrong_policy_limit_refuses_on_the_evening_before(rehearsal: Rehearsal) -> None:
    words = ("I need to move my appointment.", "82340956", "yes", "next Tuesday", "at ten in the morning", "the first")
    right, wrong = rehearsal.typed("wrong_policy_limit", *words)
    assert "Shall I move your fibre installation" in said(right)
    assert "this one is today" not in said(right)
    assert "this one is today" in said(wrong)
    assert outcomes(wrong) == ["too_late"]


def test_missing_confirmation_restarts_the_router_unasked(rehearsal: Rehearsal) -> None:
    words = ("My internet is really slow today.", "20483317", "yes", "yes", "no, thank you")
    right, wrong = rehearsal.typed("missing_confirmation", *words)
    assert "May I restart your router" in said(right)
    assert arguments(right, "restart_router") == arguments(wrong, "restart_router")
    assert "restart your router" not in said(wrong)


def test_slow_tool_ends_without_a_day_to_choose(rehearsal: Rehearsal) -> None:
    words = ("I need to move my appointment.", "55012479", "yes", "next Tuesday", "at ten in the morning")
    right, wrong = rehearsal.typed("slow_tool", *words)
    assert "I can offer" in said(right)
    assert "I can offer" not in said(wrong)
    assert '"code":"deadline"' in logged(wrong)
    assert last_us(wrong) - last_us(right) > 7_000_000


def test_deaf_endpointing_answers_seconds_late(rehearsal: Rehearsal) -> None:
    right, wrong = rehearsal.spoken("deaf_endpointing", Line(say="My internet is down."), Line(hang_up=True))
    assert waited_ms(right) < 1_500
    assert waited_ms(wrong) > 2_000


def test_swapped_slot_sounds_right_and_writes_wrong(rehearsal: Rehearsal) -> None:
    words = ("I have a new address.", "55012479", "yes", "23 Elm Grove", "yes", "04210", "yes", "next Monday", "yes")
    right, wrong = rehearsal.typed("swapped_slot", *words)
    assert said(right) == said(wrong)
    ours, theirs = arguments(right, "update_address"), arguments(wrong, "update_address")
    assert (ours["street"], ours["postcode"]) == ("23 Elm Grove", "04210")
    assert (theirs["street"], theirs["postcode"]) == ("04210", "23 Elm Grove")


def test_leaking_digits_sounds_right_and_is_in_the_log(rehearsal: Rehearsal) -> None:
    lines = (
        Line(say="I want to pay my bill."),
        Line(keys="55012479"),
        Line(when="right", say="yes"),
        Line(when="card number", keys=f"{CARD}#"),
        Line(when="charge", say="yes"),
        Line(when="paid", hang_up=True),
    )
    right, wrong = rehearsal.spoken("leaking_digits", *lines)
    assert "paid" in outcomes(right.log)
    assert "paid" in outcomes(wrong.log)
    assert said(right.log) == said(wrong.log)
    assert CARD not in logged(right.log)
    assert CARD in logged(wrong.log)


def test_leaking_digits_takes_a_card_in_writing(rehearsal: Rehearsal) -> None:
    words = ("I want to pay my bill.", "55012479", "yes", "4111 1111 1111 1111", "yes")
    right, wrong = rehearsal.typed("leaking_digits", *words)
    assert "4111" not in logged(right)
    assert CARD in logged(wrong)


def test_wrong_escalation_reaches_another_list(rehearsal: Rehearsal) -> None:
    words = ("I want to cancel my contract.", "55012479", "yes", "I want to talk to a person")
    right, wrong = rehearsal.typed("wrong_escalation", *words)
    assert said(right) == said(wrong)
    assert [each.target for each in entries(right, Transfer)] == ["retention"]
    assert [each.target for each in entries(wrong, Transfer)] == ["returns"]


def test_stale_article_tells_an_old_price(rehearsal: Rehearsal) -> None:
    right, wrong = rehearsal.typed("stale_article", "What does Home 100 cost?")
    assert "costs 34 dollars" in said(right)
    assert "costs 32 dollars" in said(wrong)


def test_mute_after_cough_hears_nothing_any_more(rehearsal: Rehearsal) -> None:
    asked = (Line(say="My internet is down."), Line(when="account number", say=COUGH), Line(wait_ms=1_500, say="2048"))
    right, wrong = rehearsal.spoken("mute_after_cough", *asked, Line(wait_ms=9_000, hang_up=True))
    assert {each.text for each in entries(right.log, Understand)} == {"My internet is down.", "2048"}
    assert {each.text for each in entries(wrong.log, Understand)} == {"My internet is down."}


def test_mute_after_cough_hears_everybody_who_does_not_cough(rehearsal: Rehearsal) -> None:
    lines = (Line(say="My internet is down."), Line(when="account", say="five"), Line(when="account", say="no"))
    right, wrong = rehearsal.spoken("mute_after_cough", *lines, Line(hang_up=True))
    assert logged(right.log) == logged(wrong.log)


def test_wrong_spanish_text_takes_the_amount_for_the_difference(rehearsal: Rehearsal) -> None:
    right, wrong = rehearsal.typed("wrong_spanish_text", "¿Por qué mi factura es tan alta?", "20483317", "sí")
    assert "Son 45,00" in said(right)
    assert "Son 69,00" in said(wrong)


def test_wrong_spanish_text_is_right_in_english(rehearsal: Rehearsal) -> None:
    right, wrong = rehearsal.typed("wrong_spanish_text", "Why is my bill so high?", "20483317", "yes")
    assert "$45.00 more" in said(right)
    assert said(right) == said(wrong)
