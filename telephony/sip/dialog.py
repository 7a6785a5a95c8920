"""A dialog (RFC 3261 section 12): its identity, sequence numbers, route set and remote target.

Decides whether an in-dialog request is in order and builds ours. May not send, nor know the state of the call.
"""

from __future__ import annotations

import msgspec
from sipmessage import URI, Request

from telephony.sip.fields import parse_name_addr, parse_uri
from telephony.sip.message import ReceivedRequest, ReceivedResponse
from telephony.sip.peer import DEFAULT_PORT, Peer, Transport, bare_host, is_ip_literal

MAX_FORWARDS = "70"


class DialogId(msgspec.Struct, frozen=True):
    """RFC 3261 section 12: as seen from here. A peer of RFC 2543 may have no tag (None)."""

    call_id: str
    local_tag: str
    remote_tag: str | None


class LocalEnd(msgspec.Struct, frozen=True):
    """How this side names itself: Via sent-by and Contact."""

    address: Peer
    user: str
    product: str

    def via(self, branch: str, transport: Transport) -> str:
        """A Via that asks for symmetric responses (RFC 3581)."""
        return f"SIP/2.0/{transport} {self.address};branch={branch};rport"

    def contact(self, transport: Transport) -> str:
        """Where requests in a dialog reach us by the transport that it was made with."""
        parameter = "" if transport is Transport.UDP else f";transport={transport.lower()}"
        return f"<sip:{self.user}@{self.address}{parameter}>"


def contact_uri(message: ReceivedRequest | ReceivedResponse) -> URI | None:
    """The URI of the first Contact, None without one. Raises ValueError when it can't be used as a target."""
    contacts = message.values("Contact")
    if not contacts:
        return None
    uri = parse_uri(parse_name_addr(contacts[0]).uri)
    if uri.scheme != "sip":
        raise ValueError(f"can't reach a {uri.scheme} contact")
    return uri


class Dialog:
    """Mutable state of one dialog. `local` and `remote` are From/To values as they go into requests of ours."""

    def __init__(self, id: DialogId, local: str, remote: str, target: URI, source: Peer) -> None:
        self.id = id
        self.target = target
        self.route_set: tuple[str, ...] = ()
        self.local_cseq = 0
        self.remote_cseq: int | None = None
        self._local = local
        self._remote = remote
        self._source = source

    @classmethod
    def from_invite(cls, invite: ReceivedRequest, local_tag: str) -> Dialog:
        """The callee's side, RFC 3261 section 12.1.1. Raises ValueError without a usable Contact."""
        target = contact_uri(invite)
        if target is None:
            raise ValueError("missing Contact")
        dialog_id = DialogId(invite.call_id, local_tag, invite.from_.tag)
        dialog = cls(dialog_id, f"{invite.to.text};tag={local_tag}", invite.from_.text, target, invite.source)
        dialog.route_set = tuple(invite.values("Record-Route"))
        dialog.remote_cseq = invite.cseq
        dialog._check_routes()
        return dialog

    @classmethod
    def from_answer(cls, invite: Request, local_tag: str, answer: ReceivedResponse) -> Dialog:
        """The caller's side, RFC 3261 section 12.1.2. A missing Contact falls back on the Request-URI."""
        target = contact_uri(answer)
        dialog_id = DialogId(answer.call_id, local_tag, answer.to.tag)
        dialog = cls(
            dialog_id,
            invite.headers["From"],
            answer.to.text,
            invite.uri if target is None else target,
            answer.source,
        )
        dialog.route_set = tuple(reversed(answer.values("Record-Route")))
        dialog.local_cseq = answer.cseq
        dialog._check_routes()
        return dialog

    def admit(self, request: ReceivedRequest) -> bool:
        """Whether an in-dialog request is in order (RFC 3261 section 12.2.2); remembers its number when it is."""
        if self.remote_cseq is not None and request.cseq <= self.remote_cseq:
            return False
        self.remote_cseq = request.cseq
        return True

    def refresh(self, message: ReceivedRequest | ReceivedResponse) -> None:
        """Take the target from a re-INVITE or its 2xx (RFC 3261 section 12.2). Raises ValueError."""
        target = contact_uri(message)
        if target is not None:
            self.target = target
        self._source = message.source

    def request(self, method: str, branch: str, end: LocalEnd, cseq: int | None = None) -> Request:
        """A request inside the dialog (RFC 3261 section 12.2.1.1). `cseq` is given for the ACK of a 2xx only."""
        if cseq is None:
            self.local_cseq += 1
            cseq = self.local_cseq
        uri, routes = self._routed()
        transport = self.next_hop().transport
        request = Request(method, uri)
        headers = request.headers
        headers.set("Via", end.via(branch, transport))
        headers.set("Max-Forwards", MAX_FORWARDS)
        headers.set("From", self._local)
        headers.set("To", self._remote)
        headers.set("Call-ID", self.id.call_id)
        headers.set("CSeq", f"{cseq} {method}")
        if routes:
            headers.setlist("Route", routes)
        headers.set("Contact", end.contact(transport))
        headers.set("User-Agent", end.product)
        headers.set("Content-Length", "0")
        return request

    def next_hop(self) -> Peer:
        """Where requests go: the first route, else the target. A name that needs resolving falls back on the address
        that the peer last sent from, which is reachable for certain. A TCP connection to the same host is used again.
        """
        uri = self.target if not self.route_set else parse_uri(parse_name_addr(self.route_set[0]).uri)
        peer, source = peer_of(uri), self._source
        if peer is None:
            return source
        if source.reliable and peer.host == source.host and _transport(uri) in (None, Transport.TCP):
            return Peer(peer.host, peer.port, Transport.TCP, source.port)
        return peer

    def _routed(self) -> tuple[URI, list[str]]:
        """Request-URI and Route headers: loose routing, or strict when the first proxy doesn't know `lr`."""
        if not self.route_set:
            return self.target, []
        first = parse_uri(parse_name_addr(self.route_set[0]).uri)
        if "lr" in first.parameters:
            return self.target, list(self.route_set)
        return first, [*self.route_set[1:], f"<{self.target}>"]

    def _check_routes(self) -> None:
        for route in self.route_set:
            parse_uri(parse_name_addr(route).uri)


def peer_of(uri: URI) -> Peer | None:
    """Where a URI points, None when its host is a name or its transport none of ours."""
    host = bare_host(uri.host)
    transport = _transport(uri)
    transport = Transport.UDP if transport is None else transport
    if not is_ip_literal(host) or transport not in Transport.__members__:
        return None
    return Peer(host, DEFAULT_PORT if uri.port is None else uri.port, Transport[transport])


def _transport(uri: URI) -> str | None:
    """What a URI asks for, in capitals; None when it leaves the choice to us."""
    value = uri.parameters.get("transport")
    return None if value is None else value.upper()
