"""The server transaction of every method but INVITE and ACK: RFC 3261 section 17.2.2.

Answers repeated requests with the last response and holds the final one for 64*T1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from telephony.sip.timers import Timer, Timers
from telephony.sip.transaction import Step, Transaction, TransactionTable, Transition, Trigger


class ServerNonInviteState(StrEnum):
    TRYING = "Trying"
    PROCEEDING = "Proceeding"
    COMPLETED = "Completed"
    TERMINATED = "Terminated"


_S = ServerNonInviteState
_COMPLETE: Final = Transition(_S.COMPLETED, (Step.TRANSMIT,), start=(Timer.J,))

TABLE: Final = TransactionTable(
    name="non-INVITE server transaction",
    section="RFC 3261 17.2.2",
    initial=_S.TRYING,
    terminated=_S.TERMINATED,
    transitions={
        (_S.TRYING, Trigger.PROVISIONAL): Transition(_S.PROCEEDING, (Step.TRANSMIT,)),
        (_S.TRYING, Trigger.SUCCESS): _COMPLETE,
        (_S.TRYING, Trigger.FAILURE): _COMPLETE,
        (_S.PROCEEDING, Trigger.REQUEST): Transition(_S.PROCEEDING, (Step.TRANSMIT,)),
        (_S.PROCEEDING, Trigger.PROVISIONAL): Transition(_S.PROCEEDING, (Step.TRANSMIT,)),
        (_S.PROCEEDING, Trigger.SUCCESS): _COMPLETE,
        (_S.PROCEEDING, Trigger.FAILURE): _COMPLETE,
        (_S.COMPLETED, Trigger.REQUEST): Transition(_S.COMPLETED, (Step.TRANSMIT,)),
        (_S.COMPLETED, Timer.J): Transition(_S.TERMINATED),
    },
)


class ServerNonInviteTransaction(Transaction[ServerNonInviteState]):
    def __init__(self, timers: Timers, *, reliable: bool = False) -> None:
        super().__init__(TABLE, timers, reliable=reliable)
