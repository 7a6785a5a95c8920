"""A conversation with the engine as one reads it aloud: the caller's lines with their commands, the agent's answers.

call = Dialogue(load_example(), riverside_tools())
assert "How can I help?" in call.starts()
assert call.says("where is my order", wants("track_order")) == "What's your eight-digit account number?"
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from voice_agent.conversation.actions import (
    AnyAction,
    CallTool,
    Consult,
    HangUp,
    Judge,
    Plan,
    RecordOutcome,
    Say,
    Transfer,
)
from voice_agent.conversation.commands import AnyCommand, CorrectSlot, SetSlot, StartJourney
from voice_agent.conversation.events import (
    CallEnded,
    CallStarted,
    ToolFailed,
    ToolReturned,
    Transferred,
)
from voice_agent.conversation.judging import Judged, JudgeFailed
from voice_agent.conversation.knowledge import Consulted, ConsultFailed, FoundPassage
from voice_agent.conversation.notes import Watch
from voice_agent.conversation.planning import PlanFailed, Planned, PlannedMove
from voice_agent.effects.tool_functions import load_tools
from voice_agent.journeys.engine import Engine
from voice_agent.journeys.engine_events import EngineEvent, SilenceLasted, TurnUnderstood
from voice_agent.journeys.load import load
from voice_agent.journeys.open_plan import Planner
from voice_agent.journeys.pack import Pack
from voice_agent.understanding.claims import claims_in

EXAMPLE = Path(__file__).parents[2] / "examples" / "riverside_broadband"
START = "2026-03-04T10:00:00+00:00"
"""A Wednesday."""

Tool = Callable[..., dict[str, Any]]


Knows = Callable[[Consult], "Consulted | ConsultFailed | None"]


Judges = Callable[[Judge], "Judged | JudgeFailed | None"]
Plans = Callable[[Plan], "Planned | PlanFailed | None"]


def chooses(*moves: PlannedMove) -> Plans:
    """A planner that answers with one after the other, and fails when there are no more."""
    left = list(moves)

    def plan(asked: Plan) -> Planned | PlanFailed:
        if not left:
            return PlanFailed(asked.request, "deadline", "too late")
        return Planned(asked.request, left.pop(0), "double")

    return plan


def finds(passage: str, score: float = 0.9) -> Knows:
    """Articles in which every question finds that passage."""
    return lambda asked: Consulted(asked.request, (FoundPassage(passage, score),))


class Broken(Exception):
    """Raised by a tool in a test: it fails."""


def example_files() -> dict[str, str]:
    paths = [path for path in sorted(EXAMPLE.rglob("*.*")) if path.suffix in (".yaml", ".py", ".sql", ".md")]
    return {path.relative_to(EXAMPLE).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def load_example() -> Pack:
    return load(example_files())


def riverside_database() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.executescript((EXAMPLE / "tools" / "seed.sql").read_text(encoding="utf-8"))
    return database


def riverside_tools(database: sqlite3.Connection) -> dict[str, Tool]:
    """Every tool of the example, on `database`."""
    found = load_tools(EXAMPLE)
    return {
        name: partial(one.function, database=database) if one.wants_database else one.function
        for name, one in found.items()
    }


def wants(journey: str, score: float = 0.9) -> StartJourney:
    return StartJourney(journey, score)


def gives(slot: str, value: str | int | bool, score: float = 0.95) -> SetSlot:
    return SetSlot(slot, value, str(value), score)


def corrects(slot: str, value: str | int | bool | None) -> CorrectSlot:
    return CorrectSlot(slot, value, str(value), 0.95)


class Dialogue:
    """Runs tools at once, unless `hold_tools`: then `tools_return` does. `actions` is all that the engine asked for.

    `knows` answers what is looked up in articles, `plans` what comes next in a journey without steps, `judges` how far
    a policy is kept; None: not yet.
    """

    def __init__(
        self,
        pack: Pack,
        tools: Mapping[str, Tool] | None = None,
        *,
        channel: str = "phone",
        record: bool = True,
        watch: Watch | None = None,
    ) -> None:
        self.engine = Engine(pack, "conversation-1", record=record, watch=watch, planner=Planner(claims_in))
        self.actions: list[AnyAction] = []
        self.hold_tools = False
        self.plans: Plans = lambda asked: PlanFailed(asked.request, "no_model", "there is none")
        self.judges: Judges = lambda asked: JudgeFailed(asked.request, "no_model", "there is none")
        self.knows: Knows = lambda asked: Consulted(asked.request, ())
        self._tools = dict(tools) if tools is not None else {}
        self._channel = channel
        self._held: list[CallTool] = []
        self._turn = 0
        self._now_us = 0

    def starts(self, caller: str = "+15550100101") -> str:
        channel = "text" if self._channel == "text" else "phone"
        return self.feed(CallStarted("text" if channel == "text" else "phone", caller, "+15550199", START))

    def says(self, text: str, *commands: AnyCommand, heard: str | None = None) -> str:
        """What the agent says to it, tools' answers included. The words of values count as said."""
        self._turn += 1
        said = tuple(command.raw for command in commands if isinstance(command, SetSlot | CorrectSlot))
        return self.feed(TurnUnderstood(self._turn, text, commands, heard, also=said))

    def is_silent(self, times: int) -> str:
        return self.feed(SilenceLasted(times))

    def tools_return(self) -> str:
        held, self._held = self._held, []
        return " ".join(line for call in held if (line := self.feed(self._run(call))) != "")

    def ends(self) -> str:
        return self.feed(CallEnded("caller", "hung up"))

    def feed(self, event: EngineEvent) -> str:
        self._now_us += 10_000 if isinstance(event, Planned | PlanFailed | Judged | JudgeFailed) else 3_000_000
        actions = self.engine.handle(event, self._now_us)
        self.actions += actions
        said: list[str] = []
        for action in actions:
            match action:
                case Say(clauses=clauses):
                    said.append(" ".join(clauses))
                case CallTool() if self.hold_tools:
                    self._held.append(action)
                case CallTool():
                    said.append(self.feed(self._run(action)))
                case Consult():
                    found = self.knows(action)
                    said.append("" if found is None else self.feed(found))
                case Plan():
                    planned = self.plans(action)
                    said.append("" if planned is None else self.feed(planned))
                case Judge():
                    verdict = self.judges(action)
                    said.append("" if verdict is None else self.feed(verdict))
                case Transfer(target=target):
                    said.append(self.feed(Transferred(target)))
                case _:
                    pass
        return " ".join(line for line in said if line != "")

    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        return [(action.tool, action.arguments) for action in self.actions if isinstance(action, CallTool)]

    def transfers(self) -> list[Transfer]:
        return [action for action in self.actions if isinstance(action, Transfer)]

    def outcomes(self) -> list[tuple[str, str]]:
        return [(action.journey, action.outcome) for action in self.actions if isinstance(action, RecordOutcome)]

    def hung_up(self) -> bool:
        return any(isinstance(action, HangUp) for action in self.actions)

    def _run(self, call: CallTool) -> ToolReturned | ToolFailed:
        try:
            return ToolReturned(call.call, self._tools[call.tool](**call.arguments), 1_000)
        except (Broken, LookupError) as error:
            return ToolFailed(call.call, "raised", str(error))
