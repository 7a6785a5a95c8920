"""The four transaction machines of RFC 3261 section 17, each fed by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

import pytest

from telephony.sip import (
    transaction_client_invite,
    transaction_client_non_invite,
    transaction_server_invite,
    transaction_server_non_invite,
)
from telephony.sip.message import ReceivedRequest, ReceivedResponse, read
from telephony.sip.timers import Timer, Timers, first_us, next_us
from telephony.sip.transaction import (
    AckReceived,
    Deliver,
    RequestReceived,
    ResponseChosen,
    ResponseReceived,
    Started,
    TimedOut,
    Transaction,
    TransactionAction,
    TransactionTable,
    Transmit,
)
from telephony.sip.transaction_client_invite import ClientInviteState, ClientInviteTransaction
from telephony.sip.transaction_client_non_invite import ClientNonInviteTransaction
from telephony.sip.transaction_server_invite import ServerInviteState, ServerInviteTransaction
from telephony.sip.transaction_server_non_invite import ServerNonInviteState, ServerNonInviteTransaction
from tests.telephony.sip.wire import REMOTE, reply, request

StateT = TypeVar("StateT", bound=StrEnum)

TIMERS = Timers()
MS = 1_000
T64 = 32_000_000


def a_request(method: str = "INVITE") -> ReceivedRequest:
    message = read(request(method), REMOTE)
    assert isinstance(message, ReceivedRequest)
    return message


def a_response(code: int) -> ReceivedResponse:
    message = read(reply(a_request(), code).replace(b";received=192.0.2.9", b""), REMOTE)
    assert isinstance(message, ReceivedResponse)
    return message


def run_until(machine: Transaction[StateT], end_us: int) -> list[tuple[int, TransactionAction]]:
    """Wake the machine whenever it asks for it; what it did and when, in ms."""
    done: list[tuple[int, TransactionAction]] = []
    while (wake_us := machine.next_wake()) is not None and wake_us <= end_us:
        done += [(wake_us // MS, action) for action in machine.wake(wake_us)]
    return done


def times(done: list[tuple[int, TransactionAction]], action: TransactionAction) -> list[int]:
    return [at_ms for at_ms, each in done if each == action]


def test_invite_is_repeated_with_doubling_gaps_until_it_times_out() -> None:
    machine = ClientInviteTransaction(TIMERS, b"INVITE")
    assert machine.handle(Started(), 0) == [Transmit(b"INVITE")]
    done = run_until(machine, 2 * T64)
    assert times(done, Transmit(b"INVITE")) == [500, 1500, 3500, 7500, 15500, 31500]
    assert times(done, TimedOut()) == [32000]
    assert machine.terminated


def test_invite_is_not_repeated_after_a_provisional_response() -> None:
    machine = ClientInviteTransaction(TIMERS, b"INVITE")
    machine.handle(Started(), 0)
    response = a_response(180)
    assert machine.handle(ResponseReceived(response), 1) == [Deliver(response)]
    assert machine.next_wake() is None


def test_every_failure_response_is_acknowledged_and_one_delivered() -> None:
    machine = ClientInviteTransaction(TIMERS, b"INVITE")
    machine.handle(Started(), 0)
    response = a_response(486)
    assert machine.handle(ResponseReceived(response, b"ACK"), 1) == [Transmit(b"ACK"), Deliver(response)]
    assert machine.handle(ResponseReceived(response, b"ACK"), 2) == [Transmit(b"ACK")]
    assert machine.handle(ResponseReceived(a_response(180)), 3) == []
    assert run_until(machine, 2 * T64) == []
    assert machine.terminated


def test_every_2xx_is_delivered_for_64_t1() -> None:
    machine = ClientInviteTransaction(TIMERS, b"INVITE")
    machine.handle(Started(), 0)
    response = a_response(200)
    assert machine.handle(ResponseReceived(response), 0) == [Deliver(response)]
    assert machine.handle(ResponseReceived(response), 5) == [Deliver(response)]
    assert machine.state is ClientInviteState.ACCEPTED
    run_until(machine, T64)
    assert machine.terminated


def test_other_requests_are_repeated_with_gaps_up_to_t2() -> None:
    machine = ClientNonInviteTransaction(TIMERS, b"BYE")
    assert machine.handle(Started(), 0) == [Transmit(b"BYE")]
    done = run_until(machine, T64)
    assert times(done, Transmit(b"BYE")) == [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]
    assert times(done, TimedOut()) == [32000]


def test_a_provisional_response_does_not_stop_other_requests() -> None:
    machine = ClientNonInviteTransaction(TIMERS, b"BYE")
    machine.handle(Started(), 0)
    response = a_response(100)
    assert machine.handle(ResponseReceived(response), 1) == [Deliver(response)]
    done = run_until(machine, T64)
    assert len(times(done, Transmit(b"BYE"))) >= 8
    assert times(done, TimedOut()) == [32000]


@pytest.mark.parametrize("code", [200, 481])
@pytest.mark.parametrize("first", [[], [100]])
def test_a_final_response_ends_other_requests(code: int, first: list[int]) -> None:
    machine = ClientNonInviteTransaction(TIMERS, b"BYE")
    machine.handle(Started(), 0)
    for each in first:
        machine.handle(ResponseReceived(a_response(each)), 0)
    final = a_response(code)
    assert machine.handle(ResponseReceived(final), 1) == [Deliver(final)]
    assert machine.handle(ResponseReceived(final), 2) == []
    assert run_until(machine, 5_000_000) == []
    assert not machine.terminated
    run_until(machine, 5_000_001)
    assert machine.terminated


def test_a_repeated_invite_gets_the_last_provisional_response() -> None:
    machine = ServerInviteTransaction(TIMERS)
    assert machine.handle(RequestReceived(), 0) == []
    assert machine.handle(ResponseChosen(100, b"100"), 0) == [Transmit(b"100")]
    assert machine.handle(ResponseChosen(180, b"180"), 1) == [Transmit(b"180")]
    assert machine.handle(RequestReceived(), 2) == [Transmit(b"180")]


def test_a_failure_is_repeated_until_the_ack() -> None:
    machine = ServerInviteTransaction(TIMERS)
    assert machine.handle(ResponseChosen(486, b"486"), 0) == [Transmit(b"486")]
    assert times(run_until(machine, 8_000_000), Transmit(b"486")) == [500, 1500, 3500, 7500]
    assert machine.handle(RequestReceived(), 8_000_001) == [Transmit(b"486")]
    assert machine.handle(AckReceived(a_request("ACK")), 8_000_002) == []
    assert machine.state is ServerInviteState.CONFIRMED
    assert machine.handle(AckReceived(a_request("ACK")), 8_000_003) == []
    assert run_until(machine, 14_000_000) == []
    assert machine.terminated


def test_a_failure_without_ack_is_given_up() -> None:
    machine = ServerInviteTransaction(TIMERS)
    machine.handle(ResponseChosen(486, b"486"), 0)
    done = run_until(machine, 2 * T64)
    assert times(done, Transmit(b"486"))[-2:] == [27500, 31500]
    assert times(done, TimedOut()) == [32000]
    assert machine.terminated


def test_after_a_2xx_the_invite_is_absorbed_and_its_user_repeats_the_2xx() -> None:
    machine = ServerInviteTransaction(TIMERS)
    machine.handle(ResponseChosen(200, b"200"), 0)
    assert machine.handle(RequestReceived(), 1) == []
    assert machine.handle(ResponseChosen(200, b"200"), 2) == [Transmit(b"200")]
    assert machine.handle(ResponseChosen(486, b"486"), 2) == []
    ack = a_request("ACK")
    assert machine.handle(AckReceived(ack), 3) == [Deliver(ack)]
    run_until(machine, T64)
    assert machine.terminated


@pytest.mark.parametrize("code", [200, 404])
def test_other_requests_repeated_get_the_last_response(code: int) -> None:
    machine = ServerNonInviteTransaction(TIMERS)
    assert machine.handle(RequestReceived(), 0) == []
    assert machine.handle(ResponseChosen(100, b"100"), 1) == [Transmit(b"100")]
    assert machine.handle(ResponseChosen(182, b"182"), 1) == [Transmit(b"182")]
    assert machine.handle(RequestReceived(), 2) == [Transmit(b"182")]
    assert machine.handle(ResponseChosen(code, b"final"), 3) == [Transmit(b"final")]
    assert machine.handle(RequestReceived(), 4) == [Transmit(b"final")]
    assert machine.handle(ResponseChosen(500, b"late"), 5) == []
    assert machine.handle(RequestReceived(), 6) == [Transmit(b"final")]
    assert machine.state is ServerNonInviteState.COMPLETED
    run_until(machine, T64 + 3)
    assert machine.terminated


def test_timers_have_the_lengths_of_table_4() -> None:
    lengths = {timer.value: first_us(timer, TIMERS) for timer in Timer}
    assert {name for name, length in lengths.items() if length == 500_000} == {"A", "E", "G"}
    assert {name for name, length in lengths.items() if length == 5_000_000} == {"I", "K"}
    assert {name for name, length in lengths.items() if length == T64} == {"B", "D", "F", "H", "J", "L", "M"}
    assert next_us(Timer.A, 16_000_000, TIMERS) == T64
    assert next_us(Timer.E, 4_000_000, TIMERS) == 4_000_000


TABLES: list[TransactionTable[Any]] = [
    transaction_client_invite.TABLE,
    transaction_client_non_invite.TABLE,
    transaction_server_invite.TABLE,
    transaction_server_non_invite.TABLE,
]


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_every_state_is_reached_and_every_timer_started_is_awaited(table: TransactionTable[Any]) -> None:
    reached, new = {table.initial}, {table.initial}
    while new:
        new = {each.state for (state, _), each in table.transitions.items() if state in reached} - reached
        reached |= new
    states: type[StrEnum] = type(table.initial)
    assert reached == set(states)
    for transition in table.transitions.values():
        for timer in transition.start:
            assert (transition.state, timer) in table.transitions
    assert all(state is not table.terminated for state, _ in table.transitions)
