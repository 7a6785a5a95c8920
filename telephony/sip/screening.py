"""What is wrong with a request before anybody looks at calls (RFC 3261 section 8.2.1 to 8.2.3).

Decides the status and the headers of a refusal. May not send it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from telephony.sip.message import ReceivedRequest
from telephony.sip.responses import ALLOW, SDP_TYPE

SUPPORTED_METHODS: Final = frozenset({"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "UPDATE", "INFO", "NOTIFY"})
DIALOG_METHODS: Final = frozenset({"BYE", "UPDATE", "INFO", "NOTIFY"})
"""Mean nothing outside a dialog. We subscribe by REFER inside calls only."""
_KNOWN_METHODS: Final = frozenset({"REGISTER", "SUBSCRIBE", "MESSAGE", "PRACK", "REFER", "PUBLISH"})
"""REFER among them: nobody who calls makes us dial."""


class Refusal(msgspec.Struct, frozen=True):
    code: int
    headers: tuple[tuple[str, str], ...] = ()


def method_problem(request: ReceivedRequest) -> Refusal | None:
    """405 for methods that exist and are not served here, 501 for others."""
    if request.method in SUPPORTED_METHODS:
        return None
    return Refusal(405 if request.method in _KNOWN_METHODS else 501, (("Allow", ALLOW),))


def user_problem(request: ReceivedRequest, users: frozenset[str] | None) -> Refusal | None:
    """404 when only some users are served. OPTIONS to the host itself is a health check and passes."""
    user = request.uri.user
    if users is None or (user is None and request.method == "OPTIONS"):
        return None
    return None if user in users else Refusal(404)


def extension_problem(request: ReceivedRequest) -> Refusal | None:
    """420: no extension is supported so far (RFC 3261 section 8.2.2.3)."""
    try:
        required = request.values("Require")
    except ValueError:
        return Refusal(400)
    return Refusal(420, (("Unsupported", ", ".join(required)),)) if required else None


def content_problem(request: ReceivedRequest) -> Refusal | None:
    """415 for a body that isn't plain SDP (RFC 3261 section 8.2.3)."""
    if not request.body:
        return None
    encoding = request.header("Content-Encoding")
    if encoding is not None and encoding.lower() != "identity":
        return Refusal(415, (("Accept-Encoding", "identity"),))
    kind = request.header("Content-Type")
    if kind is None or kind.partition(";")[0].strip().lower() != SDP_TYPE:
        return Refusal(415, (("Accept", SDP_TYPE),))
    return None
