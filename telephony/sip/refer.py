"""Blind transfer: we send REFER (RFC 3515; RFC 5589 section 6) and follow the NOTIFYs of its implicit subscription.

Decides what a NOTIFY says about the transfer and when there has been silence for too long. May not hang up: the
application does, when it was told how the transfer went.
"""

from __future__ import annotations

import re
from typing import Final

from telephony.sip.actions import ReferProgress, ReferSettled
from telephony.sip.call import Call, CallState, ReferState, ReferTrigger, SentRefer
from telephony.sip.core import Core
from telephony.sip.events import ReferCall
from telephony.sip.fields import parse_uri, split_list
from telephony.sip.message import ReceivedRequest, ReceivedResponse
from telephony.sip.responses import one_line
from telephony.sip.transactions import ServerKey

_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_STATUS: Final = re.compile(rb"\s*SIP/2\.0[ \t]+(?P<code>[1-6][0-9]{2})(?:[ \t\r\n]|$)")
_STATES: Final = frozenset({"active", "pending", "terminated"})
_DECLINED: Final = 603
_SILENT: Final = 408


class Refer:
    def __init__(self, core: Core) -> None:
        self._core = core

    def send(self, call: Call, command: ReferCall, now_us: int) -> None:
        """Send REFER in the call's dialog; what can't be done is settled at once."""
        core, dialog = self._core, call.dialog
        pending = call.refer is not None and call.refer.state is not ReferState.SETTLED
        if call.state is CallState.ENDED or call.state in (CallState.ENDING, CallState.CLOSING):
            return  # its end was reported
        if dialog is None or call.state is not CallState.ESTABLISHED or pending:
            core.report(ReferSettled(call.id, ok=False, code=491))
            return
        try:
            headers = _headers(command)
        except ValueError:
            core.report(ReferSettled(call.id, ok=False, code=400))
            return
        branch = core.branch()
        request = dialog.request("REFER", branch, core.end)
        for name, value in headers:
            request.headers.add(name, value)
        key = core.transactions.request(request, branch, dialog.next_hop(), now_us)
        call.refer = SentRefer(key, request.cseq.sequence)

    def responded(self, call: Call, refer: SentRefer, response: ReceivedResponse, now_us: int) -> None:
        """A final response to the REFER. After a 2xx the first NOTIFY is due (RFC 6665 section 4.1.2.4, timer N)."""
        if response.code >= 300:
            self.refused(call, refer, response.code)
        elif refer.move(ReferTrigger.ACCEPTED):
            refer.until_us = now_us + self._core.settings.timers.transaction_us

    def refused(self, call: Call, refer: SentRefer, code: int) -> None:
        """The peer won't, or gave no answer (408)."""
        if refer.move(ReferTrigger.REFUSED):
            self._core.report(ReferSettled(call.id, ok=False, code=code))

    def notified(self, key: ServerKey, request: ReceivedRequest, call: Call, now_us: int) -> None:
        """A NOTIFY: 481 without a transfer that it could mean, 489 for other events (RFC 6665 section 4.1.3)."""
        reply, refer = self._core.reply, call.refer
        package = request.header("Event")
        event, _, params = ("" if package is None else package).partition(";")
        if event.strip().lower() != "refer":
            reply(key, request, 489, now_us, ("Allow-Events", "refer"))
        elif refer is None or not _means(params, refer):
            reply(key, request, 481, now_us)
        elif (state := _subscription(request)) is None:
            reply(key, request, 400, now_us)
        else:
            reply(key, request, 200, now_us)
            self._follow(call, refer, request, state, now_us)

    def wake(self, call: Call, now_us: int) -> None:
        """The peer has been silent for too long."""
        refer = call.refer
        if refer is None or refer.until_us is None or refer.until_us > now_us:
            return
        if refer.move(ReferTrigger.SILENCE):
            self._core.report(ReferSettled(call.id, ok=False, code=_SILENT))

    def _follow(
        self, call: Call, refer: SentRefer, request: ReceivedRequest, state: tuple[str, str], now_us: int
    ) -> None:
        found = _STATUS.match(request.body) if _is_fragment(request) else None
        over, reason = state[0] == "terminated", state[1]
        code = None if found is None else int(found.group("code"))
        if code is None and over:
            code = _DECLINED if reason == "rejected" else _SILENT
        if code is None:  # says nothing but that the peer is there
            return
        if code >= 200 or over:
            if refer.move(ReferTrigger.OUTCOME):
                self._core.report(ReferSettled(call.id, ok=200 <= code < 300, code=code))
        elif refer.move(ReferTrigger.PROGRESS):
            refer.until_us = now_us + self._core.settings.refer_limit_us
            self._core.report(ReferProgress(call.id, code))


def _headers(command: ReferCall) -> list[tuple[str, str]]:
    """Raises ValueError for a target that can't be called and for headers that REFER has already."""
    headers = [("Refer-To", f"<{parse_uri(command.target)}>")]
    if command.referred_by is not None:
        headers.append(("Referred-By", f"<{parse_uri(command.referred_by)}>"))
    for name, value in command.headers:
        if _HEADER_NAME.fullmatch(name) is None or name.lower() in _OWN:
            raise ValueError(f"header {name!r} can't be given")
        headers.append((name, one_line(value)))
    return headers


_OWN: Final = frozenset(
    "via max-forwards from to call-id cseq route contact user-agent content-length refer-to referred-by".split()
)


def _means(params: str, refer: SentRefer) -> bool:
    """Whether the `id` of Event, the CSeq number of the REFER (RFC 3515 section 2.4.6), is that of ours if given."""
    for each in params.split(";"):
        name, _, value = each.partition("=")
        if name.strip().lower() == "id":
            return value.strip() == str(refer.cseq)
    return True


def _subscription(request: ReceivedRequest) -> tuple[str, str] | None:
    """State and reason of Subscription-State; None when it's missing or unknown."""
    value = request.header("Subscription-State")
    if value is None:
        return None
    try:
        state, *params = split_list(value, ";")
    except ValueError:
        return None
    reasons = [each.partition("=")[2].strip().lower() for each in params if each.lower().startswith("reason")]
    return (state.lower(), next(iter(reasons), "")) if state.lower() in _STATES else None


def _is_fragment(request: ReceivedRequest) -> bool:
    kind = request.header("Content-Type")
    return kind is not None and kind.partition(";")[0].strip().lower() == "message/sipfrag"
