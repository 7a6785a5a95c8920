"""SIP as plain text over a socket of one's own, for what no well-behaved caller of ours would send."""

from __future__ import annotations

import contextlib
import re
import socket
from typing import Final

HOST: Final = "127.0.0.1"
WAIT_S: Final = 5.0
OFFER: Final = "\r\n".join((
    "v=0", f"o=- 1 1 IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}", "t=0 0", "m=audio 9 RTP/AVP 0", ""
))  # fmt: skip


def request(
    method: str,
    uri: str,
    here: int,
    *,
    number: int = 1,
    to_tag: str = "",
    call: str,
    body: str = "",
    headers: tuple[str, ...] = (),
) -> bytes:
    """One request of a caller at port `here`; `call` makes its Call-ID, tag and branch. SDP, unless `headers` say."""
    typed = any(header.startswith("Content-Type:") for header in headers)
    content = (*headers, *(("Content-Type: application/sdp",) if body and not typed else ()))
    lines = (
        f"{method} {uri} SIP/2.0",
        f"Via: SIP/2.0/UDP {HOST}:{here};branch=z9hG4bK-{call}-{number}-{method}",
        f"From: <sip:1@{HOST}:{here}>;tag={call}",
        f"To: <{uri}>{to_tag and f';tag={to_tag}'}",
        f"Call-ID: {call}@{HOST}",
        f"CSeq: {number} {method}",
        f"Contact: <sip:1@{HOST}:{here}>",
        "Max-Forwards: 70",
        *content,
        f"Content-Length: {len(body.encode())}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class TextCaller:
    """One call at most, typed by hand. Its methods block: call them from a thread where the loop must go on."""

    def __init__(self, uri: str) -> None:
        host, _, port = uri.removeprefix("sip:").rpartition("@")[2].rpartition(":")
        self._uri = uri
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.settimeout(WAIT_S)
        self._socket.connect((host, int(port)))
        self._here = int(self._socket.getsockname()[1])

    def send(
        self, method: str, *, number: int = 1, to_tag: str = "", body: str = "", headers: tuple[str, ...] = ()
    ) -> None:
        """A request of the call; an ACK has the number of its INVITE."""
        call = f"text-{self._here}"
        self._socket.send(
            request(method, self._uri, self._here, number=number, to_tag=to_tag, call=call, body=body, headers=headers)
        )

    def notify(self, status: str, *, number: int, to_tag: str, over: bool = True) -> None:
        """What the transfer that was asked for has come to (RFC 3515 section 2.4.5), such as `200 OK`."""
        state = "terminated;reason=noresource" if over else "active;expires=60"
        headers = ("Event: refer", f"Subscription-State: {state}", "Content-Type: message/sipfrag;version=2.0")
        self.send("NOTIFY", number=number, to_tag=to_tag, body=f"SIP/2.0 {status}\r\n", headers=headers)

    def answer(self, asked: str, status: str) -> None:
        """Responds to a request that came."""
        echoed = [line for line in asked.split("\r\n") if re.match(r"(?:Via|From|To|Call-ID|CSeq):", line)]
        contact = f"Contact: <sip:1@{HOST}:{self._here}>"
        self._socket.send("\r\n".join((f"SIP/2.0 {status}", *echoed, contact, "Content-Length: 0", "", "")).encode())

    def expect(self, start: str) -> str:
        """The next message that begins with `start`; others are passed over. Raises TimeoutError."""
        while not (message := self._socket.recv(8_192).decode()).startswith(start):
            pass
        return message

    def close(self) -> None:
        self._socket.close()


def to_tag_of(response: str) -> str:
    """What names the other side of the dialog."""
    found = re.search(r"^To: .*;tag=([^;\r]+)", response, re.MULTILINE)
    assert found is not None
    return found[1]


def answer_to_invite(uri: str) -> str:
    """The final response to an INVITE that is refused."""
    with contextlib.closing(TextCaller(uri)) as caller:
        caller.send("INVITE", body=OFFER)
        while (response := caller.expect("SIP/2.0 ")).startswith("SIP/2.0 1"):
            pass
        return response
