"""The INVITE server transaction: RFC 3261 section 17.2.1 with the Accepted state of RFC 6026 section 7.1.

Retransmits failure responses until they are acknowledged and absorbs repeated INVITEs. The 2xx is retransmitted by its
user (RFC 3261 section 13.3.1.4), through `ResponseChosen` again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from telephony.sip.timers import Timer, Timers
from telephony.sip.transaction import Step, Transaction, TransactionTable, Transition, Trigger


class ServerInviteState(StrEnum):
    PROCEEDING = "Proceeding"
    COMPLETED = "Completed"
    CONFIRMED = "Confirmed"
    ACCEPTED = "Accepted"
    TERMINATED = "Terminated"


_S = ServerInviteState

TABLE: Final = TransactionTable(
    name="INVITE server transaction",
    section="RFC 3261 17.2.1, RFC 6026 7.1",
    initial=_S.PROCEEDING,
    terminated=_S.TERMINATED,
    transitions={
        (_S.PROCEEDING, Trigger.REQUEST): Transition(_S.PROCEEDING, (Step.TRANSMIT,)),
        (_S.PROCEEDING, Trigger.PROVISIONAL): Transition(_S.PROCEEDING, (Step.TRANSMIT,)),
        (_S.PROCEEDING, Trigger.SUCCESS): Transition(_S.ACCEPTED, (Step.TRANSMIT,), start=(Timer.L,)),
        (_S.PROCEEDING, Trigger.FAILURE): Transition(_S.COMPLETED, (Step.TRANSMIT,), start=(Timer.G, Timer.H)),
        (_S.COMPLETED, Trigger.REQUEST): Transition(_S.COMPLETED, (Step.TRANSMIT,)),
        (_S.COMPLETED, Trigger.ACK): Transition(_S.CONFIRMED, start=(Timer.I,)),
        (_S.COMPLETED, Timer.G): Transition(_S.COMPLETED, (Step.TRANSMIT,), again=(Timer.G,)),
        (_S.COMPLETED, Timer.H): Transition(_S.TERMINATED, (Step.REPORT_TIMEOUT,)),
        (_S.CONFIRMED, Timer.I): Transition(_S.TERMINATED),
        (_S.ACCEPTED, Trigger.SUCCESS): Transition(_S.ACCEPTED, (Step.TRANSMIT,)),
        (_S.ACCEPTED, Trigger.ACK): Transition(_S.ACCEPTED, (Step.DELIVER,)),
        (_S.ACCEPTED, Timer.L): Transition(_S.TERMINATED),
    },
)


class ServerInviteTransaction(Transaction[ServerInviteState]):
    def __init__(self, timers: Timers, *, reliable: bool = False) -> None:
        super().__init__(TABLE, timers, reliable=reliable)
