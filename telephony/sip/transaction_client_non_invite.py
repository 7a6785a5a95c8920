"""The client transaction of every method but INVITE and ACK: RFC 3261 section 17.1.2.

Retransmits until a final response comes; a provisional one slows it down to T2.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from telephony.sip.timers import Timer, Timers
from telephony.sip.transaction import Step, Transaction, TransactionTable, Transition, Trigger


class ClientNonInviteState(StrEnum):
    TRYING = "Trying"
    PROCEEDING = "Proceeding"
    COMPLETED = "Completed"
    TERMINATED = "Terminated"


_S = ClientNonInviteState
_PROCEED: Final = Transition(_S.PROCEEDING, (Step.DELIVER,), keep=(Timer.E, Timer.F))
_COMPLETE: Final = Transition(_S.COMPLETED, (Step.DELIVER,), start=(Timer.K,))
_GIVE_UP: Final = Transition(_S.TERMINATED, (Step.REPORT_TIMEOUT,))

TABLE: Final = TransactionTable(
    name="non-INVITE client transaction",
    section="RFC 3261 17.1.2",
    initial=_S.TRYING,
    terminated=_S.TERMINATED,
    transitions={
        (_S.TRYING, Trigger.STARTED): Transition(_S.TRYING, (Step.TRANSMIT,), start=(Timer.E, Timer.F)),
        (_S.TRYING, Timer.E): Transition(_S.TRYING, (Step.TRANSMIT,), again=(Timer.E,)),
        (_S.TRYING, Timer.F): _GIVE_UP,
        (_S.TRYING, Trigger.PROVISIONAL): _PROCEED,
        (_S.TRYING, Trigger.SUCCESS): _COMPLETE,
        (_S.TRYING, Trigger.FAILURE): _COMPLETE,
        (_S.PROCEEDING, Timer.E): Transition(_S.PROCEEDING, (Step.TRANSMIT,), again=(Timer.E,)),
        (_S.PROCEEDING, Timer.F): _GIVE_UP,
        (_S.PROCEEDING, Trigger.PROVISIONAL): _PROCEED,
        (_S.PROCEEDING, Trigger.SUCCESS): _COMPLETE,
        (_S.PROCEEDING, Trigger.FAILURE): _COMPLETE,
        (_S.COMPLETED, Timer.K): Transition(_S.TERMINATED),
    },
)


class ClientNonInviteTransaction(Transaction[ClientNonInviteState]):
    """`request` is the serialised request."""

    def __init__(self, timers: Timers, request: bytes, *, reliable: bool = False) -> None:
        super().__init__(TABLE, timers, request, reliable=reliable)
