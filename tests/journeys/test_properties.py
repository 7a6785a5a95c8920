"""Whatever is said, whatever tools do: the engine raises nothing, answers every turn, writes only behind its gates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journeys.dialogue import START, corrects, gives, wants
from tests.journeys.packs import SHOP, SHOP_TOOLS
from voice_agent.conversation.actions import (
    AnyAction,
    CallTool,
    EndTurn,
    HangUp,
    RecordOutcome,
    Say,
    StartRecording,
    Transfer,
)
from voice_agent.conversation.commands import (
    Affirm,
    Ambiguous,
    AnyCommand,
    AskQuestion,
    Cancel,
    CorrectSlot,
    Deny,
    Goodbye,
    Greet,
    HoldOn,
    NotUnderstood,
    Repeat,
    SetSlot,
    ShowFrustration,
    WantHuman,
)
from voice_agent.conversation.events import (
    CallEnded,
    CallStarted,
    ToolFailed,
    ToolReturned,
    TransferFailed,
    Transferred,
)
from voice_agent.journeys.engine import Engine
from voice_agent.journeys.engine_events import EngineEvent, SilenceLasted, TurnUnderstood
from voice_agent.journeys.load import load

PACK = load(SHOP)

_values = st.one_of(
    st.builds(gives, st.just("account"), st.sampled_from(["1234", "5678", "9999", "12", "x"])),
    st.builds(gives, st.just("order"), st.sampled_from(["101", "102", "103", "rug", "moon"])),
    st.builds(gives, st.just("reason"), st.sampled_from(["damaged", "too_small", "purple"])),
    st.builds(gives, st.just("urgent"), st.booleans()),
    st.builds(gives, st.just("unheard_of"), st.just("x")),
    st.builds(
        corrects, st.sampled_from(["account", "order", "reason"]), st.sampled_from([None, "101", "1234", "5678"])
    ),
)
_commands: st.SearchStrategy[AnyCommand] = st.one_of(
    _values,
    st.builds(wants, st.sampled_from(["return_item", "opening_hours", "identify", "unknown"]), st.floats(0, 1)),
    st.sampled_from([Affirm(), Affirm(), Deny(), Affirm(), Deny()]),
    st.sampled_from(
        [WantHuman(), Repeat(), Repeat(True), HoldOn(), Cancel(), Goodbye(), Greet(), NotUnderstood("unclear")]
    ),
    st.sampled_from(
        [
            NotUnderstood("out_of_scope"),
            AskQuestion("do you open on sundays"),
            Ambiguous(("return_item", "opening_hours")),
            Ambiguous(("identify", "unknown")),
            ShowFrustration("high"),
            Repeat(spelled=True),
        ]
    ),
)
_turns = st.tuples(st.just("turn"), st.lists(_commands, max_size=3), st.sampled_from([None, "", "Shall I return the"]))
_moves = st.one_of(
    _turns,
    _turns,
    _turns,
    st.just(("turn", [Affirm()], None)),
    st.just(("tools", ["ok", "ok"])),
    st.tuples(st.just("tools"), st.lists(st.sampled_from(["ok", "fail", "odd", "wait"]), min_size=2, max_size=2)),
    st.tuples(st.just("silence"), st.integers(1, 4)),
    st.tuples(st.just("transfer"), st.booleans()),
)


def spoken(commands: list[AnyCommand]) -> tuple[str, ...]:
    """The words of most values are said; those of "purple" are invented."""
    values = [command for command in commands if isinstance(command, SetSlot | CorrectSlot)]
    return tuple(command.raw for command in values if command.raw != "purple")


class Caller:
    """Plays a random call; remembers what the engine asked for and what came before each write."""

    def __init__(self) -> None:
        self.engine = Engine(PACK, "c")
        self.now_us = 0
        self.turn = 0
        self.open: list[CallTool] = []
        self.transfers: list[Transfer] = []
        self.log: list[AnyAction] = []

    def feed(self, event: EngineEvent) -> list[AnyAction]:
        self.now_us += 1_000_000
        actions = self.engine.handle(event, self.now_us)
        self.log += actions
        self.open += [action for action in actions if isinstance(action, CallTool)]
        self.transfers += [action for action in actions if isinstance(action, Transfer)]
        _ = self.engine.expectation
        return actions

    def play(self, moves: list[Any]) -> None:
        self.feed(CallStarted("phone", "+15550100", "+15550199", START))
        for move in moves:
            self.step(move)
        self.feed(CallEnded("caller", "hung up"))

    def step(self, move: Any) -> None:
        match move:
            case ("turn", commands, heard):
                self.turn += 1
                answers = self.feed(TurnUnderstood(self.turn, "words", tuple(commands), heard, also=spoken(commands)))
                assert any(isinstance(action, Say | CallTool | Transfer | HangUp | EndTurn) for action in answers)
            case ("tools", fates):
                for call, fate in zip(list(self.open), fates, strict=False):
                    self._answer(call, fate)
            case ("silence", times):
                self.feed(SilenceLasted(times))
            case ("transfer", worked):
                for transfer in self.transfers:
                    self.feed(Transferred(transfer.target) if worked else TransferFailed(transfer.target, "x", "y"))
                self.transfers = []

    def _answer(self, call: CallTool, fate: str) -> None:
        if fate == "wait":
            return
        self.open.remove(call)
        if fate == "fail":
            self.feed(ToolFailed(call.call, "deadline", "too late"))
        elif fate == "odd":
            self.feed(ToolReturned(call.call, {"found": True, "orders": [{"id": None}], "number": None}, 1))
        else:
            tool: Callable[..., dict[str, Any]] = SHOP_TOOLS[call.tool]
            self.feed(ToolReturned(call.call, tool(**call.arguments), 1))


OPENING: list[Any] = [
    ("turn", [wants("return_item"), gives("account", "1234")], None),
    ("turn", [Affirm()], None),
    ("tools", ["ok", "ok"]),
    ("turn", [gives("order", "101"), gives("reason", "damaged"), gives("urgent", True)], None),
    ("turn", [Affirm()], None),
    ("tools", ["ok", "ok"]),
    ("turn", [Affirm()], None),
    ("tools", ["ok", "ok"]),
]
"""A whole call without a detour: random ones seldom get anywhere by themselves."""

_calls = st.builds(lambda length, moves: [*OPENING[:length], *moves], st.integers(0, 8), st.lists(_moves, max_size=25))


@settings(max_examples=300, deadline=None)
@given(_calls)
def test_every_turn_is_answered_and_nothing_raises(moves: list[Any]) -> None:
    Caller().play(moves)


@settings(max_examples=100, deadline=None)
@given(_calls)
def test_the_same_input_gives_the_same_actions(moves: list[Any]) -> None:
    one, other = Caller(), Caller()
    one.play(moves)
    other.play(moves)
    assert one.log == other.log


@settings(max_examples=300, deadline=None)
@given(_calls)
def test_a_write_follows_an_agreement_to_just_that_and_its_policy(moves: list[Any]) -> None:
    caller = Caller()
    caller.play(moves)
    asked = ""
    last_returned: set[str] = set()
    for action in caller.log:
        if isinstance(action, Say) and "Shall I return the" in (text := " ".join(action.clauses)):
            asked = text
        if isinstance(action, CallTool) and action.effect == "write":
            item = {"101": "lamp", "103": "vase"}[action.arguments["order"]]
            assert f"return the {item} because" in asked
            assert action.idempotency_key == f"c:create_return:{action.arguments['order']}"
            last_returned.add(action.arguments["order"])
    assert "102" not in last_returned, "the policy refuses what was delivered in November"


@settings(max_examples=200, deadline=None)
@given(_calls)
def test_numbers_count_up_and_outcomes_rest_on_evidence(moves: list[Any]) -> None:
    caller = Caller()
    caller.play(moves)
    utterances = [action.utterance for action in caller.log if isinstance(action, Say)]
    calls = [action.call for action in caller.log if isinstance(action, CallTool)]
    assert utterances == list(range(1, len(utterances) + 1))
    assert calls == list(range(1, len(calls) + 1))
    assert all(
        clause.strip() == clause != "" for action in caller.log if isinstance(action, Say) for clause in action.clauses
    )
    assert not any(isinstance(action, StartRecording) for action in caller.log), "there is no notice in this folder"
    for action in caller.log:
        if isinstance(action, RecordOutcome) and action.outcome == "resolved" and action.journey == "return_item":
            assert any(line.startswith("create_return.ok") for line in action.evidence)


@settings(max_examples=150, deadline=None)
@given(_calls)
def test_a_caller_who_says_bye_twice_gets_out_of_anything(moves: list[Any]) -> None:
    caller = Caller()
    caller.feed(CallStarted("phone", "", "", START))
    for move in moves:
        caller.step(move)
    for fate in ("ok", "ok"):
        caller.step(("tools", [fate, fate]))
    caller.log.clear()
    for _ in range(2):
        caller.step(("turn", [Goodbye()], None))
    assert any(isinstance(action, HangUp) for action in caller.log)
