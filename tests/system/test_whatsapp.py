"""A server that is killed in the middle of a conversation on WhatsApp: the next one goes on with it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.testkit.cloud_api import NUMBER_ID, SECRET, TOKEN, VERIFY, CloudApi, cloud_api, got, message, posted, webhook
from tests.testkit.processes import RIVERSIDE, SCRIPTED, ServerProcess
from tests.testkit.stored import entries, newest, stored
from voice_agent.conversation import events as ev


async def write(server: ServerProcess, api: CloudApi, id: str, text: str, answer: str) -> None:
    assert server.ready.whatsapp is not None
    before = len(api.sent)
    assert await posted(server.ready.whatsapp, webhook(message(id, text=text))) == 200
    await api.says(answer, after=before)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_conversation_outlives_a_server_that_is_killed(tmp_path: Path, workers: str) -> None:
    async def before(server: ServerProcess, api: CloudApi) -> None:
        await write(server, api, "wamid.1", "where is my order", "account number?")
        await write(server, api, "wamid.2", "5501 2479", "Is that right?")

    async def after(server: ServerProcess, api: CloudApi) -> None:
        await write(server, api, "wamid.3", "yes", "anything else")
        status, page = await got(f"{server.ready.http}/metrics")
        assert status == 200
        assert "voice_agent_whatsapp_live" in page

    with cloud_api() as api:
        secrets = {"TOKEN": TOKEN, "APP_SECRET": SECRET, "VERIFY_TOKEN": VERIFY}
        named = {"NUMBER_ID": NUMBER_ID, "URL": api.url, "PORT": "0", **secrets}
        settings = {**SCRIPTED, "VOICE_AGENT_WORKERS_COUNT": workers}
        settings |= {f"VOICE_AGENT_WHATSAPP_{key}": value for key, value in named.items()}
        with ServerProcess.start(RIVERSIDE, tmp_path, settings) as server:
            asyncio.run(before(server, api))
            server.process.kill()
            server.process.wait(10)
        with ServerProcess.start(RIVERSIDE, tmp_path, settings) as server:
            asyncio.run(after(server, api))
    assert len(stored(tmp_path)) == 1
    assert len(entries(newest(tmp_path), ev.Resumed)) == 1
    assert api.texts() == list(dict.fromkeys(api.texts()))
