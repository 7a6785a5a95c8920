"""Meeting challenges: a request of ours that got 401 or 407 is sent again with credentials (RFC 3261 section 22).

Decides whether that makes sense: once a realm, and again when the peer says the nonce was stale. May not decide what a
refusal means for the call: what isn't met here is handled like any other failure.
"""

from __future__ import annotations

from typing import Final

from sipmessage import Request

from telephony.sip.call import Call, CallState, Outgoing
from telephony.sip.core import Core
from telephony.sip.digest import Asked, Challenge, Credentials, authorization, parse_values, strongest
from telephony.sip.message import ReceivedResponse
from telephony.sip.peer import Peer
from telephony.sip.transactions import ClientKey

_HEADERS: Final = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}
_MAX_ATTEMPTS: Final = 4
"""A proxy's challenge, the callee's, and each once more for a stale nonce."""


class Authenticating:
    def __init__(self, core: Core) -> None:
        self._core = core

    def met(self, call: Call, key: ClientKey, response: ReceivedResponse, now_us: int) -> bool:
        """Whether the challenge was answered: then the request goes on under a new key, which the call knows."""
        names = _HEADERS.get(response.code)
        sent = self._core.transactions.sent(key)
        if names is None or sent is None or key.method == "CANCEL" or call.state is CallState.CANCELLING:
            return False
        request, destination = sent
        attempts = call.attempts.pop(key, 0)
        try:
            challenges = strongest(response.framed.values(names[0]))
            given = parse_values(request.headers.getlist(names[1]))
        except ValueError:
            return False
        answered = {each.get("realm", ""): each.get("nonce", "") for each in given}
        credited = [
            (each, credentials)
            for each in challenges
            if _is_new(each, answered) and (credentials := self._credentials(call, each, destination)) is not None
        ]
        if not credited or attempts >= _MAX_ATTEMPTS:
            return False
        again = self._again(call, request, names[1], credited)
        branch = self._core.branch()
        again.headers.set("Via", self._core.end.via(branch, destination.transport))
        self._replace(call, key, self._core.transactions.request(again, branch, destination, now_us), again)
        call.attempts[ClientKey(key.method, branch)] = attempts + 1
        return True

    def _credentials(self, call: Call, challenge: Challenge, destination: Peer) -> Credentials | None:
        """The call's own first; see `Credentials` for what those without realm and next hop are good for."""
        placed = isinstance(call.side, Outgoing)
        own: tuple[Credentials, ...] = () if call.credentials is None else (call.credentials,)
        for each in (*own, *self._core.settings.credentials):
            fits = (each.realm is None or each.realm == challenge.realm) and (
                each.next_hop is None or each.next_hop.host == destination.host
            )
            if fits and (placed or each.realm is not None or each.next_hop is not None):
                return each
        return None

    def _again(
        self, call: Call, request: Request, header: str, credited: list[tuple[Challenge, Credentials]]
    ) -> Request:
        """The same request with the next number; credentials for other realms stay (RFC 3261 section 22.3)."""
        sequence = request.cseq.sequence + 1
        if call.dialog is not None:
            call.dialog.local_cseq += 1
            sequence = call.dialog.local_cseq
        again = Request(request.method, request.uri, request.body)
        for name in dict.fromkeys(request.headers.keys()):
            again.headers.setlist(name, list(request.headers.getlist(name)))
        again.headers.set("CSeq", f"{sequence} {request.method}")
        renewed = {challenge.realm for challenge, _ in credited}
        kept = [each for each in request.headers.getlist(header) if not _realms(each) & renewed]
        fresh = [
            authorization(challenge, credentials, self._asked(call, challenge, request))
            for challenge, credentials in credited
        ]
        again.headers.setlist(header, [*kept, *fresh])
        return again

    def _asked(self, call: Call, challenge: Challenge, request: Request) -> Asked:
        count = call.nonce_counts.get(challenge.nonce, 0) + 1
        call.nonce_counts[challenge.nonce] = count
        return Asked(request.method, str(request.uri), self._core.token(), count)

    def _replace(self, call: Call, old: ClientKey, new: ClientKey, request: Request) -> None:
        if isinstance(call.side, Outgoing) and call.side.invite == old:
            call.side.invite, call.side.provisioned = new, False
        elif call.bye == old:
            call.bye = new
        elif call.own_reinvite == old:
            call.own_reinvite = new
        elif call.refer is not None and call.refer.request == old:
            call.refer.request, call.refer.cseq = new, request.cseq.sequence


def _realms(value: str) -> set[str]:
    return {each.get("realm", "") for each in parse_values([value])}


def _is_new(challenge: Challenge, answered: dict[str, str]) -> bool:
    """Whether answering can help: never answered, or answered with a nonce that was right but old."""
    before = answered.get(challenge.realm)
    return before is None or (challenge.stale and before != challenge.nonce)
