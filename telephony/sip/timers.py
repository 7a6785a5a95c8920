"""The timers of RFC 3261 section 17 and table 4 (L and M: RFC 6026 section 7), for any transport.

Decides how long each runs first and how it backs off. May not know what happens when one fires.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, assert_never

import msgspec

TRANSACTION_FACTOR: Final = 64


class Timers(msgspec.Struct, frozen=True):
    """The three values that all others derive from, in microseconds."""

    t1_us: int = 500_000
    t2_us: int = 4_000_000
    t4_us: int = 5_000_000

    @property
    def transaction_us(self) -> int:
        """64*T1: how long a transaction may last without an answer (32 s)."""
        return TRANSACTION_FACTOR * self.t1_us


class Timer(StrEnum):
    """Named by their letter in the RFC."""

    A = "A"
    """INVITE request retransmission"""
    B = "B"
    """INVITE transaction timeout"""
    D = "D"
    """Wait for retransmissions of a failure response to INVITE"""
    E = "E"
    """Other request retransmission"""
    F = "F"
    """Other transaction timeout"""
    G = "G"
    """INVITE failure response retransmission"""
    H = "H"
    """Wait for the ACK of a failure response"""
    I = "I"  # noqa: E741  # the RFC's own letter
    """Wait for ACK retransmissions"""
    J = "J"
    """Wait for retransmissions of another request"""
    K = "K"
    """Wait for retransmissions of another response"""
    L = "L"
    """Wait for retransmissions of an accepted INVITE"""
    M = "M"
    """Wait for retransmissions of 2xx, and for 2xx of other branches"""


def first_us(timer: Timer, timers: Timers) -> int:
    """How long a timer runs when it's started, in microseconds."""
    match timer:
        case Timer.A | Timer.E | Timer.G:
            return timers.t1_us
        case Timer.I | Timer.K:
            return timers.t4_us
        case Timer.B | Timer.D | Timer.F | Timer.H | Timer.J | Timer.L | Timer.M:
            return timers.transaction_us
    assert_never(timer)


_WAITS: Final = frozenset({Timer.D, Timer.I, Timer.J, Timer.K})


def reliable_us(timer: Timer, timers: Timers) -> int | None:
    """The same where the transport is reliable: nothing is sent again (None), and no copies are waited for (0)."""
    if timer in (Timer.A, Timer.E, Timer.G):
        return None
    return 0 if timer in _WAITS else first_us(timer, timers)


def next_us(timer: Timer, previous_us: int, timers: Timers) -> int:
    """How long a retransmission timer runs the next time: A doubles for ever, E and G up to T2."""
    doubled = 2 * previous_us
    return doubled if timer is Timer.A else min(doubled, timers.t2_us)
