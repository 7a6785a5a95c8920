"""The transaction layer: matches messages to transactions (RFC 3261 17.1.3 and 17.2.3), runs their timers.

Decides which transaction a message belongs to and hands the rest to its user. May not know dialogs or calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec
from sipmessage import Request, Response

from telephony.sip.deadlines import Deadlines
from telephony.sip.message import MAGIC_COOKIE, ReceivedRequest, ReceivedResponse
from telephony.sip.peer import DEFAULT_PORT, Peer
from telephony.sip.timers import Timers
from telephony.sip.transaction import (
    AckReceived,
    Deliver,
    RequestReceived,
    ResponseChosen,
    ResponseReceived,
    Started,
    TimedOut,
    TransactionAction,
    Transmit,
)
from telephony.sip.transaction_client_invite import ClientInviteTransaction
from telephony.sip.transaction_client_non_invite import ClientNonInviteTransaction
from telephony.sip.transaction_server_invite import ServerInviteTransaction
from telephony.sip.transaction_server_non_invite import ServerNonInviteTransaction


class ServerKey(msgspec.Struct, frozen=True):
    """What identifies a server transaction. `parts` is (branch, sent-by), or the fields of RFC 2543 without cookie."""

    method: str
    parts: tuple[str, ...]


class ClientKey(msgspec.Struct, frozen=True):
    """What identifies a client transaction: the branch we chose, and the method (a CANCEL shares its branch)."""

    method: str
    branch: str


_Merge: TypeAlias = tuple[str, str, str | None, int]


class TransactionUser(Protocol):
    """Who is told of what transactions don't settle among themselves."""

    def request_received(self, key: ServerKey, request: ReceivedRequest, now_us: int) -> None:
        """A new request, not an ACK. It must be answered with `respond(key, ...)`."""
        ...

    def request_refused(self, request: ReceivedRequest, now_us: int) -> None:
        """A new request beyond `limit`; no transaction was made for it."""
        ...

    def ack_received(self, request: ReceivedRequest, now_us: int) -> None:
        """An ACK that belongs to a 2xx, or to nothing."""
        ...

    def response_received(self, key: ClientKey, response: ReceivedResponse, now_us: int) -> None:
        """A response that the transaction passes on."""
        ...

    def request_timed_out(self, key: ClientKey, request: Request, now_us: int) -> None:
        """No final response came."""
        ...


class _Server(msgspec.Struct):
    machine: ServerInviteTransaction | ServerNonInviteTransaction
    reply_to: Peer
    merge: _Merge


class _Client(msgspec.Struct):
    machine: ClientInviteTransaction | ClientNonInviteTransaction
    request: Request
    destination: Peer


def server_key(request: ReceivedRequest, method: str | None = None) -> ServerKey:
    """RFC 3261 section 17.2.3. An ACK has the key of its INVITE; `method` asks for another transaction's key."""
    if method is None:
        method = "INVITE" if request.method == "ACK" else request.method
    branch = request.branch
    if branch is not None and branch.lower().startswith(MAGIC_COOKIE.lower()):
        port = DEFAULT_PORT if request.via.port is None else request.via.port
        return ServerKey(method, (branch, f"{request.via.host.lower()}:{port}"))
    tag = request.from_.tag
    return ServerKey(
        method,
        (request.uri_text, "" if tag is None else tag, request.call_id, str(request.cseq), str(request.via)),
    )


def ack_for_failure(invite: Request, response: ReceivedResponse) -> Request:
    """RFC 3261 section 17.1.1.3: same Via, same CSeq number, To of the response."""
    ack = Request("ACK", invite.uri)
    for name in ("Via", "From", "Call-ID", "Max-Forwards"):
        ack.headers.set(name, invite.headers[name])
    if routes := invite.headers.getlist("Route"):
        ack.headers.setlist("Route", list(routes))
    ack.headers.set("To", response.to.text)
    ack.headers.set("CSeq", f"{invite.cseq.sequence} ACK")
    ack.headers.set("Content-Length", "0")
    return ack


class Transactions:
    """All transactions of one user agent, at most `limit` of server kind at a time."""

    def __init__(
        self, timers: Timers, limit: int, user: TransactionUser, transmit: Callable[[bytes, Peer], None]
    ) -> None:
        self._timers = timers
        self._limit = limit
        self._user = user
        self._transmit = transmit
        self._servers: dict[ServerKey, _Server] = {}
        self._clients: dict[ClientKey, _Client] = {}
        self._merges: dict[_Merge, int] = {}
        self._deadlines: Deadlines[ServerKey | ClientKey] = Deadlines()

    def __len__(self) -> int:
        return len(self._servers) + len(self._clients)

    def receive_request(self, request: ReceivedRequest, now_us: int) -> None:
        """Feed a request to its transaction, or make one, or pass an ACK on."""
        key = server_key(request)
        entry = self._servers.get(key)
        if entry is not None:
            event = AckReceived(request) if request.method == "ACK" else RequestReceived()
            self._settle_server(key, entry, entry.machine.handle(event, now_us), now_us)
        elif request.method == "ACK":
            self._user.ack_received(request, now_us)
        elif len(self._servers) >= self._limit:
            self._user.request_refused(request, now_us)
        else:
            machine: ServerInviteTransaction | ServerNonInviteTransaction
            if request.method == "INVITE":
                machine = ServerInviteTransaction(self._timers, reliable=request.source.reliable)
            else:
                machine = ServerNonInviteTransaction(self._timers, reliable=request.source.reliable)
            merge = _merge_of(request)
            self._servers[key] = _Server(machine, request.reply_to, merge)
            self._merges[merge] = self._merges.get(merge, 0) + 1
            self._user.request_received(key, request, now_us)

    def receive_response(self, response: ReceivedResponse, now_us: int) -> None:
        """Feed a response to its transaction; responses that match none are dropped (RFC 3261 section 18.1.2)."""
        key = ClientKey(response.method, response.branch)
        entry = self._clients.get(key)
        if entry is None:
            return
        ack = b""
        if response.method == "INVITE" and response.code >= 300:
            ack = bytes(ack_for_failure(entry.request, response))
        self._settle_client(key, entry, entry.machine.handle(ResponseReceived(response, ack), now_us), now_us)

    def is_merged(self, request: ReceivedRequest) -> bool:
        """Whether the request reached us on a second path too (RFC 3261 section 8.2.2.2)."""
        return self._merges.get(_merge_of(request), 0) > 1

    def cancelled_invite(self, cancel: ReceivedRequest) -> ServerKey | None:
        """The INVITE transaction that a CANCEL means (RFC 3261 section 9.2), if it's still there."""
        key = server_key(cancel, "INVITE")
        return key if key in self._servers else None

    def respond(self, key: ServerKey, response: Response, now_us: int) -> None:
        """Send a response through its transaction; without effect when that has ended."""
        entry = self._servers.get(key)
        if entry is not None:
            event = ResponseChosen(response.code, bytes(response))
            self._settle_server(key, entry, entry.machine.handle(event, now_us), now_us)

    def request(self, request: Request, branch: str, destination: Peer, now_us: int) -> ClientKey:
        """Start a client transaction for a request whose Via carries `branch`."""
        key = ClientKey(request.method, branch)
        machine: ClientInviteTransaction | ClientNonInviteTransaction
        if request.method == "INVITE":
            machine = ClientInviteTransaction(self._timers, bytes(request), reliable=destination.reliable)
        else:
            machine = ClientNonInviteTransaction(self._timers, bytes(request), reliable=destination.reliable)
        entry = _Client(machine, request, destination)
        self._clients[key] = entry
        self._settle_client(key, entry, machine.handle(Started(), now_us), now_us)
        return key

    def sent(self, key: ClientKey) -> tuple[Request, Peer] | None:
        """What a client transaction sent and where to; None when it has ended."""
        entry = self._clients.get(key)
        return None if entry is None else (entry.request, entry.destination)

    def abandon(self, key: ClientKey) -> None:
        """Forget a client transaction that will never be answered (RFC 3261 section 9.1)."""
        self._clients.pop(key, None)
        self._deadlines.set(key, None)

    def unreachable(self, peer: Peer, now_us: int) -> None:
        """Give up at once what was sent to `peer` by TCP and has met no response (RFC 3261 section 17.1.4)."""
        lost = [
            (key, entry.request)
            for key, entry in self._clients.items()
            if entry.destination.reliable
            and (entry.destination.host, entry.destination.port) == (peer.host, peer.port)
            and not entry.machine.answered
        ]
        for key, request in lost:
            self.abandon(key)
            self._user.request_timed_out(key, request, now_us)

    def wake(self, now_us: int) -> None:
        """Fire all timers that are due."""
        while (key := self._deadlines.pop_due(now_us)) is not None:
            match key:
                case ServerKey():
                    server = self._servers[key]
                    self._settle_server(key, server, server.machine.wake(now_us), now_us)
                case ClientKey():
                    client = self._clients[key]
                    self._settle_client(key, client, client.machine.wake(now_us), now_us)

    def next_wake(self) -> int | None:
        return self._deadlines.next_wake()

    def _settle_server(self, key: ServerKey, entry: _Server, actions: list[TransactionAction], now_us: int) -> None:
        if entry.machine.terminated:
            if self._servers.pop(key, None) is not None:
                self._unmerge(entry.merge)
            self._deadlines.set(key, None)
        else:
            self._deadlines.set(key, entry.machine.next_wake())
        for action in actions:
            match action:
                case Transmit(data):
                    self._transmit(data, entry.reply_to)
                case Deliver(message):
                    if isinstance(message, ReceivedRequest):
                        self._user.ack_received(message, now_us)
                case TimedOut():
                    pass  # nobody acknowledged our refusal; the call it belonged to has ended long since

    def _settle_client(self, key: ClientKey, entry: _Client, actions: list[TransactionAction], now_us: int) -> None:
        if entry.machine.terminated:
            self.abandon(key)
        else:
            self._deadlines.set(key, entry.machine.next_wake())
        for action in actions:
            match action:
                case Transmit(data):
                    self._transmit(data, entry.destination)
                case Deliver(message):
                    if isinstance(message, ReceivedResponse):
                        self._user.response_received(key, message, now_us)
                case TimedOut():
                    self._user.request_timed_out(key, entry.request, now_us)

    def _unmerge(self, merge: _Merge) -> None:
        left = self._merges[merge] - 1
        if left == 0:
            del self._merges[merge]
        else:
            self._merges[merge] = left


def _merge_of(request: ReceivedRequest) -> _Merge:
    return (request.method, request.call_id, request.from_.tag, request.cseq)
