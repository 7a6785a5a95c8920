"""One scenario typed instead of spoken: the same lines on the same cues, to the same core, without ears or voice.

What a caller does over the agent's words is done after them: nobody can interrupt what is there at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from simulations.callers.utterances import words_of
from simulations.cues import Script, Step
from simulations.judge import expected_outcome, judged
from simulations.result import CallResult, TurnResult
from simulations.scenario import Line, Scenario
from simulations.scenario_line import Kind
from simulations.timing import Timing
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


async def text_call(call_id: str, scenario: Scenario, pack: Pack, world: World, civil_start: str) -> TextCall:
    """Plays `scenario`; the conversation is called `call_id`, which must be new to the store."""
    header = Header(VERSION, call_id, "text", pack.agent.name, pack.digest, DIGEST, scenario.seed, civil_start)
    log = ConversationLog(header)
    world.journal.begin(header)
    log.follow(lambda record: world.journal.write(call_id, record))
    session = TextSession(build_core(pack, TURNS, call_id, recorded=False), log, world)
    typing = _Typing(session, scenario)
    async with asyncio.TaskGroup() as group:
        session.open(group)
        await typing.run(CallStarted("text", scenario.who.number, "simulated", civil_start))
    result = typing.result(call_id)
    return TextCall(log, result.unfinished, judged(scenario, result, fold(log.read())))


class _Typing:
    """The caller's side of one typed conversation."""

    def __init__(self, session: TextSession, scenario: Scenario) -> None:
        self._session = session
        self._scenario = scenario
        self._script = Script(msgspec.structs.replace(scenario, lines=tuple(_typed(line) for line in scenario.lines)))
        self._greeting = ""
        self._turns: list[TurnResult] = []
        self._gave_up: str | None = None

    async def run(self, started: CallStarted) -> None:
        """Types until there is nothing more to type, or the limits are reached."""
        said = self._greeting = _words(await self._session.start(started))
        limits = self._scenario.limits
        while (step := self._script.after_agent(said)) is not None and not self._session.ended:
            if len(self._turns) >= limits.turns:
                self._gave_up = f"more than {limits.turns} turns"
                break
            if self._session.driver.now_us() >= limits.seconds * 1_000_000:
                self._gave_up = f"the conversation lasted longer than {limits.seconds} s"
                break
            await self._think(step.pause_us)
            said = await self._turn(step, said)
        self._session.end("caller", "closed the conversation")

    def result(self, call_id: str) -> CallResult:
        """What the caller saw; not judged yet."""
        waiting = None if self._script.complete else self._script.waiting_for()
        ended_us = self._session.driver.now_us()
        return CallResult(
            id=call_id,
            scenario=self._scenario.scenario,
            ok=waiting is None,
            outcome=None,
            expected=expected_outcome(self._scenario.expect),
            turns=tuple(self._turns),
            greeting=self._greeting,
            greeting_ms=None,
            ended_by="",
            reason="",
            duration_ms=ended_us // 1_000,
            unfinished=waiting if self._gave_up is None else self._gave_up,
        )

    async def _think(self, pause_us: int) -> None:
        """Time passes, and the agent does what is due in it."""
        driver = self._session.driver
        until_us = driver.now_us() + pause_us
        while (left_us := until_us - driver.now_us()) > 0:
            wake_s = driver.next_wake_s()
            left_s = left_us / 1_000_000
            await asyncio.sleep(left_s if wake_s is None else min(left_s, wake_s))
            driver.poll()

    async def _turn(self, step: Step, said_before: str) -> str:
        """The line of `step` and those that follow it without a cue, as one; what the agent says to it, or has said
        before where there was nothing to type."""
        lines, keys = [], ""
        following: Step | None = step
        while following is not None:
            self._script.take(following)
            line = following.line
            if line.hang_up:
                self._session.end("caller", "hung up")
                return ""
            lines += [] if line.say is None else [words_of(line.say)]
            keys += "" if line.keys is None else line.keys
            following = self._script.following()
        began_ms = self._session.driver.now_us() // 1_000
        said = _words(await self._session.send(" ".join(lines))) if lines else ""
        if keys and not self._session.ended:
            said = f"{said} {_words(await self._session.press(keys))}".strip()
        typed = " ".join([*lines, f"[{keys}]"] if keys else lines)
        if typed:
            kind: Kind = "line" if lines else "keys"
            answered = Timing(None, said != "")
            self._turns.append(TurnResult(typed, said, None, answered, began_ms, kind=kind))
            return said
        return said_before


def _typed(line: Line) -> Line:
    """What isn't said to the agent is not typed at all, and what is said over its words is typed after them."""
    replace = msgspec.structs.replace
    if line.on:
        branches = (replace(branch, then=tuple(map(_typed, branch.then))) for branch in line.on)
        line = replace(line, on=tuple(branches))
    if line.aside is not None:
        line = replace(line, cough=False, backchannel=None, side_talk=None, wait_ms=0)
    if line.interrupt is None and line.on_silence is None:
        return line
    return replace(line, interrupt=None, on_silence=None, after="agent")


def _words(actions: Iterable[AnyAction]) -> str:
    return " ".join(" ".join(action.clauses) for action in actions if isinstance(action, Say))
