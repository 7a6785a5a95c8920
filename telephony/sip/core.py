"""What the parts of the user agent share: its identity, the transaction layer, the calls and the actions so far.

Decides nothing about calls; finds them and removes those that have ended.
"""

from __future__ import annotations

from collections.abc import Callable

from telephony.sip.actions import Action, CallAction, CallEnded, ReferSettled, SendDatagram
from telephony.sip.call import Call, CallState, Incoming, ReferTrigger
from telephony.sip.deadlines import Deadlines
from telephony.sip.dialog import LocalEnd
from telephony.sip.events import CallId
from telephony.sip.message import MAGIC_COOKIE, ReceivedRequest
from telephony.sip.peer import Peer
from telephony.sip.responses import response_to
from telephony.sip.settings import SipSettings
from telephony.sip.transactions import ServerKey, Transactions, TransactionUser


class Core:
    """`token` yields a new unpredictable text of token characters at every call; it makes tags, branches and ids."""

    def __init__(self, end: LocalEnd, settings: SipSettings, token: Callable[[], str], user: TransactionUser) -> None:
        self.end = end
        self.settings = settings
        self.token = token
        self.draining = False
        self.transactions = Transactions(settings.timers, settings.max_transactions, user, self.transmit)
        self._actions: list[Action] = []
        self._calls: dict[CallId, Call] = {}
        self._by_local: dict[tuple[str, str], Call] = {}
        self._by_invite: dict[ServerKey, Call] = {}
        self._deadlines: Deadlines[CallId] = Deadlines()

    # Actions

    def transmit(self, data: bytes, destination: Peer) -> None:
        """Ask for a datagram to be sent."""
        self._actions.append(SendDatagram(data, destination))

    def report(self, action: CallAction) -> None:
        """Tell the application. A transfer whose outcome is unknown is settled before its call ends."""
        call = self._calls.get(action.call)
        refer = None if call is None else call.refer
        if isinstance(action, CallEnded) and refer is not None and refer.move(ReferTrigger.CALL_ENDED):
            self._actions.append(ReferSettled(action.call, ok=False, code=487))
        self._actions.append(action)

    def take_actions(self) -> list[Action]:
        """Everything asked for since the last time."""
        actions, self._actions = self._actions, []
        return actions

    def branch(self) -> str:
        """A new Via branch (RFC 3261 section 8.1.1.7)."""
        return MAGIC_COOKIE + self.token()

    def reply(
        self,
        key: ServerKey,
        request: ReceivedRequest,
        code: int,
        now_us: int,
        *headers: tuple[str, str],
        to_tag: str | None = None,
    ) -> None:
        """Answer a request that has no body in its answer. A To tag is made up where none is given or present."""
        tag = self.token() if to_tag is None else to_tag
        self.transactions.respond(key, response_to(request, code, to_tag=tag, headers=headers), now_us)

    # Calls

    @property
    def call_count(self) -> int:
        return len(self._calls)

    def add(self, call: Call) -> None:
        """Keep a new call until its state is `ended`."""
        self._calls[call.id] = call
        self._by_local[call.call_id, call.side.local_tag] = call
        if isinstance(call.side, Incoming):
            self._by_invite[call.side.key] = call

    def call(self, id: CallId) -> Call | None:
        """A call by our handle; None when it has ended."""
        return self._calls.get(id)

    def call_of_invite(self, key: ServerKey) -> Call | None:
        """The call that an INVITE transaction began."""
        return self._by_invite.get(key)

    def call_of_local(self, call_id: str, local_tag: str | None) -> Call | None:
        """The call with our tag, whatever the peer's tag is."""
        return None if local_tag is None else self._by_local.get((call_id, local_tag))

    def call_of_request(self, request: ReceivedRequest) -> Call | None:
        """The call whose dialog a request is in (RFC 3261 section 12.2.2)."""
        call = self.call_of_local(request.call_id, request.to.tag)
        if call is None or call.dialog is None or call.dialog.id.remote_tag != request.from_.tag:
            return None
        return call

    def settle(self, call: Call) -> None:
        """To be called after anything happened to a call: forgets it when it ended, else notes its next wake."""
        if call.state is not CallState.ENDED:
            self._deadlines.set(call.id, call.next_wake())
            return
        self._deadlines.set(call.id, None)
        self._calls.pop(call.id, None)
        self._by_local.pop((call.call_id, call.side.local_tag), None)
        if isinstance(call.side, Incoming):
            self._by_invite.pop(call.side.key, None)

    def due_call(self, now_us: int) -> Call | None:
        """The next call that asked to be woken by now, each once."""
        id = self._deadlines.pop_due(now_us)
        return None if id is None else self._calls[id]

    def next_wake(self) -> int | None:
        """The earliest deadline of calls and transactions."""
        times = [each for each in (self._deadlines.next_wake(), self.transactions.next_wake()) if each is not None]
        return min(times, default=None)
