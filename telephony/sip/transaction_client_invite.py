"""The INVITE client transaction: RFC 3261 section 17.1.1 with the Accepted state of RFC 6026 section 7.2.

Retransmits the INVITE until anything answers, acknowledges failures itself, and hands every 2xx to its user.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from telephony.sip.timers import Timer, Timers
from telephony.sip.transaction import Step, Transaction, TransactionTable, Transition, Trigger


class ClientInviteState(StrEnum):
    CALLING = "Calling"
    PROCEEDING = "Proceeding"
    COMPLETED = "Completed"
    ACCEPTED = "Accepted"
    TERMINATED = "Terminated"


_S = ClientInviteState
_PROCEED: Final = Transition(_S.PROCEEDING, (Step.DELIVER,))
_ACCEPT: Final = Transition(_S.ACCEPTED, (Step.DELIVER,), start=(Timer.M,))
_COMPLETE: Final = Transition(_S.COMPLETED, (Step.TRANSMIT_ACK, Step.DELIVER), start=(Timer.D,))

TABLE: Final = TransactionTable(
    name="INVITE client transaction",
    section="RFC 3261 17.1.1, RFC 6026 7.2",
    initial=_S.CALLING,
    terminated=_S.TERMINATED,
    transitions={
        (_S.CALLING, Trigger.STARTED): Transition(_S.CALLING, (Step.TRANSMIT,), start=(Timer.A, Timer.B)),
        (_S.CALLING, Timer.A): Transition(_S.CALLING, (Step.TRANSMIT,), again=(Timer.A,)),
        (_S.CALLING, Timer.B): Transition(_S.TERMINATED, (Step.REPORT_TIMEOUT,)),
        (_S.CALLING, Trigger.PROVISIONAL): _PROCEED,
        (_S.CALLING, Trigger.SUCCESS): _ACCEPT,
        (_S.CALLING, Trigger.FAILURE): _COMPLETE,
        (_S.PROCEEDING, Trigger.PROVISIONAL): _PROCEED,
        (_S.PROCEEDING, Trigger.SUCCESS): _ACCEPT,
        (_S.PROCEEDING, Trigger.FAILURE): _COMPLETE,
        (_S.COMPLETED, Trigger.FAILURE): Transition(_S.COMPLETED, (Step.TRANSMIT_ACK,)),
        (_S.COMPLETED, Timer.D): Transition(_S.TERMINATED),
        (_S.ACCEPTED, Trigger.SUCCESS): Transition(_S.ACCEPTED, (Step.DELIVER,)),
        (_S.ACCEPTED, Timer.M): Transition(_S.TERMINATED),
    },
)


class ClientInviteTransaction(Transaction[ClientInviteState]):
    """`request` is the serialised INVITE."""

    def __init__(self, timers: Timers, request: bytes, *, reliable: bool = False) -> None:
        super().__init__(TABLE, timers, request, reliable=reliable)
