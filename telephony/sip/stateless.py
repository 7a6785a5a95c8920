"""Answers that need no memory (RFC 3261 section 8.2.7): the same request gets the same answer, however often it comes.

Decides where an answer goes and its To tag. May not decide that one is due.
"""

from __future__ import annotations

import hashlib

from telephony.sip.framing import FramingError
from telephony.sip.message import ReceivedRequest, read
from telephony.sip.peer import Peer
from telephony.sip.responses import response_to


def stateless_reply(
    data: bytes, source: Peer, code: int, *headers: tuple[str, str], reason: str = ""
) -> tuple[bytes, Peer] | None:
    """The answer to a request, and its destination; None for what can't be answered: responses, ACKs, broken ones."""
    try:
        request = read(data, source)
    except FramingError:
        return None
    if not isinstance(request, ReceivedRequest) or request.method == "ACK":
        return None
    named = f"{request.call_id}\n{request.from_.tag}\n{request.cseq}\n{request.branch}"
    tag = hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:16]
    return bytes(response_to(request, code, to_tag=tag, reason=reason, headers=headers)), request.reply_to
