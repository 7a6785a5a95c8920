"""What goes out: numbers, timestamps and markers, and digits in between."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.codecs.g711 import PCMA, PCMU
from telephony.codecs.pcm import Pcm, silent_frame
from telephony.codecs.tones import dtmf_tone
from telephony.rtp.dtmf import MAX_QUEUED_DIGITS, parse_event
from telephony.rtp.packet import RtpPacket, parse
from telephony.rtp.sender import Origin, RtpSender

ORIGIN = Origin(ssrc=0xCAFE, sequence=0xFFFE, timestamp=0xFFFF_FF80)
SPEECH = (np.arange(160) * 50).astype(np.int16)


def pushed(sender: RtpSender, count: int, pcm: Pcm = SPEECH) -> list[RtpPacket]:
    return [parse(sender.push(pcm)) for _ in range(count)]


def test_numbers_and_timestamps_go_on_over_their_wraps() -> None:
    packets = pushed(RtpSender(0, 101, ORIGIN), 3)
    assert [packet.sequence for packet in packets] == [0xFFFE, 0xFFFF, 0]
    assert [packet.timestamp for packet in packets] == [0xFFFF_FF80, 0x20, 0xC0]
    assert {packet.ssrc for packet in packets} == {0xCAFE}
    assert packets[0].payload == PCMU.encode(SPEECH)


def test_the_first_packet_and_the_first_after_a_pause_are_marked() -> None:
    sender = RtpSender(0, 101, ORIGIN)
    first = pushed(sender, 2)
    sender.skip()
    sender.skip()
    later = pushed(sender, 2)
    assert [packet.marker for packet in first + later] == [True, False, True, False]
    assert later[0].sequence == 0, "nothing was sent, so no number was used"
    assert later[0].timestamp == (ORIGIN.timestamp + 4 * 160) & 0xFFFF_FFFF


def test_another_codec_may_be_agreed_on_during_the_call() -> None:
    sender = RtpSender(0, 101, ORIGIN)
    pushed(sender, 1)
    sender.negotiate(8, 96)
    packet = pushed(sender, 1)[0]
    assert (packet.payload_type, packet.payload) == (8, PCMA.encode(SPEECH))
    assert packet.sequence == 0xFFFF


@pytest.mark.parametrize("payload_type", [9, 101])
def test_a_codec_that_is_not_there_is_refused(payload_type: int) -> None:
    with pytest.raises(ValueError, match=f"payload type {payload_type} has no codec here"):
        RtpSender(payload_type, 101, ORIGIN)


def test_a_digit_takes_the_place_of_audio_and_time_goes_on() -> None:
    sender = RtpSender(0, 101, ORIGIN)
    pushed(sender, 1)
    sender.send_digits("4")
    assert sender.sending_digits
    packets = pushed(sender, 10)
    events = [packet for packet in packets if packet.payload_type == 101]
    assert len(events) == 7
    assert [packet.sequence for packet in packets] == [(0xFFFF + step) & 0xFFFF for step in range(10)]
    assert {packet.timestamp for packet in events} == {0x20}
    assert parse_event(events[-1].payload).end
    assert packets[7].timestamp == 0x20 + 7 * 160
    assert not sender.sending_digits


def test_without_telephone_events_digits_are_tones() -> None:
    sender = RtpSender(8, None, ORIGIN)
    sender.send_digits("4*")
    packets = pushed(sender, 17)
    heard = np.concatenate([PCMA.decode(packet.payload) for packet in packets])
    tones = np.concatenate([dtmf_tone("4"), np.zeros(480, np.int16), dtmf_tone("*"), np.zeros(480, np.int16), SPEECH])
    assert np.array_equal(heard, PCMA.decode(PCMA.encode(tones)))
    assert not sender.sending_digits


@pytest.mark.parametrize("event_payload_type", [101, None])
def test_too_many_digits_are_refused(event_payload_type: int | None) -> None:
    sender = RtpSender(0, event_payload_type, ORIGIN)
    sender.send_digits("0" * MAX_QUEUED_DIGITS)
    with pytest.raises(ValueError, match="digits wait already"):
        sender.send_digits("1")
    with pytest.raises(ValueError, match="no keypad digit"):
        RtpSender(0, event_payload_type, ORIGIN).send_digits("q")


def test_what_was_sent_is_counted() -> None:
    sender = RtpSender(0, 101, ORIGIN)
    pushed(sender, 3, silent_frame())
    assert (sender.packets, sender.octets) == (3, 480)
