"""The door for WhatsApp: webhooks of the Business Cloud API come in here (`docs/whatsapp.md`).

Nothing of a request is looked at before its signature, and it is answered 200 once what it brings is on disk: whatever
is answered otherwise is brought again, for days. What is signed but can't be read is not worth that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from voice_agent.channels import whatsapp_protocol as whatsapp
from voice_agent.channels.mail import Batch
from voice_agent.errors import StoreError

PATH: Final = "/whatsapp"
BODY_BYTES: Final = 3 * 1024 * 1024
"""The most that Meta sends in one webhook."""
BODY_S: Final = 10.0
TAKE_S: Final = 10.0
RETRY_AFTER_S: Final = 30
CHALLENGE: Final = 256

_log = logging.getLogger("voice_agent.whatsapp")


class Mailroom(Protocol):
    """Who takes what comes."""

    async def take(self, batch: Batch, /) -> bool:
        """Returns once it is on disk; False where there is no room for one more customer. Raises StoreError."""
        ...


class WhatsAppDoor:
    """`count` is told what became of each request."""

    def __init__(
        self, mailroom: Mailroom, number_id: str, app_secret: str, verify_token: str, count: Callable[[str], None]
    ) -> None:
        self._mailroom = mailroom
        self._number_id = number_id
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._count = count

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route(PATH, self._subscribe, methods=["GET"]),
                Route(PATH, self._deliver, methods=["POST"]),
            ]
        )

    async def _subscribe(self, request: Request) -> Response:
        """Meta asks once whether this is really ours."""
        asked = request.query_params
        challenge = asked.get("hub.challenge", "")
        ours = whatsapp.is_subscription(self._verify_token, asked.get("hub.mode"), asked.get("hub.verify_token"))
        if not ours or not 0 < len(challenge) <= CHALLENGE:
            return self._refuse("not_verified", 403)
        return PlainTextResponse(challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _deliver(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(BODY_S):
                body = await _body(request)
        except TimeoutError:
            return self._refuse("too_slow", 408)
        except ClientDisconnect:
            return self._refuse("broken_off", 400)
        if body is None:
            return self._refuse("too_large", 413)
        if not whatsapp.is_signed(self._app_secret, body, request.headers.get(whatsapp.SIGNATURE)):
            return self._refuse("not_signed", 401)
        try:
            batch = whatsapp.read(body, self._number_id)
        except ValueError as problem:
            _log.error("a webhook of WhatsApp can't be read: %s", problem)
            self._count("unreadable")
            return Response(status_code=200)
        return await self._take(batch)

    async def _take(self, batch: Batch) -> Response:
        try:
            async with asyncio.timeout(TAKE_S):
                taken = await self._mailroom.take(batch)
        except (StoreError, TimeoutError) as problem:
            _log.error("a webhook of WhatsApp can't be kept, and will come again: %s", problem)
            return self._refuse("not_kept", 503)
        if not taken:
            return self._refuse("no_room", 503)
        self._count("taken")
        return Response(status_code=200)

    def _refuse(self, why: str, status: int) -> Response:
        self._count(why)
        headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
        return Response(status_code=status, headers=headers)


async def _body(request: Request) -> bytes | None:
    """The raw body; None where it is larger than any that Meta sends. Raises ClientDisconnect."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)
