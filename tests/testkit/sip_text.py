"""SIP as plain text over a socket of one's own, for what no well-behaved caller of ours would send."""

from __future__ import annotations

import socket
from typing import Final

HOST: Final = "127.0.0.1"
OFFER: Final = "\r\n".join((
    "v=0", f"o=- 1 1 IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}", "t=0 0", "m=audio 9 RTP/AVP 0", ""
))  # fmt: skip


def request(method: str, uri: str, here: int, *, number: int = 1, to_tag: str = "", call: str, body: str = "") -> bytes:
    """One request of a caller at port `here`; `call` makes its Call-ID, tag and branch."""
    content = ("Content-Type: application/sdp",) if body else ()
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


def answer_to_invite(uri: str, body: str = OFFER, seconds: float = 5.0) -> str:
    """The first final response to an INVITE; not acknowledged, so only for such as refuse."""
    host, _, port = uri.removeprefix("sip:").rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        sock.settimeout(seconds)
        here = int(sock.getsockname()[1])
        sock.sendto(request("INVITE", uri, here, call=f"text-{here}", body=body), (host, int(port)))
        while (response := sock.recv(8_192).decode()).startswith("SIP/2.0 1"):
            pass
    return response
