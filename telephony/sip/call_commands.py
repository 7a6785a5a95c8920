"""What may be asked of the user agent about calls: each method is one command, checked and handed on.

Decides nothing: whoever has these methods says what becomes of a command. Raises ValueError for a status out of range.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from telephony.sip.digest import Credentials
from telephony.sip.events import (
    AcceptCall,
    AnswerReinvite,
    CallId,
    CancelCall,
    ChangeSession,
    Drain,
    Event,
    HangUpCall,
    PlaceCall,
    ProvisionCall,
    ReferCall,
    RejectCall,
    RejectReinvite,
)
from telephony.sip.peer import Peer


class CallCommands(ABC):
    """A call that has ended, or was never there, is left alone."""

    @abstractmethod
    def _handle(self, event: Event) -> None:
        """Does what was asked for."""

    @abstractmethod
    def _new_call(self) -> CallId:
        """Unpredictable, and never given before."""

    def ring(self, call: CallId, code: int = 180, sdp: bytes | None = None) -> None:
        """Send a provisional response, 101 to 199."""
        _check_code(code, 101, 199)
        self._handle(ProvisionCall(call, code, sdp))

    def accept(self, call: CallId, sdp: bytes) -> None:
        """Answer a call we received."""
        self._handle(AcceptCall(call, sdp))

    def reject(self, call: CallId, code: int, reason: str = "", retry_after: int | None = None) -> None:
        """Refuse a call with 300 to 699; `retry_after` in seconds."""
        _check_code(code, 300, 699)
        self._handle(RejectCall(call, code, reason, retry_after))

    def hang_up(self, call: CallId) -> None:
        """End a call, whatever its state."""
        self._handle(HangUpCall(call))

    def cancel(self, call: CallId) -> None:
        """Give up a call we placed while it's unanswered; does nothing once it's answered."""
        self._handle(CancelCall(call))

    def place(
        self,
        uri: str,
        sdp: bytes,
        *,
        from_uri: str,
        from_display: str = "",
        next_hop: Peer | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        credentials: Credentials | None = None,
        call: CallId | None = None,
    ) -> CallId:
        """Call somebody. A `uri` whose host is a name needs a `next_hop`; see `resolve`.

        `call`, where given, must be new and unpredictable: it's the Call-ID too.

        What can't be called is reported to the observer as `CallRejected` with 400, before this returns unless it's
        called from inside the observer.
        """
        call = self._new_call() if call is None else call
        self._handle(PlaceCall(call, uri, sdp, from_uri, from_display, next_hop, headers, credentials))
        return call

    def answer_reinvite(self, call: CallId, sdp: bytes) -> None:
        self._handle(AnswerReinvite(call, sdp))

    def reject_reinvite(self, call: CallId, code: int = 488) -> None:
        """Keep the session; `code` is 300 to 699."""
        _check_code(code, 300, 699)
        self._handle(RejectReinvite(call, code))

    def change_session(self, call: CallId, sdp: bytes) -> None:
        """Send a re-INVITE."""
        self._handle(ChangeSession(call, sdp))

    def refer(
        self,
        call: CallId,
        target: str,
        *,
        referred_by: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Transfer an established call to `target` (a sip or tel URI); ends with one `ReferSettled`."""
        self._handle(ReferCall(call, target, referred_by, headers))

    def drain(self) -> None:
        """Take no new calls; those that are up go on."""
        self._handle(Drain())


def _check_code(code: int, low: int, high: int) -> None:
    if not low <= code <= high:
        raise ValueError(f"status {code}: must be {low} to {high}")
