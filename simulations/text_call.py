"""One scenario typed instead of spoken: the same lines on the same cues, to the same core, without ears or voice.

What a caller does over the agent's words is done after them: nobody can interrupt what is there at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from simulations.cues import Script, Step
from simulations.scenario import Line, Scenario
from voice_agent.agent.core import build_core
from voice_agent.config import TurnsConfig
from voice_agent.conversation.actions import AnyAction, Say
from voice_agent.conversation.events import CallStarted
from voice_agent.conversation.log import ConversationLog
from voice_agent.conversation.records import VERSION, Header
from voice_agent.journeys.pack import Pack
from voice_agent.session.text import TextSession
from voice_agent.session.world import World

DIGEST: Final = "typed"


@dataclass(frozen=True)
class TextCall:
    """`unfinished` is what the caller was still waiting for, None where every line was typed."""

    log: ConversationLog
    unfinished: str | None


async def text_call(call_id: str, scenario: Scenario, pack: Pack, world: World, civil_start: str) -> TextCall:
    """Plays `scenario`; the conversation is called `call_id`, which must be new to the store."""
    header = Header(VERSION, call_id, "text", pack.agent.name, pack.digest, DIGEST, scenario.seed, civil_start)
    log = ConversationLog(header)
    world.journal.begin(header)
    log.follow(lambda record: world.journal.write(call_id, record))
    session = TextSession(build_core(pack, TurnsConfig(), call_id, recorded=False), log, world)
    script = Script(msgspec.structs.replace(scenario, lines=tuple(_typed(line) for line in scenario.lines)))
    async with asyncio.TaskGroup() as group:
        session.open(group)
        said = _words(await session.start(CallStarted("text", scenario.who.number, "simulated", civil_start)))
        for _ in range(scenario.limits.turns):
            step = script.after_agent(said)
            if step is None or session.ended:
                break
            said = await _turn(session, script, step)
        session.end("caller", "closed the conversation")
    return TextCall(log, None if script.complete else script.waiting_for())


async def _turn(session: TextSession, script: Script, step: Step) -> str:
    """The line of `step` and those that follow it without a cue, as one; what the agent says to it."""
    lines, keys = [], ""
    following: Step | None = step
    while following is not None:
        script.take(following)
        line = following.line
        if line.hang_up:
            session.end("caller", "hung up")
            return ""
        lines += [] if line.say is None else [line.say]
        keys += "" if line.keys is None else line.keys
        following = script.following()
    said = _words(await session.send(" ".join(lines))) if lines else ""
    return f"{said} {_words(await session.press(keys))}".strip() if keys and not session.ended else said


def _typed(line: Line) -> Line:
    if line.interrupt is None and line.on_silence is None:
        return line
    return msgspec.structs.replace(line, interrupt=None, on_silence=None, after="agent")


def _words(actions: Iterable[AnyAction]) -> str:
    return " ".join(" ".join(action.clauses) for action in actions if isinstance(action, Say))
