"""WhatsApp's Business Cloud API on loopback: takes messages in its form, answers as told, brings signed webhooks."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias
from urllib.error import HTTPError

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.testkit.web_server import serving

NUMBER_ID: Final = "106540352242922"
TOKEN: Final = "EAAG-token"
SECRET: Final = "app-secret"
VERIFY: Final = "verify-me"
CUSTOMER: Final = "15550100101"

Reply: TypeAlias = tuple[int, Any]


def refusal(status: int, code: int) -> Reply:
    """An error in the API's form."""
    return status, {"error": {"message": f"(#{code}) no", "type": "OAuthException", "code": code}}


class CloudApi:
    """`sent` are the messages that it took, in order, `tried` all that it was asked. `replies` are used up first."""

    def __init__(self) -> None:
        self.port = 0
        self.replies: list[Reply] = []
        self.lost: set[int] = set()
        """Of `tried`, by number: taken, but the answer is an error of some proxy."""
        self.answering = threading.Event()
        """Answers wait for it."""
        self.answering.set()
        self.tried: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v23.0"

    def texts(self) -> list[str]:
        return [text_of(each) for each in list(self.sent)]

    async def says(self, words: str, *, after: int = 0, within_s: float = 20.0) -> dict[str, Any]:
        """The first message beyond `after` with `words` in it."""
        ends_s = time.monotonic() + within_s
        while time.monotonic() < ends_s:
            for each in list(self.sent)[after:]:
                if words in text_of(each):
                    return each
            await asyncio.sleep(0.02)
        raise AssertionError(f"{words!r} was not sent: {self.texts()}")

    async def _messages(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        with self._lock:
            number = len(self.tried)
            self.tried.append(asked)
        await asyncio.to_thread(self.answering.wait, 20)
        with self._lock:
            self.tokens.add(request.headers.get("authorization", ""))
            if self.replies:
                status, body = self.replies.pop(0)
                if status >= 300:
                    return JSONResponse(body, status_code=status)
            self.sent.append(asked)
        if number in self.lost:
            return Response("bad gateway", status_code=502)
        sent = {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.out{number}"}]}
        return JSONResponse({**sent, "contacts": [{"input": asked["to"], "wa_id": asked["to"]}]})

    def app(self) -> Starlette:
        return Starlette(routes=[Route(f"/v23.0/{NUMBER_ID}/messages", self._messages, methods=["POST"])])


def text_of(message: dict[str, Any]) -> str:
    if message["type"] == "text":
        return str(message["text"]["body"])
    return str(message["interactive"]["body"]["text"])


def buttons(message: dict[str, Any]) -> list[str]:
    return [each["reply"]["title"] for each in message["interactive"]["action"]["buttons"]]


@contextmanager
def cloud_api() -> Iterator[CloudApi]:
    api = CloudApi()
    with serving(api.app()) as port:
        api.port = port
        yield api


def message(id: str, *, sender: str = CUSTOMER, at_s: float | None = None, **content: Any) -> dict[str, Any]:
    """One message as webhooks have it: `text="..."`, or `type="image", image={...}`."""
    if isinstance(content.get("text"), str):
        content = {"type": "text", "text": {"body": content["text"]}}
    sent_s = time.time() if at_s is None else at_s
    return {"from": sender, "id": id, "timestamp": str(int(sent_s)), **content}


def webhook(*messages: dict[str, Any], statuses: tuple[dict[str, Any], ...] = (), number_id: str = NUMBER_ID) -> bytes:
    """The body of a webhook."""
    metadata = {"display_phone_number": "15550100199", "phone_number_id": number_id}
    value: dict[str, Any] = {"messaging_product": "whatsapp", "metadata": metadata}
    if messages:
        value["contacts"] = [{"profile": {"name": "Maya"}, "wa_id": messages[0]["from"]}]
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    change = {"field": "messages", "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


def status(sent: dict[str, Any], state: str, code: int | None = None) -> dict[str, Any]:
    """What became of a message that was sent."""
    errors = [] if code is None else [{"code": code, "title": "no"}]
    key = sent["biz_opaque_callback_data"]
    told = {"id": "wamid.out", "status": state, "timestamp": str(int(time.time())), "recipient_id": sent["to"]}
    return {**told, "biz_opaque_callback_data": key, **({"errors": errors} if errors else {})}


def signature(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


async def posted(url: str, body: bytes, signed: str | None = "") -> int:
    """The status that a webhook is answered with; signed as it should be unless something else is given."""
    headers = {"Content-Type": "application/json"}
    if signed is not None:
        headers["X-Hub-Signature-256"] = signed if signed else signature(body)
    return await asyncio.to_thread(_status, urllib.request.Request(url, body, headers, method="POST"))


async def got(url: str) -> tuple[int, str]:
    """Status and text of a page."""

    def ask() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, ""

    return await asyncio.to_thread(ask)


def _status(request: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code
