"""Whatever a model answers and whatever is said meanwhile: nothing is written without its gates, every call goes on."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journeys.dialogue import START, corrects, gives, wants
from tests.journeys.packs import SHOP_TOOLS
from tests.journeys.planned_journey import OPEN_PACK
from voice_agent.conversation.actions import AnyAction, CallTool, EndTurn, HangUp, Plan, Say, Transfer
from voice_agent.conversation.commands import Affirm, AnyCommand, Cancel, Deny, NotUnderstood, Repeat, WantHuman
from voice_agent.conversation.events import CallEnded, CallStarted, ToolFailed, ToolReturned
from voice_agent.conversation.planning import (
    CallPerson,
    CollectSlot,
    EndJourney,
    PlanFailed,
    Planned,
    PlannedMove,
    SayWords,
    UseTool,
)
from voice_agent.journeys.engine import Engine
from voice_agent.journeys.engine_events import EngineEvent, TurnUnderstood
from voice_agent.journeys.open_plan import Planner
from voice_agent.understanding.claims import claims_in

_names = st.sampled_from(["order", "reason", "urgent", "customer.name", "today", "get_order.id", "102", "nothing", ""])
_answers: st.SearchStrategy[PlannedMove | None] = st.one_of(
    st.none(),
    st.builds(CollectSlot, st.sampled_from(["order", "reason", "urgent", "account", "x"])),
    st.builds(UseTool, st.just("get_order"), st.just((("order", "order"),))),
    st.builds(UseTool, st.just("create_return")),
    st.builds(
        UseTool,
        st.sampled_from(["get_order", "create_return", "find_customer", "x"]),
        st.lists(st.tuples(st.sampled_from(["order", "reason"]), _names), max_size=2).map(tuple),
    ),
    st.builds(
        SayWords,
        st.sampled_from(
            ["One moment.", "It is free.", "That's $500.", "{get_order.delivered_on:spoken}", "{x}", "{", "", "{order}"]
        ),
    ),
    st.builds(EndJourney, st.sampled_from(["resolved", "declined", "unresolved", "x"])),
    st.just(CallPerson()),
)
_commands: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(gives, st.just("account"), st.sampled_from(["1234", "5678"])),
    st.builds(gives, st.just("order"), st.sampled_from(["101", "102", "moon"])),
    st.builds(gives, st.just("reason"), st.sampled_from(["damaged", "too_small"])),
    st.builds(gives, st.just("urgent"), st.booleans()),
    st.builds(corrects, st.sampled_from(["order", "reason"]), st.sampled_from([None, "101", "102"])),
    st.just(wants("return_item")),
    st.sampled_from([Affirm(), Affirm(), Deny(), Cancel(), Repeat(), WantHuman(), NotUnderstood("unclear")]),
)
_steps = st.one_of(
    st.tuples(st.just("turn"), st.lists(_commands, min_size=1, max_size=3)),
    st.just(("turn", [Affirm()])),
    st.just(("turn", [gives("account", "1234"), gives("order", "101"), gives("reason", "damaged")])),
    st.tuples(st.just("plan"), _answers),
    st.tuples(st.just("plan"), _answers),
    st.tuples(st.just("tool"), st.booleans()),
    st.just(("time", None)),
)


GIVEN = (gives("order", "101"), gives("reason", "damaged"), gives("urgent", False))
"""Far enough that a few moves lead to the write."""


class Call:
    """Plays a call; of each write it knows what was said and answered before."""

    def __init__(self) -> None:
        self.engine = Engine(OPEN_PACK, "c", planner=Planner(claims_in))
        self.now_us = self.turn = 0
        self.plans: list[int] = []
        self.tools: list[CallTool] = []
        self.said: list[str] = []
        self.agreed = False
        self.proposed = False

    def feed(self, event: EngineEvent) -> list[AnyAction]:
        self.now_us += 50_000
        return self.take(self.engine.handle(event, self.now_us))

    def take(self, actions: list[AnyAction]) -> list[AnyAction]:
        for action in actions:
            match action:
                case Plan(request=request):
                    self.plans.append(request)
                case CallTool(tool=tool, effect=effect, arguments=arguments):
                    self.tools.append(action)
                    assert tool in SHOP_TOOLS
                    if effect == "write":
                        assert self.agreed, "a write without a yes to what was proposed"
                        assert self.proposed, "a write that was not proposed"
                        assert arguments["order"] != "102", "a write that its policy forbids"
                case Say(clauses=clauses):
                    words = " ".join(clauses)
                    self.proposed = self.proposed or "Shall I go ahead with this: create return" in words
                    self.said.append(words)
                case _:
                    pass
        return actions

    def step(self, kind: str, what: Any) -> None:
        if kind == "turn":
            self.turn += 1
            self.agreed = self.agreed or (self.proposed and any(isinstance(command, Affirm) for command in what))
            raws = tuple(str(getattr(command, "raw", "")) for command in what)
            answers = self.feed(TurnUnderstood(self.turn, "words", tuple(what), also=raws))
            assert any(isinstance(action, Say | CallTool | Transfer | HangUp | EndTurn | Plan) for action in answers)
        elif kind == "plan" and self.plans:
            request = self.plans.pop(0)
            self.feed(PlanFailed(request, "x", "y") if what is None else Planned(request, what))
        elif kind == "tool" and self.tools:
            asked = self.tools.pop(0)
            result = SHOP_TOOLS[asked.tool](**asked.arguments)
            self.feed(ToolReturned(asked.call, result, 1) if what else ToolFailed(asked.call, "x", "y"))
        elif kind == "time":
            due_us = self.engine.next_wake()
            if due_us is not None:
                self.now_us = max(self.now_us, due_us)
                self.take(self.engine.wake(self.now_us))


@settings(deadline=None, max_examples=300)
@given(st.lists(_steps, max_size=30))
def test_no_answer_of_a_model_leads_past_a_gate_or_to_an_unsupported_word(steps: list[tuple[str, Any]]) -> None:
    call = Call()
    call.feed(CallStarted("phone", "+15550100", "+15550199", START))
    call.step("turn", [wants("return_item"), gives("account", "1234"), *GIVEN])
    call.step("tool", True)
    call.step("turn", [Affirm()])
    for kind, what in steps:
        call.step(kind, what)
    call.feed(CallEnded("caller", "hung up"))
    assert not any("free" in words or "$500" in words for words in call.said)
