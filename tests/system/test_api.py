"""A server and its API: a call is listed while it goes on, and neither outlives the other."""

from __future__ import annotations

import asyncio
import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.testkit.processes import PARCEL_DESK, SCRIPTED, ServerProcess
from tests.testkit.scripted_call import BOOKS_A_PARCEL, calling
from tests.testkit.waiting import until
from voice_agent.api.tokens import Role, Token, add_token, digest_of

WITH_API = {**SCRIPTED, "VOICE_AGENT_API_ENABLED": "true", "VOICE_AGENT_API_PORT": "0"}


def get(server: ServerProcess, path: str) -> Any:
    """The JSON under `path`, None where nobody answers any more."""
    assert server.ready.api is not None
    address = urlsplit(server.ready.api)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
    try:
        connection.request("GET", path, headers={"Authorization": "Bearer known"})
        answer = connection.getresponse()
        assert answer.status == 200
        return json.loads(answer.read())
    except ConnectionError:
        return None
    finally:
        connection.close()


async def while_calling(server: ServerProcess) -> str:
    """One whole call; it is listed as going on. Its id."""
    async with calling(server.ready.sip, *BOOKS_A_PARCEL) as call:
        await call.hears("help", 30)
        page = await asyncio.to_thread(until, lambda: get(server, "/calls")["calls"], 10, "the call in the list")
        assert (page[0]["ended_by"], page[0]["channel"]) == (None, "phone")
        await call.result(60)
    return str(page[0]["id"])


def test_a_call_can_be_followed_and_read_and_the_api_ends_with_the_server(tmp_path: Path) -> None:
    add_token(tmp_path / "data" / "api-tokens.toml", Token("test", Role.SUPERVISOR, digest_of("known")))
    with ServerProcess.start(PARCEL_DESK, tmp_path / "data", WITH_API) as server:
        conversation = asyncio.run(while_calling(server))
        shown = until(lambda: _ended(server, conversation), 10, "the end of the call")
        assert shown["call"]["ended_by"] == "agent"
        assert [tool["tool"] for tool in shown["tools"]] != []
        assert server.logged("access", 5)["token"] == "test"
        server.process.kill()
        server.process.wait(10)
        until(lambda: get(server, "/health") is None, 10, "the end of the API")


def _ended(server: ServerProcess, conversation: str) -> Any:
    shown = get(server, f"/calls/{conversation}")
    return shown if shown["ended"] else None
