"""How long the core takes for a turn without any model: rules read the words, journeys decide, tools answer at once.

A turn lasts from the typed words to the last thing that the core asks for because of them, tools' answers included
(their own work is not: they are doubles). What is timed is CPU of the thread, so that a busy machine lies less.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import voice_agent
from benchmarks.core_conversations import CONVERSATIONS, RESULTS, Line
from benchmarks.report import Asked, Measured, goal
from benchmarks.statistics import percentile
from voice_agent.agent.core import build_core
from voice_agent.agent.orchestrator import Orchestrator
from voice_agent.app.agent_folder import read_folder
from voice_agent.config import TurnsConfig
from voice_agent.conversation.actions import AnyAction, CallTool, Say, Understand
from voice_agent.conversation.commands import StartJourney
from voice_agent.conversation.events import (
    AnyEvent,
    CallStarted,
    PlaybackFinished,
    TextReceived,
    ToolFailed,
    ToolReturned,
    Understood,
)
from voice_agent.journeys.load import load
from voice_agent.journeys.pack import Pack
from voice_agent.understanding.local import commands_for
from voice_agent.understanding.wishes import Judgement

GOAL_P99_MS: Final = 2.0
ROUNDS: Final = 200
QUICK_ROUNDS: Final = 20
WARM_UP: Final = 3
START: Final = "2026-03-04T10:00:00+00:00"
EXAMPLE: Final = Path(voice_agent.__file__).parents[1] / "examples" / "riverside_broadband"
_WISH: Final = Judgement(journeys=(StartJourney("track_order", 0.95),))
_NO_WISH: Final = Judgement()


def measure(asked: Asked) -> Measured:
    pack = load(read_folder(EXAMPLE))
    for number in range(WARM_UP):
        _play_all(pack, number)
    turns: list[_Turn] = []
    for number in range(QUICK_ROUNDS if asked.quick else ROUNDS):
        turns += _play_all(pack, number)
    whole = [turn.whole_ms for turn in turns]
    p99_ms = percentile(whole, 99)
    figures = {
        "turns": len(turns),
        "conversations": len(CONVERSATIONS),
        "turns_a_second_a_core": round(1_000 * len(whole) / sum(whole)),
        "turn_ms": _spread(whole),
        "of_which_reading_words_ms": _spread([turn.reading_ms for turn in turns]),
        "of_which_deciding_ms": _spread([turn.whole_ms - turn.reading_ms for turn in turns]),
    }
    return Measured(figures, (goal("p99 of a turn", p99_ms, "<=", GOAL_P99_MS, "ms"),))


class _Turn:
    """CPU time of one turn, and of reading its words."""

    def __init__(self) -> None:
        self.whole_ms = 0.0
        self.reading_ms = 0.0


class _Player:
    """Feeds a core; time in the conversation goes on by a second an event."""

    def __init__(self, core: Orchestrator) -> None:
        self._core = core
        self._now_us = 0

    def tell(self, event: AnyEvent) -> list[AnyAction]:
        self._now_us += 1_000_000
        return self._core.handle(event, self._now_us)

    def turn(self, line: Line) -> _Turn:
        text, wish = line
        turn = _Turn()
        began_ns = time.thread_time_ns()
        waiting = self.tell(TextReceived(text))
        said: list[Say] = []
        while waiting:
            action = waiting.pop(0)
            match action:
                case Understand():
                    read_ns = time.thread_time_ns()
                    commands = commands_for(action, _WISH if wish else _NO_WISH)
                    turn.reading_ms += (time.thread_time_ns() - read_ns) / 1e6
                    waiting += self.tell(Understood(action.request, commands, "rules", 0))
                case CallTool():
                    waiting += self.tell(_answer(action))
                case Say():
                    said.append(action)
                case _:
                    pass
        turn.whole_ms = (time.thread_time_ns() - began_ns) / 1e6
        for one in said:
            self.tell(PlaybackFinished(one.utterance))
        return turn


def _answer(asked: CallTool) -> ToolReturned | ToolFailed:
    result: dict[str, Any] | None = RESULTS.get(asked.tool)
    return ToolFailed(asked.call, "unknown", "no double") if result is None else ToolReturned(asked.call, result, 0)


def _play_all(pack: Pack, number: int) -> list[_Turn]:
    turns: list[_Turn] = []
    for at, lines in enumerate(CONVERSATIONS):
        player = _Player(build_core(pack, TurnsConfig(), f"c-{number}-{at}", recorded=False))
        player.tell(CallStarted("text", "+15550100101", "+15550199", START))
        turns += [player.turn(line) for line in lines]
    return turns


def _spread(values: Sequence[float]) -> dict[str, float | None]:
    points = {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    found = {name: percentile(values, percent) for name, percent in points.items()}
    return {name: None if value is None else round(value, 3) for name, value in found.items()}
