"""Chats over WebSocket: lets connections in, and joins each to its conversation (`docs/chat.md`).

A connection says first which conversation it wants, with a token where that exists already; nothing else is listened to
before. What a connection is shown is read from the log when it can take it: a slow one holds up nobody and no memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection
from typing import Final, Protocol, assert_never

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from voice_agent.channels import chat_protocol as chat
from voice_agent.channels.chat_page import routes
from voice_agent.channels.chat_protocol import Close, Failed, Sent, Told
from voice_agent.channels.chat_room import Room, Seat

HELLO_S: Final = 10.0
SEND_S: Final = 20.0
"""A connection that takes nothing for so long is given up; the conversation goes on without it."""
WINDOW: Final = 50
"""Messages that may be on their way before one of them is acknowledged."""
BAD_AT_MOST: Final = 10
REFUSED_AT_MOST: Final = 30
"""In a row."""

_log = logging.getLogger("voice_agent.chats")


class Lobby(Protocol):
    """Who knows the conversations."""

    async def begin(self) -> tuple[Room, chat.Welcome] | None:
        """A new conversation, None where there is no room for one."""
        ...

    async def find(self, token: str) -> tuple[Room, chat.Welcome] | None:
        """The conversation that a token leads to, ended ones too; None where it leads to none."""
        ...


class ChatDoor:
    """`origins` are those of web pages that may open chats; programs that are no browsers name none."""

    def __init__(self, lobby: Lobby, origins: Collection[str]) -> None:
        self._lobby = lobby
        self._origins = frozenset(origins)
        self._open: set[WebSocket] = set()
        self._closing = False

    def __len__(self) -> int:
        """Connections."""
        return len(self._open)

    def app(self) -> Starlette:
        """`/chat` for programs, `/chat/` for people."""
        pages = [Route(path, page, methods=["GET"]) for path, page in routes().items()]
        return Starlette(routes=[WebSocketRoute("/chat", self._serve), *pages])

    async def close(self) -> None:
        """Every connection is told to come back."""
        self._closing = True
        for socket in list(self._open):
            await _close(socket, Close.RESTARTING)

    async def _serve(self, socket: WebSocket) -> None:
        origin = socket.headers.get("origin")
        if self._closing or (origin is not None and origin not in self._origins):
            _log.info("chat refused", extra={"origin": None if origin is None else origin[:200]})
            await socket.close()  # before it is accepted: 403
            return
        await socket.accept()
        self._open.add(socket)
        try:
            await self._joined(socket)
        except (WebSocketDisconnect, TimeoutError, OSError):
            pass
        except Exception:  # noqa: BLE001 - one connection's boundary
            _log.exception("a chat's connection broke")
        finally:
            self._open.discard(socket)
            await _close(socket, Close.TRY_LATER)

    async def _joined(self, socket: WebSocket) -> None:
        try:
            async with asyncio.timeout(HELLO_S):
                hello = chat.decode(await _text(socket))
        except TimeoutError:
            return await _close(socket, Close.NO_HELLO)
        except ValueError as problem:
            await _send(socket, Failed("bad_message", str(problem)))
            return await _close(socket, Close.BAD_MESSAGE)
        match hello:
            case chat.Start():
                found, otherwise = await self._lobby.begin(), Close.TRY_LATER
            case chat.Resume(token=token):
                found, otherwise = await self._lobby.find(token), Close.TOKEN
            case _:
                await _send(socket, Failed("bad_message", "the first message is start or resume"))
                return await _close(socket, Close.BAD_MESSAGE)
        if found is None:
            return await _close(socket, otherwise)
        room, welcome = found
        if room.full:
            return await _close(socket, Close.TOO_MANY)
        seat = room.sit_down(hello.since if isinstance(hello, chat.Resume) else 0)
        try:
            await _send(socket, welcome)
            await Connection(socket, room, seat).talk()
        finally:
            room.stand_up(seat)
        return None


class Connection:
    """One connection that has joined its conversation."""

    def __init__(self, socket: WebSocket, room: Room, seat: Seat) -> None:
        self._socket = socket
        self._room = room
        self._seat = seat
        self._working = False
        self._choices: tuple[str, ...] = ()
        self._bad = self._refused = 0

    async def talk(self) -> None:
        """Returns when the connection or the conversation is over."""
        try:
            async with asyncio.TaskGroup() as group:
                listening = group.create_task(self._listen())
                await self._show()
                listening.cancel()
        except* (WebSocketDisconnect, TimeoutError, OSError, _Closed):
            pass

    async def _show(self) -> None:
        seat, room = self._seat, self._room
        while True:
            seat.changed.clear()
            fresh = room.news(seat, WINDOW)
            for message in fresh:
                while seat.shown - seat.acknowledged > 0 and self._on_the_way() >= WINDOW:
                    seat.changed.clear()
                    await seat.changed.wait()
                await _send(self._socket, message)
                seat.shown = message.seq
                if isinstance(message, chat.Ended):
                    return await _close(self._socket, Close.ENDED)
            if fresh:
                continue
            await self._show_state()
            if room.over:
                return await _close(self._socket, Close.ENDED)
            await seat.changed.wait()

    def _on_the_way(self) -> int:
        records = self._room.log.read(self._seat.acknowledged)
        return sum(message.seq <= self._seat.shown for message in chat.kept(records))

    async def _show_state(self) -> None:
        working, choices = self._room.working, self._room.choices()
        if working != self._working:
            self._working = working
            await _send(self._socket, chat.Working(working))
        if choices != self._choices and not working:
            self._choices = choices
            await _send(self._socket, chat.Choices(choices))

    async def _listen(self) -> None:
        while True:
            try:
                await self._take(chat.decode(await _text(self._socket)))
            except ValueError as problem:
                self._bad += 1
                await _send(self._socket, Failed("bad_message", str(problem)))
                if self._bad > BAD_AT_MOST:
                    await _close(self._socket, Close.BAD_MESSAGE)
                    raise _Closed from problem

    async def _take(self, message: Sent) -> None:
        match message:
            case chat.Say():
                await self._say(message)
            case chat.Typing():
                self._room.typing()
            case chat.Ack(seq=seq):
                self._seat.acknowledged = max(self._seat.acknowledged, min(seq, self._seat.shown))
                self._seat.changed.set()
            case chat.End():
                self._room.end("caller", "ended the chat")
            case chat.Start() | chat.Resume():
                raise ValueError("this connection has its conversation already")
            case _:
                assert_never(message)

    async def _say(self, message: chat.Say) -> None:
        if self._room.knows(message.id):
            await _send(self._socket, chat.Accepted(message.id))
            return
        refused = self._room.offer(message)
        if refused is None:
            self._refused = 0
            return
        self._refused += 1
        await _send(self._socket, refused)
        if self._refused > REFUSED_AT_MOST:
            await _close(self._socket, Close.RATE)
            raise _Closed


class _Closed(Exception):
    """We have closed it."""


async def _text(socket: WebSocket) -> str:
    """The next frame. Raises ValueError for a binary one, WebSocketDisconnect."""
    frame = await socket.receive()
    if frame["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(frame.get("code", 1005))
    text = frame.get("text")
    if text is None:
        raise ValueError("a message is text, one JSON object")
    return str(text)


async def _send(socket: WebSocket, message: Told) -> None:
    async with asyncio.timeout(SEND_S):
        await socket.send_text(chat.encode(message))


async def _close(socket: WebSocket, code: Close) -> None:
    """Closed already is closed."""
    with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError, OSError):
        async with asyncio.timeout(SEND_S):
            await socket.close(int(code), code.name.lower().replace("_", " "))
