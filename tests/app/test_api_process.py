"""The API's own process: which token opens it, how it is kept running, and that one slow client holds up nobody."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from tests.api.conftest import FOUND, SECRETS, keep_history, tokens
from voice_agent.api.app import ApiSettings, api_app
from voice_agent.api.tokens import Role, Token, add_token, digest_of
from voice_agent.app.api_beside import FIRST_DELAY_S, LONGEST_DELAY_S, api_beside, delay_s
from voice_agent.app.api_tokens import secret_for_this_run
from voice_agent.app.http_server import HEADER_BYTES, HttpServer, listen, url_of
from voice_agent.config import ApiConfig, Config, StoreConfig
from voice_agent.errors import ConfigurationError
from voice_agent.stores.recordings import audio_path, wav_header
from voice_agent.stores.sqlite import Store

BIG_FRAMES = 8_000_000


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """One ended call."""
    store = Store(tmp_path)
    keep_history(store, "order_is_found_in_a_recorded_call", FOUND, "2026-03-04T10:00:00.000+00:00")
    store.close()
    return tmp_path


def config_of(data_dir: Path, host: str = "127.0.0.1") -> Config:
    return Config(api=ApiConfig(host=host, port=0), store=StoreConfig(data_dir=str(data_dir)))


def ask(url: str, path: str, secret: str | None) -> tuple[int, bytes]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
    try:
        connection.request("GET", path, headers={} if secret is None else {"Authorization": f"Bearer {secret}"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


# Tokens


def test_without_tokens_this_machine_gets_one_for_the_run_and_others_get_no_server(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        secret = secret_for_this_run(config_of(tmp_path, host))
        assert secret is not None
        assert len(secret) > 40
    for host in ("0.0.0.0", "192.0.2.1", "::", "desk.example"):
        with pytest.raises(ConfigurationError, match="can be reached from elsewhere") as raised:
            secret_for_this_run(config_of(tmp_path, host))
        assert raised.value.hint is not None
        assert "voice-agent api token" in raised.value.hint


def test_where_there_are_tokens_none_is_made(tmp_path: Path) -> None:
    add_token(tmp_path / "api-tokens.toml", Token("ada", Role.ADMIN, digest_of("x")))
    assert secret_for_this_run(config_of(tmp_path, "0.0.0.0")) is None


# Beside a server


def test_waits_between_starts_grow_and_stay_bounded() -> None:
    waits = [delay_s(failures) for failures in range(1, 50)]
    assert waits[:3] == [FIRST_DELAY_S, 2 * FIRST_DELAY_S, 4 * FIRST_DELAY_S]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_DELAY_S


def test_it_answers_beside_a_server_is_started_again_when_killed_and_ends_with_it(data_dir: Path) -> None:
    async def main() -> int:
        async with asyncio.timeout(60), api_beside(config_of(data_dir)) as api:
            assert api is not None
            api.start()
            assert (await asyncio.to_thread(ask, api.url, f"/calls/{FOUND}", api.secret))[0] == 200
            assert (await asyncio.to_thread(ask, api.url, f"/calls/{FOUND}", None))[0] == 401
            first = api.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            # The address stays: who asks meanwhile waits until the next process is there.
            assert (await asyncio.to_thread(ask, api.url, f"/calls/{FOUND}", api.secret))[0] == 200
            assert api.pid is not None
            assert api.pid != first
            return api.pid

    last = asyncio.run(main())
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_ctrl_c_leaves_it_to_the_server_to_end_it(data_dir: Path) -> None:
    async def main() -> None:
        async with asyncio.timeout(60), api_beside(config_of(data_dir)) as api:
            assert api is not None
            api.start()
            assert (await asyncio.to_thread(ask, api.url, "/health", None))[0] == 200
            before = api.pid
            assert before is not None
            os.kill(before, signal.SIGINT)
            for _ in range(3):
                assert (await asyncio.to_thread(ask, api.url, "/health", None))[0] == 200
            assert api.pid == before

    asyncio.run(main())


def test_what_the_server_raises_is_raised_as_it_is(data_dir: Path) -> None:
    async def main() -> None:
        async with api_beside(config_of(data_dir)):
            raise ConfigurationError("no port")

    with pytest.raises(ConfigurationError, match="no port"):
        asyncio.run(main())


def test_a_taken_port_is_told_before_anything_starts_and_off_is_off(data_dir: Path) -> None:
    async def main(config: Config) -> bool:
        async with api_beside(config) as api:
            return api is None

    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        taken = msgspec.structs.replace(config_of(data_dir), api=ApiConfig(port=port))
        with pytest.raises(ConfigurationError, match=rf"\[api\] 127\.0\.0\.1:{port} can't be used") as raised:
            asyncio.run(main(taken))
        assert raised.value.hint == "choose another with [api] port, 0 for any"
        off = msgspec.structs.replace(taken, api=ApiConfig(enabled=False, port=port))
        assert asyncio.run(main(off))


# Many clients


@contextlib.asynccontextmanager
async def serving(data_dir: Path) -> AsyncIterator[str]:
    """The API in this process, on a socket. Its URL."""
    server = HttpServer(api_app(ApiSettings(data_dir, 0, 200_000), tokens))
    with listen("api", "127.0.0.1", 0) as listening:
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listening]))
            try:
                yield url_of("127.0.0.1", listening)
            finally:
                server.stop()


def test_clients_that_take_nothing_hold_up_nobody(data_dir: Path) -> None:
    (data_dir / "audio").mkdir()
    with audio_path(data_dir, FOUND).open("wb") as file:
        file.write(wav_header(BIG_FRAMES))
        file.truncate(44 + BIG_FRAMES * 4)
    secret = SECRETS[Role.AUDITOR]
    request = f"GET /calls/{FOUND}/audio HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\n\r\n".encode()

    async def main() -> None:
        async with serving(data_dir) as url:
            port = urlsplit(url).port
            slow = [await asyncio.open_connection("127.0.0.1", port, limit=1024) for _ in range(20)]
            for reader, writer in slow:
                writer.write(request)
                assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            status, body = await asyncio.to_thread(ask, url, "/calls", secret)
            assert status == 200
            assert FOUND.encode() in body
            status, sound = await asyncio.to_thread(ask, url, f"/calls/{FOUND}/audio", secret)
            assert (status, len(sound)) == (200, 44 + BIG_FRAMES * 4)
            for _, writer in slow:
                writer.transport.abort()

    asyncio.run(main())


def test_a_head_beyond_measure_is_refused(data_dir: Path) -> None:
    async def main() -> None:
        async with serving(data_dir) as url:
            reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
            writer.write(b"GET /calls HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 4 * HEADER_BYTES)
            assert await reader.readline() == b"HTTP/1.1 400 Bad Request\r\n"
            writer.transport.abort()
            assert (await asyncio.to_thread(ask, url, "/health", None))[0] == 200

    asyncio.run(main())
