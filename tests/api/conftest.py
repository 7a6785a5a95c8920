"""A store with calls of every kind in it, and the API on it, asked in this process."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import msgspec
import numpy as np
import pytest
from starlette.types import ASGIApp, Message

from voice_agent.api.app import ApiSettings, api_app
from voice_agent.api.tokens import Role, Token, digest_of
from voice_agent.conversation.records import decode_log
from voice_agent.stores.recordings import Recordings, audio_path
from voice_agent.stores.sqlite import Store, erase_records

HISTORIES: Final = Path(__file__).parents[1] / "histories"
FOUND: Final = "20260304-100000-0000000a"
CORRECTED: Final = "20260304-110000-0000000b"
ERASED: Final = "20260304-120000-0000000c"
EXPIRED: Final = "20260304-130000-0000000d"
LIVE: Final = "20260304-140000-0000000e"
SECRETS: Final = {role: f"va_{role.value}" for role in Role}
RECORDED_FRAMES: Final = 500
CALLER: Final = "sip:+441632960123@example.org"


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Asks an ASGI application, as a server would."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def get(
        self,
        target: str,
        role: Role | None = Role.SUPERVISOR,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
    ) -> Answer:
        """`role` is whose token is sent."""
        sent = {} if headers is None else dict(headers)
        if role is not None:
            sent["authorization"] = f"Bearer {SECRETS[role]}"
        return asyncio.run(self._ask(method, target, sent))

    async def _ask(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": quote(query, safe="=&%+").encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
            "server": ("127.0.0.1", 8081),
            "client": ("127.0.0.1", 5000),
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in sent[1:])
        found = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], found, body)


def keep_history(store: Store, name: str, conversation: str, civil_start: str, *, records: int | None = None) -> None:
    """The log of `tests/histories/NAME.jsonl` as another conversation, or its first `records`."""
    header, logged = decode_log((HISTORIES / f"{name}.jsonl").read_bytes(), name=name)
    store.begin(msgspec.structs.replace(header, conversation=conversation, civil_start=civil_start))
    for record in logged[:records]:
        entry = record.entry
        if record.tag == "call_started" and entry is not None:
            entry = msgspec.structs.replace(entry, caller=CALLER)
        store.write(conversation, msgspec.structs.replace(record, entry=entry))


def keep_recording(recordings: Recordings, conversation: str) -> None:
    recording = recordings.start(conversation)
    recording.announce()
    for number in range(RECORDED_FRAMES):
        recording.frame(np.full(160, number, np.int16), np.full(160, -number, np.int16))
    recording.end()


@pytest.fixture(scope="session")
def stored_calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five calls, an hour apart, FOUND the oldest. Shared: not to be changed."""
    data_dir = tmp_path_factory.mktemp("api")
    store, recordings = Store(data_dir), Recordings(data_dir)
    recorded, corrected = "order_is_found_in_a_recorded_call", "number_is_corrected_and_a_person_asked_for"
    keep_history(store, recorded, FOUND, "2026-03-04T10:00:00.000+00:00")
    keep_history(store, corrected, CORRECTED, "2026-03-04T11:00:00.000+00:00")
    keep_history(store, recorded, ERASED, "2026-03-04T12:00:00.000+00:00")
    keep_history(store, recorded, EXPIRED, "2026-03-04T13:00:00.000+00:00")
    keep_history(store, recorded, LIVE, "2026-03-04T14:00:00.000+00:00", records=30)
    for conversation in (FOUND, EXPIRED):
        keep_recording(recordings, conversation)
    recordings.close()
    store.close()
    erase_records(data_dir, ERASED)
    os.utime(audio_path(data_dir, EXPIRED), (1_000_000_000, 1_000_000_000))
    return data_dir


def tokens() -> tuple[Token, ...]:
    return tuple(Token(role.value, role, digest_of(secret)) for role, secret in SECRETS.items())


@pytest.fixture(scope="session")
def client_on() -> Callable[[Path], Client]:
    """The API on a data directory, with one token a role and recordings kept for 30 days."""
    return lambda data_dir: Client(api_app(ApiSettings(data_dir, 30, 200_000), tokens))


@pytest.fixture(scope="session")
def client(stored_calls: Path, client_on: Callable[[Path], Client]) -> Client:
    return client_on(stored_calls)
