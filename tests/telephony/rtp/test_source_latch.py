"""Latching: the caller behind a NAT is found, and a stranger who guesses the port is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.source_latch import (
    DEFAULT_PROOF_PACKETS,
    DEFAULT_QUIET_US,
    FORMER_PROOF_PACKETS,
    TRANSITIONS,
    Address,
    LatchCue,
    LatchState,
    SourceLatch,
)

NAMED = ("192.0.2.1", 40_000)
NAT = ("198.51.100.7", 12_345)
STRANGER = ("203.0.113.66", 666)


def offer(
    latch: SourceLatch, source: Address, count: int, *, first: int = 0, ssrc: int = 1, now_us: int = 0
) -> list[bool]:
    return [latch.admit(source, ssrc, (first + step) & 0xFFFF, now_us) for step in range(count)]


def test_the_address_in_sdp_is_believed_at_once() -> None:
    latch = SourceLatch(NAMED)
    assert latch.target == NAMED
    assert latch.source is None
    assert offer(latch, NAMED, 1) == [True]
    assert latch.source == NAMED


def test_another_address_is_believed_after_consecutive_packets() -> None:
    latch = SourceLatch(NAMED)
    assert offer(latch, NAT, DEFAULT_PROOF_PACKETS, first=65_534) == [False] * (DEFAULT_PROOF_PACKETS - 1) + [True]
    assert latch.target == NAT
    assert (latch.refused, latch.latches) == (DEFAULT_PROOF_PACKETS - 1, 1)


def test_without_symmetric_rtp_only_the_named_address_counts() -> None:
    latch = SourceLatch(NAMED, symmetric=False)
    assert not any(offer(latch, NAT, 100))
    assert latch.target == NAMED
    assert offer(latch, NAMED, 1) == [True]


def test_jumping_numbers_prove_nothing() -> None:
    latch = SourceLatch(NAMED)
    assert not any(latch.admit(NAT, 1, number * 1_000 & 0xFFFF, 0) for number in range(100))
    assert not any(latch.admit(NAT, 1, 5, 0) for _ in range(100)), "one packet again and again is no sequence"


def test_changing_ssrcs_prove_nothing() -> None:
    latch = SourceLatch(NAMED)
    assert not any(latch.admit(NAT, number % 2, number, 0) for number in range(100))


def test_a_few_lost_packets_do_not_undo_the_proof() -> None:
    latch = SourceLatch(NAMED)
    accepted = [latch.admit(NAT, 1, number, 0) for number in (1, 2, 5, 6, 9)]
    assert accepted[-1]


def test_an_active_source_cannot_be_stolen_not_even_by_the_named_one() -> None:
    latch = SourceLatch(NAMED)
    offer(latch, NAT, DEFAULT_PROOF_PACKETS)
    for step in range(200):
        now_us = step * 20_000
        assert latch.admit(NAT, 1, 100 + step, now_us)
        assert not latch.admit(STRANGER, 1, 101 + step, now_us)
        assert not latch.admit(NAMED, 1, 101 + step, now_us)
    assert latch.target == NAT


def test_a_source_that_fell_silent_may_be_replaced() -> None:
    latch = SourceLatch(NAMED)
    offer(latch, NAT, DEFAULT_PROOF_PACKETS)
    rebound = (NAT[0], 54_321)
    assert not any(offer(latch, rebound, 50, now_us=DEFAULT_QUIET_US - 1))
    assert latch.target == NAT
    proof = offer(latch, rebound, DEFAULT_PROOF_PACKETS, first=50, now_us=DEFAULT_QUIET_US)
    assert proof == [False] * (DEFAULT_PROOF_PACKETS - 1) + [True]
    assert latch.target == rebound


def test_a_source_that_comes_back_keeps_the_call() -> None:
    latch = SourceLatch(NAMED)
    offer(latch, NAMED, 1)
    offer(latch, STRANGER, 2, now_us=DEFAULT_QUIET_US)
    states = [latch.state]
    assert offer(latch, NAMED, 1, now_us=DEFAULT_QUIET_US) == [True]
    states.append(latch.state)
    assert states == [LatchState.QUIET, LatchState.LATCHED]
    assert not any(offer(latch, STRANGER, 50, first=2, now_us=DEFAULT_QUIET_US + 1))


def test_a_flood_from_many_ports_does_not_keep_the_caller_out() -> None:
    latch = SourceLatch(NAMED)
    accepted = []
    for step in range(10):
        accepted.append(latch.admit(NAT, 1, step, 0))
        for port in range(20):
            latch.admit((STRANGER[0], 1_000 + 20 * step + port), 1, 0, 0)
    # Only once it leads the flood by a packet is its place safe; the flood itself never proves anything.
    assert latch.source in (None, NAT)


def test_a_new_offer_moves_the_call() -> None:
    latch = SourceLatch(NAMED)
    offer(latch, NAT, DEFAULT_PROOF_PACKETS)
    latch.redirect(NAMED)
    assert latch.source == NAT, "the same address again is no change"
    latch.redirect(STRANGER)
    assert latch.target == STRANGER
    assert not any(offer(latch, NAT, DEFAULT_PROOF_PACKETS * 2, first=9)), "what is still on its way latches nothing"
    assert offer(latch, STRANGER, 1) == [True]


def test_the_former_source_is_found_again_if_no_other_comes() -> None:
    latch = SourceLatch(NAMED)
    offer(latch, NAT, DEFAULT_PROOF_PACKETS)
    latch.redirect(("192.0.2.1", 40_002))
    assert offer(latch, NAT, FORMER_PROOF_PACKETS, first=9) == [False] * (FORMER_PROOF_PACKETS - 1) + [True]


@given(st.lists(st.tuples(st.sampled_from([NAMED, NAT, STRANGER]), st.integers(0, 20), st.integers(0, 400_000))))
def test_nobody_is_accepted_while_another_is_active(packets: list[tuple[Address, int, int]]) -> None:
    latch = SourceLatch(NAMED)
    now_us = 0
    heard_us = 0
    for source, number, wait_us in packets:
        now_us += wait_us
        before = latch.source
        if latch.admit(source, 1, number, now_us):
            assert latch.source == source
            assert before in (None, source) or now_us - heard_us >= DEFAULT_QUIET_US
            heard_us = now_us


def test_every_state_can_be_reached_and_every_cue_is_used() -> None:
    assert set(TRANSITIONS.values()) == set(LatchState)
    assert {cue for _, cue in TRANSITIONS} == set(LatchCue)
