"""What a router needs of a SIP message, without reading all of it: 5 us instead of 100.

    glance(b"BYE sip:a SIP/2.0\\r\\nCall-ID: x\\r\\n...")      # Glance("BYE", "x", ...)

Decides nothing. Sees what stands on one line each; a message that hides from it is for whoever reads it whole.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from telephony.sip.message import MAGIC_COOKIE

_HEAD_END: Final = re.compile(rb"\r\n\r\n|\n\n")
_REQUEST: Final = re.compile(rb"([A-Za-z0-9\-.!%*_+`'~]+) [^\r\n]* SIP/2\.0[ \t]*\r?\n")
_RESPONSE: Final = re.compile(rb"SIP/2\.0 [1-6][0-9][0-9]")
_CALL_ID: Final = re.compile(rb"\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*[\r\n]", re.IGNORECASE)
_TO_TAG: Final = re.compile(rb"\n(?:to|t)[ \t]*:[^\r\n]*;[ \t]*tag[ \t]*=[ \t]*([^\s;,>]+)", re.IGNORECASE)
_BRANCH: Final = re.compile(rb"\n(?:via|v)[ \t]*:[^\r\n,]*;[ \t]*branch[ \t]*=[ \t]*([^\s;,]+)", re.IGNORECASE)


class Glance(msgspec.Struct, frozen=True):
    """`method` is None for a response. `to_tag` is None where there is none, `branch` is without the magic cookie."""

    method: str | None
    call_id: str
    to_tag: str | None
    branch: str | None


def glance(data: bytes) -> Glance | None:
    """None for what is no SIP message, or has no Call-ID on one line. Never raises."""
    data = data.lstrip(b"\r\n")
    end = _HEAD_END.search(data)
    head = data + b"\n" if end is None else data[: end.end()]
    request = _REQUEST.match(head)
    call_id = _CALL_ID.search(head)
    if call_id is None or (request is None and _RESPONSE.match(head) is None):
        return None
    method = None if request is None else _text(request[1])
    to_tag, branch = _TO_TAG.search(head), _BRANCH.search(head)
    return Glance(
        method,
        _text(call_id[1]),
        None if to_tag is None else _text(to_tag[1]),
        None if branch is None else _text(branch[1]).removeprefix(MAGIC_COOKIE),
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
