"""One call's media as a whole: two streams talk to each other over a line that the test controls."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.codecs.g711 import G711, PCMA, PCMU
from telephony.codecs.pcm import FRAME_US, Pcm
from telephony.codecs.tones import sine
from telephony.rtp.packet import RtpPacket, serialise
from telephony.rtp.playout_phase import Phase
from telephony.rtp.receiver import MAX_WAITING_DIGITS, Pulled
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamTerms

ALICE = ("192.0.2.1", 4_000)
BOB = ("192.0.2.2", 5_000)


def terms(remote: tuple[str, int], *, ssrc: int = 1, **changes: object) -> StreamTerms:
    values = {"remote": remote, "origin": Origin(ssrc, 65_530, 0xFFFF_FF00), **changes}
    return StreamTerms(**values)  # type: ignore[arg-type]


def exchange(alice: RtpStream, bob: RtpStream, frames: list[Pcm], source: tuple[str, int] = ALICE) -> list[Pulled]:
    """Alice says `frames` from `source`; what Bob hears."""
    heard = []
    for tick, frame in enumerate(frames):
        now_us = tick * FRAME_US
        bob.receive(alice.push(frame), source, now_us)
        heard.append(bob.pull(now_us + 5_000))
    return heard


def tone_frames(count: int) -> list[Pcm]:
    return list(sine(440, 20 * count).reshape(count, 160))


@pytest.mark.parametrize("law", [PCMU, PCMA])
def test_what_one_says_the_other_hears(law: G711) -> None:
    alice = RtpStream(terms(BOB, send_payload_type=law.payload_type))
    bob = RtpStream(terms(ALICE))
    frames = tone_frames(40)
    heard = exchange(alice, bob, frames)
    said = law.decode(law.encode(np.concatenate(frames)))
    assert np.array_equal(np.concatenate([pulled.pcm for pulled in heard[3:]]), said[: 37 * 160])
    assert [pulled.started for pulled in heard[:5]] == [False, False, False, True, True]
    assert not any(pulled.concealed for pulled in heard)


def test_each_way_may_have_its_own_codec_and_number() -> None:
    alice = RtpStream(terms(BOB, send_payload_type=96, send_codec=PCMA, receive_codecs={0: PCMU}))
    bob = RtpStream(terms(ALICE, send_payload_type=0, receive_codecs={96: PCMA}))
    frames = tone_frames(10)
    for here, there, source, law in ((alice, bob, ALICE, PCMA), (bob, alice, BOB, PCMU)):
        heard = exchange(here, there, frames, source)
        said = law.decode(law.encode(np.concatenate(frames)))
        assert np.array_equal(np.concatenate([pulled.pcm for pulled in heard[3:]]), said[: 7 * 160])


def test_digits_are_pulled_once_in_their_order() -> None:
    alice, bob = RtpStream(terms(BOB)), RtpStream(terms(ALICE))
    alice.send_digits("12#")
    heard = exchange(alice, bob, tone_frames(40))
    assert [digit for pulled in heard for digit in pulled.digits] == ["1", "2", "#"]
    assert not alice.sending_digits
    assert bob.stats.lost == 0, "events and audio share one sequence"


def test_skipped_ticks_are_silence_and_not_loss() -> None:
    alice, bob = RtpStream(terms(BOB)), RtpStream(terms(ALICE))
    exchange(alice, bob, tone_frames(10))
    for _ in range(20):
        alice.skip()
        bob.pull(0)
    assert bob.stats.phase is Phase.SILENT
    heard = exchange(alice, bob, tone_frames(10))
    assert heard[4].pcm.any()
    assert bob.stats.lost == 0


def test_packets_go_to_where_packets_come_from() -> None:
    bob = RtpStream(terms(("10.0.0.1", 4_000)))
    alice = RtpStream(terms(BOB))
    assert bob.target == ("10.0.0.1", 4_000)
    exchange(alice, bob, tone_frames(10))
    assert bob.target == ALICE
    assert bob.stats.refused_source == 4


def test_a_stranger_is_not_heard() -> None:
    alice, bob, mallory = RtpStream(terms(BOB)), RtpStream(terms(ALICE)), RtpStream(terms(BOB, ssrc=666))
    exchange(alice, bob, tone_frames(10))
    for _ in range(50):
        bob.receive(mallory.push(tone_frames(1)[0]), ("203.0.113.9", 9), 200_000)
    assert bob.stats.refused_source == 50
    assert bob.stats.received == 10


def test_a_source_with_another_ssrc_takes_over_without_a_repeat() -> None:
    alice, bob, next_alice = RtpStream(terms(BOB)), RtpStream(terms(ALICE)), RtpStream(terms(BOB, ssrc=77))
    exchange(alice, bob, tone_frames(10))
    heard = exchange(next_alice, bob, tone_frames(10))
    assert bob.stats.restarts == 1
    assert heard[-1].pcm.any()
    assert not heard[-1].concealed


def test_a_later_answer_may_change_codec_and_address() -> None:
    alice, bob = RtpStream(terms(BOB)), RtpStream(terms(ALICE, receive_codecs={0: PCMU}))
    exchange(alice, bob, tone_frames(5))
    alice.renegotiate(terms(BOB, send_payload_type=8))
    exchange(alice, bob, tone_frames(5))
    assert bob.stats.unknown_payloads == 5
    carol = ("192.0.2.3", 6_000)
    bob.renegotiate(terms(carol))
    assert bob.target == carol


def test_what_should_not_have_been_sent_is_counted() -> None:
    bob = RtpStream(terms(ALICE))
    bob.receive(b"junk", ALICE, 0)
    bob.receive(b"\x80\xc8" + bytes(26), ALICE, 0)
    bob.receive(serialise(RtpPacket(3, 1, 0, 5, b"")), ALICE, 0)
    bob.receive(serialise(RtpPacket(101, 1, 0, 5, b"\x01")), ALICE, 0)
    bob.receive(serialise(RtpPacket(0, 2, 0, 5, b"")), ALICE, 0)
    stats = bob.stats
    assert (stats.malformed, stats.rtcp.refused, stats.unknown_payloads, stats.received) == (3, 1, 1, 2)


def test_comfort_noise_is_silence_that_keeps_the_sequence_whole() -> None:
    bob = RtpStream(terms(ALICE))
    for number in range(10):
        noise = RtpPacket(13, number, 160 * number, 5, b"\x40")
        bob.receive(serialise(noise), ALICE, number * FRAME_US)
        assert not bob.pull(number * FRAME_US).pcm.any()
    assert (bob.stats.received, bob.stats.lost, bob.stats.phase) == (10, 0, Phase.EMPTY)


def test_digits_that_nobody_pulls_are_bounded() -> None:
    bob = RtpStream(terms(ALICE))
    for number in range(2 * MAX_WAITING_DIGITS):
        event = RtpPacket(101, number, 2_000 * number, 5, b"\x01\x8a\x03\x20", marker=True)
        bob.receive(serialise(event), ALICE, 0)
    assert len(bob.pull(0).digits) == MAX_WAITING_DIGITS
    assert bob.pull(0).digits == ()


def test_how_long_nothing_came_is_known() -> None:
    bob = RtpStream(terms(ALICE))
    bob.pull(1_000_000)
    bob.pull(3_000_000)
    assert bob.stats.unheard_us == 2_000_000
    bob.receive(serialise(RtpPacket(0, 1, 0, 5, bytes(160))), ALICE, 3_500_000)
    bob.pull(3_600_000)
    assert bob.stats.unheard_us == 100_000


def test_a_codec_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="payload type 18"):
        RtpStream(terms(ALICE, send_payload_type=18))


def test_sent_packets_are_counted() -> None:
    alice = RtpStream(terms(BOB))
    exchange(alice, RtpStream(terms(ALICE)), tone_frames(3))
    assert (alice.stats.sent, alice.stats.sent_octets) == (3, 480)
