"""Retransmitting the 2xx to an INVITE until its ACK comes (RFC 3261 section 13.3.1.4).

The transaction can't do that, because the ACK of a 2xx is a transaction of its own.
"""

from __future__ import annotations

from enum import StrEnum

from telephony.sip.timers import Timers


class Due(StrEnum):
    RESEND = "send the 2xx again"
    GIVE_UP = "no ACK within 64*T1"


class AnswerRetransmission:
    """Runs from the moment the 2xx with `cseq` was sent. Drop it when the ACK comes."""

    def __init__(self, cseq: int, timers: Timers, now_us: int) -> None:
        self.cseq = cseq
        self._timers = timers
        self._interval_us = timers.t1_us
        self._resend_us = now_us + timers.t1_us
        self._give_up_us = now_us + timers.transaction_us

    def next_wake(self) -> int:
        return min(self._resend_us, self._give_up_us)

    def wake(self, now_us: int) -> Due | None:
        """What is due now, None when woken early."""
        if now_us >= self._give_up_us:
            return Due.GIVE_UP
        if now_us < self._resend_us:
            return None
        self._interval_us = min(2 * self._interval_us, self._timers.t2_us)
        self._resend_us = now_us + self._interval_us
        return Due.RESEND
