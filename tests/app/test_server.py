"""A server in this process: what its settings can get wrong, and how it drains."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from telephony.sip.actions import CallEnded
from tests.testkit.processes import PARCEL_DESK
from tests.testkit.stored import newest
from tests.testkit.telephone import Caller
from tests.testkit.waiting import soon
from voice_agent.app.server import open_server
from voice_agent.config import Config, load_config
from voice_agent.conversation.state import fold
from voice_agent.errors import ConfigurationError

SCRIPTED = """
[sip]
port = 0
[rtp]
low = 47200
high = 47399
[http]
port = 0
[chat]
port = 0
[speech]
recogniser = "scripted"
synthesiser = "scripted"
embedder = "scripted"
voice_activity = "scripted"
processes = 1
"""


def scripted(data_dir: Path, **settings: str) -> Config:
    """Settings of a quick server; names such as `SIP_PORT`."""
    environment = {f"VOICE_AGENT_{name}": value for name, value in settings.items()}
    return load_config(SCRIPTED, environment).with_data_dir(str(data_dir))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("RTP_LOW", "47400", r"\[rtp\] 47400 to 47399"),
        ("RTP_LOW", "0", r"\[rtp\] 0 to 47399"),
        ("SIP_HOST", "0.0.0.0", r"\[sip\] 0\.0\.0\.0:0 can't be used"),
        ("SIP_HOST", "192.0.2.1", r"\[sip\] 192\.0\.2\.1:0 can't be used"),
        ("HTTP_HOST", "192.0.2.1", r"\[http\] 192\.0\.2\.1:0 can't be used"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str, told: str) -> None:
    async def main() -> None:
        async with asyncio.timeout(20), open_server(PARCEL_DESK, scripted(tmp_path, **{name: value})):
            pass

    with pytest.raises(ConfigurationError, match=told):
        asyncio.run(main())


def test_draining_ends_calls_that_take_too_long_and_tells_their_callers(tmp_path: Path) -> None:
    async def main() -> None:
        config = scripted(tmp_path, CALLS_DRAIN_S="1")
        async with asyncio.timeout(30), open_server(PARCEL_DESK, config) as server, Caller.open() as caller:
            assert server.state()["ready"] is True
            await caller.talk(server.sip_uri.replace("sip:", "sip:agent@"))
            await soon(lambda: caller.packets > 20, 10, "the agent's voice")
            assert server.state()["calls"] == 1
            began = asyncio.get_running_loop().time()
            await server.drain()
            assert 0.9 <= asyncio.get_running_loop().time() - began <= 3
            assert (await caller.told(CallEnded)).by == "remote"
            state = server.state()
            assert (state["ready"], state["draining"], state["calls"]) == (False, True, 0)
            assert state["reason"] == "the server is about to stop"

    asyncio.run(main())
    ended = fold(newest(tmp_path)).ended
    assert ended is not None
    assert (ended.by, ended.reason) == ("operator", "the server stopped")


def test_a_block_that_ends_hangs_up_on_live_calls(tmp_path: Path) -> None:
    async def main() -> None:
        async with asyncio.timeout(30), Caller.open() as caller:
            async with open_server(PARCEL_DESK, scripted(tmp_path)) as server:
                await caller.talk(server.sip_uri.replace("sip:", "sip:agent@"))
                await soon(lambda: caller.packets > 5, 10, "the agent's voice")
            assert (await caller.told(CallEnded)).by == "remote"

    asyncio.run(main())


def test_calls_are_not_recorded_where_the_settings_say_so(tmp_path: Path) -> None:
    async def main() -> None:
        config = scripted(tmp_path, CALLS_RECORD="false")
        async with asyncio.timeout(30), Caller.open() as caller, open_server(PARCEL_DESK, config) as server:
            call, _ = await caller.talk(server.sip_uri.replace("sip:", "sip:agent@"))
            await soon(lambda: caller.packets > 100, 10, "the agent's voice")
            caller.endpoint.hang_up(call)
            await caller.told(CallEnded)

    asyncio.run(main())
    state = fold(newest(tmp_path))
    assert state.started is not None
    assert state.started.recorded is False
    assert list(tmp_path.glob("audio/*")) == []
    assert [line.text for line in state.spoken][:1] == ["Hi. I'm a robot. Yes?"]


def test_what_the_block_raises_is_raised_as_it_is(tmp_path: Path) -> None:
    class Odd(Exception):
        """Something of the block's own."""

    async def main() -> None:
        async with asyncio.timeout(20), open_server(PARCEL_DESK, scripted(tmp_path)):
            raise Odd

    with pytest.raises(Odd):
        asyncio.run(main())


def test_the_settings_of_these_tests_are_whole() -> None:
    assert msgspec.structs.replace(load_config(SCRIPTED, {}), store=Config().store).speech.processes == 1
