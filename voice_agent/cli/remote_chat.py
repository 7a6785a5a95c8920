"""`voice-agent chat --url URL`: type with an agent on a server as its page does, also when the line breaks.

Lines from a terminal are sent as they are typed; those from a file or a pipe one by one, each once the agent answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
from typing import Final, assert_never
from urllib.parse import urlsplit, urlunsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from voice_agent.channels import chat_protocol as chat
from voice_agent.channels.chat_protocol import Close, Sent, Told
from voice_agent.cli.typed_lines import TypedLines
from voice_agent.errors import CallFailed, UsageError

TRIES: Final = 6
"""Connections in a row that come to nothing, half a second to sixteen apart."""
ANSWER_S: Final = 30.0

_TOLD: Final[msgspec.json.Decoder[Told]] = msgspec.json.Decoder(Told)


def socket_url(url: str) -> str:
    """`http://host/chat/` as `ws://host/chat`. Raises UsageError."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
    if scheme is None or parts.netloc == "":
        raise UsageError(f"{url!r} is no address of chats", hint="such as http://127.0.0.1:8082/chat/, as `serve` says")
    path = parts.path.rstrip("/")
    return urlunsplit((scheme, parts.netloc, path if path else "/chat", "", ""))


async def talk_to(url: str) -> None:
    """Until the chat or the input is over. Raises UsageError, CallFailed."""
    await _Talk(socket_url(url)).run()


class _Talk:
    def __init__(self, url: str) -> None:
        self._url = url
        self._token: str | None = None
        self._since = 0
        self._unsent: dict[str, str] = {}
        self._socket: ClientConnection | None = None
        self._over = False
        self._answered = asyncio.Event()

    async def run(self) -> None:
        failed: CallFailed | None = None
        async with asyncio.TaskGroup() as group:
            typing = group.create_task(self._type())
            try:
                await self._stay()
            except CallFailed as problem:  # raised below, as it is and not inside an ExceptionGroup
                failed = problem
            typing.cancel()
        if failed is not None:
            raise failed

    async def _stay(self) -> None:
        """Connects again and again until the chat is over."""
        tries = 0
        while not self._over:
            reached = self._since
            try:
                async with connect(self._url, open_timeout=10) as socket:
                    self._socket = socket
                    await self._converse(socket)
            except ConnectionClosed as closed:
                self._give_up_on(1006 if closed.rcvd is None else closed.rcvd.code)
            except InvalidHandshake as problem:
                raise CallFailed(f"{self._url} takes no chats: {problem}") from problem
            except (OSError, TimeoutError) as problem:
                if self._token is None:
                    unreachable = f"{self._url} can't be reached: {problem}"
                    raise CallFailed(unreachable, hint="is `voice-agent serve` running?") from problem
            finally:
                self._socket = None
            tries = 0 if self._since > reached else tries + 1
            if tries == TRIES:
                raise CallFailed(f"{self._url} does not come back")
            if not self._over:
                await asyncio.sleep(0.5 * 2**tries / 2)

    async def _converse(self, socket: ClientConnection) -> None:
        await self._send(chat.Start() if self._token is None else chat.Resume(self._token, self._since))
        async for text in socket:
            await self._take(_TOLD.decode(text))
            if self._over:
                return

    def _give_up_on(self, code: int) -> None:
        if code in (Close.TOKEN, Close.TOO_MANY, Close.RATE, Close.BAD_MESSAGE):
            raise CallFailed(f"the server closed the chat: {Close(code).name.lower()} ({code}, docs/chat.md)")

    async def _take(self, message: Told) -> None:
        if isinstance(message, chat.Said | chat.Heard | chat.HandedOver | chat.Ended):
            if message.seq <= self._since:
                return
            self._since = message.seq
            await self._send(chat.Ack(message.seq))
        match message:
            case chat.Welcome(token=token):
                self._token = token if token is not None else self._token
                for known, text in list(self._unsent.items()):
                    await self._send(chat.Say(known, text))
            case chat.Said(text=text):
                print(f"agent  {text}", flush=True)
                if not self._unsent:
                    self._answered.set()
            case chat.Heard(ids=ids):
                for known in ids:
                    self._unsent.pop(known, None)
            case chat.Accepted(id=known):
                self._unsent.pop(known, None)
            case chat.HandedOver(target=target):
                print(f"  a person takes over ({target})", flush=True)
            case chat.Ended(reason=reason):
                print(f"  ended: {reason}", flush=True)
                self._over = True
            case chat.Refused(id=known, message=why, retry_ms=retry_ms):
                await self._refused(known, why, retry_ms)
            case chat.Failed(message=why):
                print(f"  {why}", file=sys.stderr)
            case chat.Choices(choices=choices):
                if choices:
                    print("".join(f"  - {choice}\n" for choice in choices), end="", flush=True)
            case chat.Working():
                pass
            case _:
                assert_never(message)

    async def _refused(self, known: str, why: str, retry_ms: int | None) -> None:
        text = self._unsent.get(known)
        if retry_ms is not None and text is not None:
            await asyncio.sleep(retry_ms / 1_000)
            await self._send(chat.Say(known, text))
        else:
            self._unsent.pop(known, None)
            print(f"  {why}", file=sys.stderr)

    async def _type(self) -> None:
        lines = TypedLines()
        while line := await lines.next():
            if line.strip():
                known = secrets.token_hex(8)
                self._unsent[known] = line.strip()
                self._answered.clear()
                await self._send(chat.Say(known, line.strip()))
                if not sys.stdin.isatty():
                    await self._wait_for_answer()
        await self._wait_for_answer()
        await self._send(chat.End())

    async def _wait_for_answer(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await self._answered.wait()

    async def _send(self, message: Sent) -> None:
        """What can't be sent now is sent after the next welcome, as far as it matters."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(msgspec.json.encode(message).decode())
