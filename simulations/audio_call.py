"""A call without a network: caller and agent hand each other 20 ms of audio, in virtual time. A thin shell.

The agent hears what the caller sends at once, and the caller what the agent sent in the tick before, as on a line with
20 ms of delay; a `Line` between them does the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal, Protocol

from simulations.caller_session import CallerSession
from simulations.line.line import Line
from simulations.result import CallResult
from voice_agent.audio import FRAME_SAMPLES, FRAME_US, Pcm, silence
from voice_agent.conversation.events import MediaCameBack, MediaLost


class AgentSide(Protocol):
    """What a call needs of the agent: `voice_agent.session.voice.VoiceSession` is one. Whoever made it runs it."""

    @property
    def ended(self) -> bool:
        """Whether the agent has hung up."""
        ...

    def tick(self, caller: Pcm, digits: Sequence[str]) -> Pcm:
        """20 ms of the caller's voice and the keys pressed in it, for 20 ms of the agent's (`int16[160]` both)."""
        ...

    def notice(self, event: MediaLost | MediaCameBack) -> None:
        """No sound arrives from the caller any more, or it does again."""
        ...

    def end(self, by: Literal["caller"], reason: str) -> None:
        """The caller is gone."""
        ...


async def audio_call(call_id: str, agent: AgentSide, caller: CallerSession, line: Line | None = None) -> CallResult:
    """Connects the two until either ends the call. Both have been told of the end when it returns; not judged yet.

    What each says goes over `line`; without one it arrives as it is.
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(caller.listen())
        await _connect(agent, caller, line)
    return caller.result(call_id)


async def _connect(agent: AgentSide, caller: CallerSession, line: Line | None) -> None:
    loop = asyncio.get_running_loop()
    begun_us = round(loop.time() * 1_000_000)
    heard = silence(FRAME_SAMPLES)
    ticks = 0
    while not caller.hung_up and not agent.ended:
        spoken, digits = caller.tick(heard)
        if line is None:
            heard = agent.tick(spoken, digits)
        else:
            spoken, digits = line.carry_to_agent(spoken, digits)
            if (news := line.news()) is not None:
                agent.notice(news)
            heard = line.carry_to_caller(agent.tick(spoken, digits))
        ticks += 1
        await asyncio.sleep((begun_us + ticks * FRAME_US) / 1_000_000 - loop.time())
    if agent.ended:
        caller.tick(heard)
        caller.end("agent", "the agent hung up")
    else:
        agent.end("caller", caller.reason)
