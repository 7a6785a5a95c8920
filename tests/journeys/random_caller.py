"""A caller who says anything, over tools that do anything; and one who, from there on, answers whatever is asked."""

from __future__ import annotations

from typing import Any, Final, Literal

from hypothesis import strategies as st

from tests.journeys.dialogue import START, corrects, gives, wants
from voice_agent.conversation import commands as c
from voice_agent.conversation.actions import (
    AnyAction,
    CallTool,
    Connect,
    Consult,
    EndTurn,
    HangUp,
    Judge,
    Say,
    Transfer,
)
from voice_agent.conversation.commands import AnyCommand
from voice_agent.conversation.events import (
    CallEnded,
    CallStarted,
    ToolFailed,
    ToolReturned,
    TransferFailed,
    Transferred,
)
from voice_agent.conversation.judging import Degree, Judged, JudgeFailed
from voice_agent.conversation.knowledge import Consulted, ConsultFailed
from voice_agent.conversation.texting import SendText, TextFailed, TextSent
from voice_agent.journeys.engine import Engine
from voice_agent.journeys.engine_events import EngineEvent, SilenceLasted, TurnUnderstood
from voice_agent.journeys.pack import Pack

VALUES: Final[dict[str, list[str | int | bool]]] = {
    "account": ["1234", "9999", "12"],
    "code": ["4321", "12", "x"],
    "kind": ["alpha", "beta", "gamma", "purple"],
    "sure": [True, False],
    "words": ["a red one", "nothing at all"],
    "many": [1, 3],
    "item": ["i1", "i2", "moon"],
    "answer_1": ["left", "hm", True],
}
ITEMS: Final = {"i1": "lamp", "i2": "rug"}
_names = st.sampled_from(sorted(VALUES))
_sure = st.sampled_from([0.3, 0.95])
_given = _names.flatmap(lambda name: st.builds(gives, st.just(name), st.sampled_from(VALUES[name]), _sure))
_corrected = _names.flatmap(lambda name: st.builds(corrects, st.just(name), st.sampled_from([None, *VALUES[name]])))
_other: Final[list[AnyCommand]] = [
    *(c.WantHuman(), c.Repeat(), c.Repeat(slower=True), c.Repeat(spelled=True), c.HoldOn(), c.Cancel(), c.Goodbye()),
    *(c.Greet(), c.NotUnderstood("unclear"), c.NotUnderstood("out_of_scope"), c.NeedEmergencyHelp()),
    *(c.ShowFrustration("low"), c.ShowFrustration("high"), c.Ambiguous(("main", "inner")), c.Ambiguous(("x",))),
    *(c.Thank(), c.AskWhatIsOffered(), c.AskWhoSpeaks(), c.WantHuman(call_back=True), c.Deny("use another card")),
    c.SetSlot("did_you_mean", "inner", "inner", 0.9),
]
_commands: st.SearchStrategy[AnyCommand] = st.one_of(
    _given,
    _given,
    _corrected,
    st.builds(wants, st.sampled_from(["main", "main", "inner", "who", "unknown"]), st.floats(0, 1)),
    st.sampled_from([c.Affirm(), c.Affirm(), c.Affirm(), c.Deny()]),
    st.sampled_from(_other),
)
_turn = st.tuples(
    st.just("turn"), st.lists(_commands, max_size=3), st.sampled_from([None, None, "", "PROPOSE act"]), st.booleans()
)
MOVES = st.lists(
    st.one_of(
        _turn,
        _turn,
        st.just(("answer",)),
        st.just(("answer",)),
        st.tuples(st.just("tools"), st.sampled_from(["ok", "ok", "fail", "odd", "one"])),
        st.tuples(st.just("silence"), st.integers(1, 4)),
        st.tuples(st.just("transfer"), st.booleans()),
        st.tuples(st.just("verdict"), st.sampled_from(["kept", "kept", "mostly", "broken", None])),
        st.tuples(st.just("text"), st.booleans()),
    ),
    max_size=30,
)
"""`answer` is what a caller says who answers what was asked."""


class RandomCaller:
    """Feeds an engine; `log` is all that it asked for, `said` its last words, `agreed` proposals that got a yes,
    `judged` what a judge was asked and said."""

    def __init__(self, pack: Pack, channel: Literal["phone", "text"]) -> None:
        self.pack = pack
        self.engine = Engine(pack, "c", record=False)
        self.log: list[AnyAction] = []
        self.said = ""
        self.agreed: set[str] = set()
        self.judged: list[tuple[Judge, Degree]] = []
        self.over = False
        self._channel = channel
        self._now_us = 0
        self._turn = 0
        self._open: list[CallTool] = []
        self._transfers: list[Transfer] = []
        self._judges: list[Judge] = []
        self._texts: list[SendText] = []
        self.feed(CallStarted(channel, "+15550100", "+15550199", START, can_text=True))

    def feed(self, event: EngineEvent) -> list[AnyAction]:
        self._now_us += 1_000_000
        actions = self.engine.handle(event, self._now_us)
        self.log += actions
        for action in actions:
            match action:
                case Say(clauses=clauses):
                    self.said = " ".join(clauses)
                case CallTool():
                    self._open.append(action)
                case Transfer():
                    self._transfers.append(action)
                case Judge():
                    self._judges.append(action)
                case SendText():
                    self._texts.append(action)
                case HangUp():
                    self.over = True
                case _:
                    pass
        _ = self.engine.expectation
        return actions

    def step(self, move: Any) -> None:
        match move:
            case ("turn", commands, heard, said):
                self.says(commands, heard, said=said)
            case ("answer",):
                self.answers()
            case ("tools", fate):
                self.tools(fate)
            case ("silence", times):
                self.feed(SilenceLasted(times))
            case ("transfer", worked):
                waiting, self._transfers = self._transfers, []
                for transfer in waiting:
                    self.feed(Transferred(transfer.target) if worked else TransferFailed(transfer.target, "x", "y"))

            case ("verdict", degree):
                self.judge(degree)
            case ("text", worked):
                for sent in self._texts:
                    self.feed(TextSent(sent.message) if worked else TextFailed(sent.message, "deadline"))
                self._texts.clear()

    def judge(self, degree: Degree | None) -> None:
        waiting, self._judges = self._judges, []
        for asked in waiting:
            if degree is not None:
                self.feed(Judged(asked.request, degree))
                self.judged.append((asked, degree))
            else:
                self.feed(JudgeFailed(asked.request, "deadline", "x"))

    def says(self, commands: list[AnyCommand], heard: str | None = None, *, said: bool = True) -> None:
        """`said` False: no word of the values was said, somebody made them up."""
        self._turn += 1
        self.over = False
        proposal = self.said.partition("PROPOSE ")[2]
        kinds = {type(command) for command in commands}
        if c.Affirm in kinds and c.Deny not in kinds and proposal != "":
            self.agreed.add(proposal.rstrip("?"))
        words = tuple(one.raw for one in commands if isinstance(one, c.SetSlot | c.CorrectSlot)) if said else ()
        actions = self.feed(TurnUnderstood(self._turn, "words" if commands else "", tuple(commands), heard, also=words))
        for asked in [action for action in actions if isinstance(action, Consult)]:
            nothing = Consulted(asked.request, ())
            actions += self.feed(ConsultFailed(asked.request, "deadline", "x") if asked.request % 2 else nothing)
        answered = Say | CallTool | Judge | Transfer | Connect | HangUp | EndTurn
        assert any(isinstance(action, answered) for action in actions), "a turn without an answer"

    def answers(self) -> None:
        """Whatever is asked, it is answered in the simplest way that fits."""
        expected = self.engine.expectation
        slot = expected.slot
        if expected.kind == "yes_no" or slot is None:
            self.says([c.Deny() if self.said.endswith("CHANGE?") else c.Affirm()])
        elif slot.choices:
            self.says([c.SetSlot(slot.name, slot.choices[0].value, slot.choices[0].labels[0], 1.0)])
        else:
            by_type: dict[str, str | int | bool] = {"digits": "1234", "number": 3, "yes_no": True}
            self.says([gives(slot.name, by_type.get(slot.slot_type, "so be it"))])

    def tools(self, fate: str) -> None:
        waiting = self._open[:1] if fate == "one" else list(self._open)
        for call in waiting:
            self._open.remove(call)
            if fate == "fail":
                self.feed(ToolFailed(call.call, "deadline", "too late"))
            elif fate == "odd":
                self.feed(ToolReturned(call.call, {"found": True, "items": [{"id": None}], "n": None}, 1))
            else:
                self.feed(ToolReturned(call.call, self._result(call), 1))

    def _result(self, call: CallTool) -> dict[str, Any]:
        items = [{"id": key, "label": label} for key, label in ITEMS.items()]
        return {"found": call.arguments.get("account") != "9999", "items": items, "n": call.call % 3, "note": "x"}

    def is_at_rest(self) -> bool:
        return self.over or self.said.endswith(("OPENING?", "ANYTHING ELSE?"))

    def ends(self) -> None:
        self.feed(CallEnded("caller", "hung up"))

    def proposal_for(self, call: CallTool) -> str:
        """How the agent has to have named just this write."""
        parts = " ".join(f"{name} {self._named(name, value)}" for name, value in sorted(call.arguments.items()))
        return f"{call.tool} {parts}"

    def _named(self, name: str, value: Any) -> str:
        if name == "item":
            return ITEMS[value]
        if isinstance(value, bool):
            return "yes" if value else "no"
        return " ".join(value) if name == "code" and self._channel == "phone" else str(value)
