r"""Keypad digits that come by INFO (RFC 6086, and the `application/dtmf-relay` and `application/dtmf` bodies in use).

    read_digits("application/dtmf-relay", b"Signal=5\r\nDuration=160")    # ("5", 160)

Decides what an INFO says. May not collect digits: each is reported as it comes.
"""

from __future__ import annotations

import re
from typing import Final

from telephony.sip.actions import DigitsReceived
from telephony.sip.call import Call, CallState
from telephony.sip.core import Core
from telephony.sip.message import ReceivedRequest
from telephony.sip.transactions import ServerKey

_RELAY: Final = "application/dtmf-relay"
_PLAIN: Final = "application/dtmf"
_SIGNAL: Final = re.compile(r"(?im)^[ \t]*signal[ \t]*=[ \t]*(?P<signal>\S{1,2})[ \t]*$")
_DURATION: Final = re.compile(r"(?im)^[ \t]*duration[ \t]*=[ \t]*(?P<ms>[0-9]{1,6})[ \t]*$")
_BY_NUMBER: Final = {"10": "*", "11": "#", "12": "A", "13": "B", "14": "C", "15": "D"}
"""Some gateways name keys by their event number of RFC 4733."""
_KEYS: Final = frozenset("0123456789*#ABCD")
_TALKING: Final = frozenset({CallState.ANSWERED, CallState.ESTABLISHED})


class Info:
    def __init__(self, core: Core) -> None:
        self._core = core

    def received(self, key: ServerKey, request: ReceivedRequest, call: Call, now_us: int) -> None:
        """200 and the digits; 415 for other bodies, 469 for packages (RFC 6086 section 4.2.2): none was agreed on."""
        reply = self._core.reply
        kind = request.header("Content-Type")
        kind = None if kind is None else kind.partition(";")[0].strip().lower()
        if request.header("Info-Package") is not None:
            reply(key, request, 469, now_us, ("Recv-Info", ""))
        elif not request.body:
            reply(key, request, 200, now_us)
        elif kind not in (_RELAY, _PLAIN):
            reply(key, request, 415, now_us, ("Accept", f"{_RELAY}, {_PLAIN}"))
        else:
            try:
                digits, duration_ms = read_digits(kind, request.body)
            except ValueError:
                reply(key, request, 400, now_us)
                return
            reply(key, request, 200, now_us)
            if call.state in _TALKING:
                self._core.report(DigitsReceived(call.id, digits, duration_ms))


def read_digits(kind: str, body: bytes) -> tuple[str, int | None]:
    """The key and how long it was held in milliseconds, None where unsaid. Raises ValueError when it's no key."""
    text = re.sub(r"\r\n?", "\n", body.decode("utf-8", "replace"))
    if kind == _PLAIN:
        signal, duration = text.strip(), None
    else:
        found = _SIGNAL.search(text)
        signal, duration = "" if found is None else found.group("signal"), _DURATION.search(text)
    digit = _BY_NUMBER.get(signal, signal.upper())
    if digit not in _KEYS:
        raise ValueError(f"{signal[:20]!r} is no key of a telephone")
    return digit, None if duration is None else int(duration.group("ms"))
