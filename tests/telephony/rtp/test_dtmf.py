"""Keypad digits: each press heard once, whatever is lost, repeated or late; and sent as RFC 4733 asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.dtmf import (
    DIGITS,
    MAX_QUEUED_DIGITS,
    NEXT_PHASE,
    DigitReceiver,
    DigitSender,
    EventPacket,
    PressPhase,
    TelephoneEvent,
    parse_event,
    write_event,
)
from telephony.rtp.packet import RtpError


def press(digit: str, timestamp: int, ticks: int = 5) -> list[tuple[bytes, int, bool]]:
    """The packets of one press: payload, timestamp, marker."""
    code = DIGITS.index(digit)
    growing = [TelephoneEvent(code, False, 10, 160 * tick) for tick in range(1, ticks)]
    ends = [TelephoneEvent(code, True, 10, 160 * ticks)] * 3
    return [(write_event(event), timestamp, number == 0) for number, event in enumerate(growing + ends)]


def digits_heard(receiver: DigitReceiver, packets: list[tuple[bytes, int, bool]]) -> str:
    heard = [receiver.receive(payload, timestamp, marker=marker) for payload, timestamp, marker in packets]
    return "".join(digit for digit in heard if digit is not None)


@given(st.builds(TelephoneEvent, st.integers(0, 255), st.booleans(), st.integers(0, 63), st.integers(0, 0xFFFF)))
def test_what_is_written_is_read_back(event: TelephoneEvent) -> None:
    assert parse_event(write_event(event)) == event


def test_fields_are_where_the_standard_puts_them() -> None:
    assert write_event(TelephoneEvent(11, True, 10, 800)) == bytes.fromhex("0b8a0320")


@pytest.mark.parametrize("payload", [b"", b"\x01\x0a\x00"])
def test_a_payload_too_short_is_an_error(payload: bytes) -> None:
    with pytest.raises(RtpError, match="4 octets"):
        DigitReceiver().receive(payload, 0, marker=True)


def test_every_key_is_heard_once() -> None:
    receiver = DigitReceiver()
    packets = [packet for number, digit in enumerate(DIGITS) for packet in press(digit, 2_000 * number)]
    assert digits_heard(receiver, packets) == DIGITS


def test_a_press_is_heard_with_its_first_packet() -> None:
    payload, timestamp, marker = press("5", 0)[0]
    assert DigitReceiver().receive(payload, timestamp, marker=marker) == "5"


@given(st.sets(st.integers(0, 6), min_size=1), st.sets(st.integers(0, 6), min_size=1))
def test_two_presses_are_two_whatever_is_lost(first: set[int], second: set[int]) -> None:
    packets = [press("7", 1_000)[number] for number in sorted(first)]
    packets += [press("7", 3_000)[number] for number in sorted(second)]
    assert digits_heard(DigitReceiver(), packets) == "77"


def test_an_end_that_comes_after_the_next_press_is_no_press() -> None:
    first, second = press("1", 0), press("2", 2_000)
    assert digits_heard(DigitReceiver(), [*first[:5], *second[:2], *first[5:], *second[2:]]) == "12"


def test_a_press_of_many_seconds_in_segments_is_one() -> None:
    code = DIGITS.index("9")
    segments = [
        (write_event(TelephoneEvent(code, False, 10, 0xFFFF)), 0, True),
        (write_event(TelephoneEvent(code, False, 10, 160)), 0xFFFF, False),
        (write_event(TelephoneEvent(code, True, 10, 4_000)), 0xFFFF, False),
    ]
    assert digits_heard(DigitReceiver(), segments) == "9"


def test_a_sender_that_moves_the_timestamp_with_every_packet_presses_once() -> None:
    code = DIGITS.index("3")
    packets = [(write_event(TelephoneEvent(code, False, 10, 160)), 160 * tick, tick == 0) for tick in range(10)]
    assert digits_heard(DigitReceiver(), packets) == "3"


def test_flash_and_other_events_are_ignored() -> None:
    receiver = DigitReceiver()
    assert receiver.receive(write_event(TelephoneEvent(16, False, 10, 160)), 0, marker=True) is None
    assert receiver.ignored == 1


def test_a_source_that_begins_anew_may_reuse_a_timestamp() -> None:
    receiver = DigitReceiver()
    assert digits_heard(receiver, press("1", 0)) == "1"
    receiver.restart()
    assert digits_heard(receiver, press("1", 0)) == "1"


def sent(sender: DigitSender, ticks: int, start: int = 0) -> list[EventPacket | None]:
    return [sender.tick(start + 160 * tick) for tick in range(ticks)]


def test_a_digit_grows_ends_three_times_and_pauses() -> None:
    sender = DigitSender()
    sender.queue("5")
    packets = sent(sender, 11, start=8_000)
    events = [None if packet is None else parse_event(packet.payload) for packet in packets]
    assert [None if event is None else (event.duration, event.end) for event in events] == [
        *((160 * tick, False) for tick in range(1, 5)),
        *[(800, True)] * 3,
        *[None] * 4,
    ]
    assert {packet.timestamp for packet in packets if packet is not None} == {8_000}
    assert [packet.marker for packet in packets if packet is not None] == [True] + [False] * 6
    assert sender.idle


@pytest.mark.parametrize("press_ms", [0, 40, 100, 230, 100_000])
def test_what_is_sent_is_heard(press_ms: int) -> None:
    sender, receiver = DigitSender(press_ms), DigitReceiver()
    sender.queue("11#")
    packets = [packet for packet in sent(sender, 1_000) if packet is not None]
    heard = [receiver.receive(packet.payload, packet.timestamp, marker=packet.marker) for packet in packets]
    assert [digit for digit in heard if digit is not None] == ["1", "1", "#"]


def test_more_digits_than_fit_are_refused_whole() -> None:
    sender = DigitSender()
    sender.queue("1" * MAX_QUEUED_DIGITS)
    with pytest.raises(ValueError, match="64 digits wait already"):
        sender.queue("2")
    with pytest.raises(ValueError, match="no keypad digit"):
        DigitSender().queue("12x")


def test_phases_go_round() -> None:
    assert set(NEXT_PHASE) == set(NEXT_PHASE.values()) == set(PressPhase)
