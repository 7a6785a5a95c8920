"""One scenario typed instead of spoken: the same lines on the same cues, to the same core, without ears or voice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from simulations.callers.minds import Mind
from simulations.judge import expected_outcome, judged
from simulations.result import CallResult, TurnResult
from simulations.scenario import Scenario
from simulations.scenario_line import Kind
from simulations.timing import Timing
from simulations.typist import ScriptedTypist, ThinkingTypist, Typed, Typist
from voice_agent.agent.core import build_core
from voice_agent.config import TurnsConfig
from voice_agent.conversation.actions import AnyAction, Say
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header
from voice_agent.conversation.state import fold
from voice_agent.journeys.pack import Pack
from voice_agent.session.text import TextSession
from voice_agent.session.world import World

DIGEST: Final = "typed"
TURNS: Final = TurnsConfig()
"""Of typed conversations: nobody waits for a voice to end."""


@dataclass(frozen=True)
class TextCall:
    """`unfinished` is what the caller was still waiting for, None where every line was typed."""

    log: ConversationLog
    unfinished: str | None
    result: CallResult


async def text_call(
    call_id: str, scenario: Scenario, pack: Pack, world: World, civil_start: str, mind: Mind | None = None
) -> TextCall:
    """Plays `scenario`; the conversation is called `call_id`, which must be new to the store. `mind` thinks of what is
    typed where it is given."""
    header = Header(VERSION, call_id, "text", pack.agent.name, pack.digest, DIGEST, scenario.seed, civil_start)
    log = ConversationLog(header)
    world.journal.begin(header)
    log.follow(lambda record: world.journal.write(call_id, record))
    session = TextSession(build_core(pack, TURNS, call_id, recorded=False), log, world)
    typist: Typist = ScriptedTypist(scenario) if mind is None else ThinkingTypist(scenario, mind)
    typing = _Typing(session, scenario, typist)
    async with asyncio.TaskGroup() as group:
        session.open(group)
        await typing.run(CallStarted("text", scenario.who.number, "simulated", civil_start))
    result = typing.result(call_id)
    return TextCall(log, result.unfinished, judged(scenario, result, fold(log.read())))


class _Typing:
    """The caller's side of one typed conversation."""

    def __init__(self, session: TextSession, scenario: Scenario, typist: Typist) -> None:
        self._session = session
        self._scenario = scenario
        self._typist = typist
        self._greeting = ""
        self._turns: list[TurnResult] = []
        self._gave_up: str | None = None

    async def run(self, started: CallStarted) -> None:
        """Types until there is nothing more to type, or the limits are reached."""
        said = self._greeting = _words(await self._session.start(started))
        while not self._session.ended and (typed := await self._typist.next(said)) is not None:
            self._gave_up = self._limit()
            if self._gave_up is not None:
                break
            await self._wait(typed.pause_us)
            said = await self._turn(typed, said)
        self._session.end("caller", "closed the conversation")

    def result(self, call_id: str) -> CallResult:
        """What the caller saw; not judged yet."""
        unfinished = self._typist.unfinished if self._gave_up is None else self._gave_up
        return CallResult(
            id=call_id,
            scenario=self._scenario.scenario,
            ok=unfinished is None,
            outcome=None,
            expected=expected_outcome(self._scenario.expect),
            turns=tuple(self._turns),
            greeting=self._greeting,
            greeting_ms=None,
            ended_by="",
            reason="",
            duration_ms=self._session.driver.now_us() // 1_000,
            unfinished=unfinished,
            problems=self._typist.problems,
        )

    def _limit(self) -> str | None:
        limits = self._scenario.limits
        if len(self._turns) >= limits.turns:
            return f"more than {limits.turns} turns"
        if self._session.driver.now_us() >= limits.seconds * 1_000_000:
            return f"the conversation lasted longer than {limits.seconds} s"
        return None

    async def _wait(self, pause_us: int) -> None:
        """Time passes, and the agent does what is due in it."""
        driver = self._session.driver
        until_us = driver.now_us() + pause_us
        while (left_us := until_us - driver.now_us()) > 0:
            wake_s = driver.next_wake_s()
            left_s = left_us / 1_000_000
            await asyncio.sleep(left_s if wake_s is None else min(left_s, wake_s))
            driver.poll()

    async def _turn(self, typed: Typed, said_before: str) -> str:
        """What the agent says to it, or has said before where nothing was typed."""
        session = self._session
        began_ms = session.driver.now_us() // 1_000
        said = said_before
        if typed.text or typed.keys:
            said = _words(await session.send(typed.text)) if typed.text else ""
            if typed.keys and not session.ended:
                said = f"{said} {_words(await session.press(typed.keys))}".strip()
            kind: Kind = "line" if typed.text else "keys"
            answered = Timing(None, said != "")
            self._turns.append(TurnResult(typed.shown, said, None, answered, began_ms, kind=kind))
        if typed.hang_up:
            session.end("caller", "hung up")
        return said


def _words(actions: Iterable[AnyAction]) -> str:
    return " ".join(" ".join(action.clauses) for action in actions if isinstance(action, Say))
