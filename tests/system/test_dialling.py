"""`voice-agent dial`: the agent calls a telephone of ours, and the command says what came of it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from subprocess import CompletedProcess

import msgspec
import pytest

from telephony.sip.actions import CallConfirmed, IncomingCall
from tests.testkit.processes import PARCEL_DESK, SCRIPTED, run
from tests.testkit.stored import entries, stored
from tests.testkit.telephone import Caller
from tests.testkit.waiting import soon
from voice_agent.cli.output import CallDialled
from voice_agent.conversation import events as ev

ENGINES_S = 60.0


async def dialled(data_dir: Path, picks_up: Callable[[Caller, IncomingCall], Awaitable[None]]) -> CompletedProcess[str]:
    """Another server has the port of the chats, as where both take the same settings."""
    with socket.create_server(("127.0.0.1", 0)) as chats:
        return await _dialled(data_dir, picks_up, {**SCRIPTED, "VOICE_AGENT_CHAT_PORT": str(chats.getsockname()[1])})


async def _dialled(
    data_dir: Path, picks_up: Callable[[Caller, IncomingCall], Awaitable[None]], settings: Mapping[str, str]
) -> CompletedProcess[str]:
    async with Caller.open() as callee:
        uri = f"sip:maya@{callee.endpoint.address}"
        command = asyncio.create_task(
            asyncio.to_thread(
                run, "dial", PARCEL_DESK, uri, "--json", "--data-dir", data_dir, settings=settings, seconds=90
            )
        )
        async with asyncio.timeout(ENGINES_S):
            incoming = await callee.actions.get()
        assert isinstance(incoming, IncomingCall)
        await picks_up(callee, incoming)
        return await command


def test_an_agent_that_calls_talks_and_leaves_a_log(tmp_path: Path) -> None:
    async def picks_up(callee: Caller, incoming: IncomingCall) -> None:
        callee.endpoint.ring(incoming.call)
        callee.endpoint.accept(incoming.call, callee.offer())
        await callee.told(CallConfirmed)
        await soon(lambda: callee.packets > 50, 20, "the agent's voice")
        callee.endpoint.hang_up(incoming.call)

    done = asyncio.run(dialled(tmp_path, picks_up))
    result = msgspec.json.decode(done.stdout, type=CallDialled)
    assert (done.returncode, result.outcome, result.code) == (0, "talked", 200)
    ((header, records),) = stored(tmp_path)
    assert header.conversation == result.conversation
    (started,) = entries(records, ev.CallStarted)
    assert (started.direction, started.caller.startswith("sip:maya@")) == ("outbound", True)
    assert entries(records, ev.CallEnded)[0].by == "caller"


@pytest.mark.parametrize(("code", "outcome", "exit_code"), [(486, "busy", 3), (480, "no_answer", 4)])
def test_the_exit_code_says_why_nobody_was_talked_to(tmp_path: Path, code: int, outcome: str, exit_code: int) -> None:
    async def picks_up(callee: Caller, incoming: IncomingCall) -> None:
        callee.endpoint.reject(incoming.call, code)

    done = asyncio.run(dialled(tmp_path, picks_up))
    result = msgspec.json.decode(done.stdout, type=CallDialled)
    assert (done.returncode, result.outcome, result.conversation) == (exit_code, outcome, None)
    assert stored(tmp_path) == []
