"""How calls end: BYE in both directions (RFC 3261 section 15), and the one report that every call ends with.

Decides what a BYE or a hang-up means in each state of an answered call. May not cancel or refuse: see uas and uac.
"""

from __future__ import annotations

from telephony.sip.actions import CallCancelled, CallEnded
from telephony.sip.call import Call, CallState, CallTrigger, Incoming
from telephony.sip.core import Core
from telephony.sip.message import ReceivedRequest
from telephony.sip.transactions import ServerKey


class Ending:
    def __init__(self, core: Core) -> None:
        self._core = core

    def hang_up(self, call: Call, now_us: int) -> None:
        """End an answered call. Before the ACK nothing is sent yet, but the application is told at once."""
        if not call.move(CallTrigger.HUNG_UP):
            return
        if call.state is CallState.ENDING:
            self.send_bye(call, now_us)
        self._core.report(CallEnded(call.id, "local", "hung up"))

    def send_bye(self, call: Call, now_us: int) -> None:
        """Send BYE in the call's dialog."""
        dialog = call.dialog
        if dialog is None:
            return
        call.answer = None
        branch = self._core.branch()
        request = dialog.request("BYE", branch, self._core.end)
        call.bye = self._core.transactions.request(request, branch, dialog.next_hop(), now_us)

    def bye_received(self, key: ServerKey, request: ReceivedRequest, call: Call, now_us: int) -> None:
        """RFC 3261 section 15.1.2: 200, and 487 to whatever the peer still waits for."""
        core = self._core
        core.reply(key, request, 200, now_us)
        before = call.state
        if not call.move(CallTrigger.BYE_RECEIVED):
            return  # crossed ours
        call.answer = None
        if before is CallState.OFFERED and isinstance(call.side, Incoming):
            core.reply(call.side.key, call.side.invite, 487, now_us, to_tag=call.side.local_tag)
            core.report(CallCancelled(call.id))
            return
        if call.peer_reinvite is not None:
            core.reply(call.peer_reinvite.key, call.peer_reinvite.request, 487, now_us)
        if before is not CallState.CLOSING:
            reason = request.header("Reason")
            core.report(CallEnded(call.id, "remote", "BYE" if reason is None else reason))
