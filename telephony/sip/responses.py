"""Building responses (RFC 3261 section 8.2.6): what is copied from the request, and the phrase of a status code.

Uses sipmessage to serialise; copied header values stay as they were received. May not decide which code is right.
"""

from __future__ import annotations

import re
from typing import Final

from sipmessage import Response

from telephony.sip.framing import Framed
from telephony.sip.message import ReceivedRequest

ALLOW: Final = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY"
SDP_TYPE: Final = "application/sdp"

PHRASES: Final = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    182: "Queued",
    183: "Session Progress",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    469: "Bad Info Package",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    505: "Version Not Supported",
    513: "Message Too Large",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
}
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")


def one_line(text: str) -> str:
    """`text` without control characters, so that no value can begin a header of its own; lone surrogates become `?`."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode("utf-8")


def phrase_of(code: int, reason: str = "") -> str:
    """The reason phrase to send: `reason` when given, else the registered one."""
    return PHRASES.get(code, "Unknown") if reason == "" else one_line(reason)


def response_to(
    request: ReceivedRequest,
    code: int,
    *,
    to_tag: str | None = None,
    reason: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    sdp: bytes | None = None,
) -> Response:
    """A response with Via, From, To, Call-ID and CSeq of the request; `to_tag` is added to To where it has none."""
    response = Response(code, phrase_of(code, reason))
    response.headers.setlist("Via", list(request.vias))
    response.headers.set("From", request.from_.text)
    tagged = to_tag is None or request.to.tag is not None
    response.headers.set("To", request.to.text if tagged else f"{request.to.text};tag={to_tag}")
    response.headers.set("Call-ID", request.call_id)
    response.headers.set("CSeq", f"{request.cseq} {request.method}")
    for name, value in headers:
        response.headers.add(name, one_line(value))
    if sdp is not None:
        response.headers.set("Content-Type", SDP_TYPE)
        response.body = sdp
    response.headers.set("Content-Length", str(len(response.body)))
    return response


def response_to_unreadable(framed: Framed, code: int, reason: str, to_tag: str) -> Response:
    """The answer to a request that could not be read: echoes those of the five headers that are there."""
    response = Response(code, phrase_of(code, reason))
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        for value in framed.values(name):
            response.headers.add(name, one_line(value))
    to = response.headers.get("To")
    if to is not None and "tag=" not in to.lower():
        response.headers.set("To", f"{to};tag={to_tag}")
    response.headers.set("Content-Length", "0")
    return response
