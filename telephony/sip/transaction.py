"""What the four transaction machines of RFC 3261 section 17 share: reading their tables and running their timers.

Each machine is a table `(state, trigger) -> Transition`; this file performs a transition and nothing else. What has no
entry is ignored. May not parse messages, nor know dialogs or calls.

    actions = machine.handle(ResponseChosen(486, data), now_us)    # [Transmit(data)]
    machine.next_wake()                                            # when timer G fires
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

import msgspec

from telephony.sip.message import ReceivedRequest, ReceivedResponse
from telephony.sip.timers import Timer, Timers, first_us, next_us, reliable_us

StateT = TypeVar("StateT", bound=StrEnum)


class Trigger(StrEnum):
    """Everything but timers that can move a transaction."""

    STARTED = "started"
    REQUEST = "request received again"
    ACK = "ACK received"
    PROVISIONAL = "1xx"
    SUCCESS = "2xx"
    FAILURE = "3xx-6xx"


class Step(StrEnum):
    """What a transition does besides changing the state."""

    TRANSMIT = "transmit"
    TRANSMIT_ACK = "transmit ACK"
    DELIVER = "deliver to user"
    REPORT_TIMEOUT = "report timeout"


class Transition(msgspec.Struct, Generic[StateT], frozen=True):
    """Where to go, what to do, which timers to start, which to re-arm with back-off.

    A change of state stops every timer that `keep` doesn't name.
    """

    state: StateT
    do: tuple[Step, ...] = ()
    start: tuple[Timer, ...] = ()
    again: tuple[Timer, ...] = ()
    keep: tuple[Timer, ...] = ()


Transitions: TypeAlias = Mapping[tuple[StateT, Trigger | Timer], Transition[StateT]]


class TransactionTable(msgspec.Struct, Generic[StateT], frozen=True):
    """A machine as data. `name` and `section` (of the RFC) are for documentation."""

    name: str
    section: str
    initial: StateT
    terminated: StateT
    transitions: Transitions[StateT]


class RequestReceived(msgspec.Struct, frozen=True, tag=True):
    """The request of a server transaction came again."""


class AckReceived(msgspec.Struct, frozen=True, tag=True):
    request: ReceivedRequest


class ResponseChosen(msgspec.Struct, frozen=True, tag=True):
    """The user of a server transaction answers; also how it retransmits its 2xx (RFC 6026 section 7.1)."""

    code: int
    data: bytes


class Started(msgspec.Struct, frozen=True, tag=True):
    """A client transaction begins; it was given its request when it was made."""


class ResponseReceived(msgspec.Struct, frozen=True, tag=True):
    """`ack` is what acknowledges it if it's a failure response to INVITE (RFC 3261 section 17.1.1.3)."""

    response: ReceivedResponse
    ack: bytes = b""


TransactionEvent: TypeAlias = RequestReceived | AckReceived | ResponseChosen | Started | ResponseReceived


class Transmit(msgspec.Struct, frozen=True, tag=True):
    data: bytes


class Deliver(msgspec.Struct, frozen=True, tag=True):
    message: ReceivedRequest | ReceivedResponse


class TimedOut(msgspec.Struct, frozen=True, tag=True):
    """Client: no final response. Server INVITE: no ACK for a failure response."""


TransactionAction: TypeAlias = Transmit | Deliver | TimedOut


def trigger_of(code: int) -> Trigger:
    """The trigger of a status code."""
    if code < 200:
        return Trigger.PROVISIONAL
    return Trigger.SUCCESS if code < 300 else Trigger.FAILURE


class Transaction(Generic[StateT]):
    """One running machine. `data` is the message it (re)transmits: a client's request, a server's last response.

    `reliable`: the transport retransmits, so the machine doesn't (RFC 3261 section 17, RFC 6026 section 7).
    """

    def __init__(
        self, table: TransactionTable[StateT], timers: Timers, data: bytes = b"", *, reliable: bool = False
    ) -> None:
        self._table = table
        self._timers = timers
        self._first_us = reliable_us if reliable else first_us
        self._state = table.initial
        self._data = data
        self._ack = b""
        self._running: dict[Timer, tuple[int, int]] = {}

    @property
    def state(self) -> StateT:
        return self._state

    @property
    def answered(self) -> bool:
        """Whether it has left the state it began in."""
        return self._state is not self._table.initial

    @property
    def terminated(self) -> bool:
        return self._state is self._table.terminated

    def handle(self, event: TransactionEvent, now_us: int) -> list[TransactionAction]:
        """Something happened. Events that the state doesn't know are ignored."""
        match event:
            case Started():
                return self._fire(Trigger.STARTED, now_us)
            case RequestReceived():
                return self._fire(Trigger.REQUEST, now_us)
            case AckReceived(request):
                return self._fire(Trigger.ACK, now_us, request)
            case ResponseReceived(response, ack):
                self._ack = ack
                return self._fire(trigger_of(response.code), now_us, response)
            case ResponseChosen(code, data):
                trigger = trigger_of(code)
                if (self._state, trigger) in self._table.transitions:
                    self._data = data
                return self._fire(trigger, now_us)

    def wake(self, now_us: int) -> list[TransactionAction]:
        """Fire every timer that is due, earliest first; ties in the order of their letters."""
        actions: list[TransactionAction] = []
        while (wake_us := self.next_wake()) is not None and wake_us <= now_us:
            timer = min(self._running, key=lambda each: (self._running[each][0], each))
            length_us = self._running.pop(timer)[1]
            actions += self._fire(timer, now_us, fired_length_us=length_us)
        return actions

    def next_wake(self) -> int | None:
        """The earliest deadline, or None when no timer runs."""
        return min((deadline_us for deadline_us, _ in self._running.values()), default=None)

    def _fire(
        self,
        trigger: Trigger | Timer,
        now_us: int,
        message: ReceivedRequest | ReceivedResponse | None = None,
        fired_length_us: int = 0,
    ) -> list[TransactionAction]:
        transition = self._table.transitions.get((self._state, trigger))
        if transition is None:
            return []
        if transition.state is not self._state:
            self._running = {timer: run for timer, run in self._running.items() if timer in transition.keep}
        self._state = transition.state
        for timer in transition.start:
            length_us = self._first_us(timer, self._timers)
            if length_us is not None:
                self._arm(timer, length_us, now_us)
        for timer in transition.again:
            self._arm(timer, next_us(timer, fired_length_us, self._timers), now_us)
        return [action for step in transition.do if (action := self._perform(step, message)) is not None]

    def _arm(self, timer: Timer, length_us: int, now_us: int) -> None:
        self._running[timer] = (now_us + length_us, length_us)

    def _perform(self, step: Step, message: ReceivedRequest | ReceivedResponse | None) -> TransactionAction | None:
        match step:
            case Step.TRANSMIT:
                return Transmit(self._data) if self._data else None
            case Step.TRANSMIT_ACK:
                return Transmit(self._ack)
            case Step.DELIVER:
                return None if message is None else Deliver(message)
            case Step.REPORT_TIMEOUT:
                return TimedOut()
