"""What two sides of a call tell each other of its media, over lines that the test controls."""

from __future__ import annotations

from itertools import pairwise

import pytest

from telephony.codecs.pcm import FRAME_US, silent_frame
from telephony.rtp.rtcp_packet import (
    Bye,
    ReceiverReport,
    RtcpPacket,
    SenderReport,
    SourceDescription,
    compound,
    parse_compound,
)
from telephony.rtp.sender import Origin
from telephony.rtp.stream import RtpStream, StreamTerms

ALICE, BOB = ("192.0.2.1", 4_000), ("192.0.2.2", 5_000)
ALICE_RTCP, BOB_RTCP = ("192.0.2.1", 4_001), ("192.0.2.2", 5_001)


def stream(remote: tuple[str, int], ssrc: int, **changes: object) -> RtpStream:
    values = {"remote": remote, "origin": Origin(ssrc, 65_530, 0xFFFF_FF00), **changes}
    return RtpStream(StreamTerms(**values))  # type: ignore[arg-type]


class Pair:
    """Alice and Bob talk; every `lose`th packet of Alice's is lost; reports take `delay_us` each way."""

    def __init__(self, *, lose: int = 0, delay_us: int = 0, mux: bool = False, bob_talks: bool = True) -> None:
        self.alice = stream(BOB, 1, rtcp_mux=mux)
        self.bob = stream(ALICE, 2, rtcp_mux=mux)
        self.reports: list[tuple[int, bytes, bool]] = []
        """When they arrive, and whether at Bob."""
        self.told: list[tuple[RtcpPacket, ...]] = []
        self._lose = lose
        self._delay_us = delay_us
        self._mux = mux
        self._bob_talks = bob_talks

    def run(self, seconds: int) -> None:
        for tick in range(seconds * 50):
            now_us = tick * FRAME_US
            packet = self.alice.push(silent_frame())
            if not self._lose or tick % self._lose:
                self.bob.receive(packet, ALICE, now_us)
            if self._bob_talks:
                self.alice.receive(self.bob.push(silent_frame()), BOB, now_us)
            else:
                self.bob.skip()
            for side in (self.alice, self.bob):
                side.pull(now_us)
                report = side.report(now_us)
                if report is not None:
                    self.told.append(parse_compound(report))
                    self.reports.append((now_us + self._delay_us, report, side is self.alice))
            self._deliver(now_us)

    def _deliver(self, now_us: int) -> None:
        due = [each for each in self.reports if each[0] <= now_us]
        self.reports = [each for each in self.reports if each[0] > now_us]
        for at_us, report, at_bob in due:
            side = self.bob if at_bob else self.alice
            if self._mux:
                side.receive(report, ALICE if at_bob else BOB, at_us)
            else:
                side.receive_rtcp(report, ALICE_RTCP if at_bob else BOB_RTCP, at_us)


@pytest.mark.parametrize("mux", [False, True])
def test_both_sides_report_and_believe_each_other(mux: bool) -> None:
    pair = Pair(mux=mux)
    pair.run(30)
    for side in (pair.alice, pair.bob):
        figures = side.stats.rtcp
        assert 4 <= figures.sent <= 12
        assert figures.received >= 4
        assert (figures.refused, figures.remote_lost) == (0, 0)


@pytest.mark.parametrize("delay_us", [0, 40_000, 300_000])
def test_the_way_there_and_back_is_known(delay_us: int) -> None:
    pair = Pair(delay_us=delay_us)
    pair.run(20)
    for side in (pair.alice, pair.bob):
        assert side.stats.rtcp.round_trip_us == pytest.approx(2 * delay_us, abs=100)


def test_a_sender_is_told_what_was_lost_of_its_packets() -> None:
    pair = Pair(lose=10)
    pair.run(30)
    lost = pair.alice.stats.rtcp.remote_lost
    assert lost == pytest.approx(pair.bob.stats.lost, abs=40)
    assert pair.bob.stats.rtcp.remote_lost == 0
    fractions = [
        block.fraction_lost for report, *_ in pair.told if isinstance(report, SenderReport) for block in report.blocks
    ]
    about_a_tenth = [fraction for fraction in fractions if fraction]
    assert about_a_tenth
    assert all(fraction == pytest.approx(25.6, abs=4) for fraction in about_a_tenth)


def test_who_sends_nothing_is_a_receiver() -> None:
    pair = Pair(bob_talks=False)
    pair.run(12)
    kinds = {type(report).__name__: report.ssrc for report, *_ in pair.told if not isinstance(report, Bye)}  # type: ignore[union-attr]
    assert kinds == {"SenderReport": 1, "ReceiverReport": 2}
    assert all(isinstance(description, SourceDescription) for _, description in pair.told)


def test_names_are_unique_and_stay() -> None:
    pair = Pair()
    pair.run(30)
    names = {names for _, description in pair.told for names in getattr(description, "names", ())}
    assert {ssrc for ssrc, _ in names} == {1, 2}
    assert len(names) == 2


def test_the_times_of_a_report_belong_together() -> None:
    pair = Pair()
    pair.run(30)
    reports = [report for report, *_ in pair.told if isinstance(report, SenderReport) and report.ssrc == 1]
    for earlier, later in pairwise(reports):
        samples = (later.timestamp - earlier.timestamp) & 0xFFFF_FFFF
        assert samples == pytest.approx(((later.ntp - earlier.ntp) >> 16) * 8_000 / 65_536, abs=1)
        assert later.packets - earlier.packets == samples // 160
        assert later.octets - earlier.octets == samples


def test_a_stranger_s_reports_are_refused() -> None:
    pair = Pair()
    pair.run(1)
    report = compound(ReceiverReport(1))
    for source in (("203.0.113.9", 4_001), ALICE):
        pair.bob.receive(report, source, 1_000_000)  # not on the port for media
    pair.bob.receive_rtcp(report, ("203.0.113.9", 4_001), 1_000_000)
    pair.bob.receive_rtcp(compound(ReceiverReport(666)), ALICE_RTCP, 1_000_000)  # not the source that is heard
    pair.bob.receive_rtcp(b"\x80\xc8junk", ALICE_RTCP, 1_000_000)
    assert (pair.bob.stats.rtcp.received, pair.bob.stats.rtcp.refused) == (0, 5)
    assert pair.bob.rtcp_target == ALICE_RTCP


def test_reports_on_the_other_port_are_refused_where_one_port_was_agreed_on() -> None:
    pair = Pair(mux=True)
    pair.run(1)
    pair.bob.receive_rtcp(compound(ReceiverReport(1)), ALICE_RTCP, 1_000_000)
    pair.bob.receive(compound(ReceiverReport(1)), ("203.0.113.9", 4_000), 1_000_000)
    assert (pair.bob.stats.rtcp.received, pair.bob.stats.rtcp.refused) == (0, 2)


def test_reports_go_back_to_the_port_that_they_came_from() -> None:
    pair = Pair()
    pair.run(1)
    behind_nat = (ALICE[0], 61_234)
    pair.bob.receive_rtcp(compound(ReceiverReport(1)), behind_nat, 1_000_000)
    assert pair.bob.rtcp_target == behind_nat
    fixed = stream(ALICE, 2, symmetric=False)
    fixed.receive_rtcp(compound(ReceiverReport(1)), behind_nat, 1_000_000)
    assert fixed.rtcp_target == ALICE_RTCP


def test_reports_go_where_the_description_says_and_nowhere_on_hold() -> None:
    bob = stream(ALICE, 2, rtcp=("192.0.2.50", 9_999))
    assert bob.rtcp_target == ("192.0.2.50", 9_999)
    bob.renegotiate(StreamTerms(remote=("0.0.0.0", 4_000), origin=Origin(0, 0, 0)))
    assert bob.rtcp_target is None
    bob.renegotiate(StreamTerms(remote=ALICE, origin=Origin(0, 0, 0), rtcp_mux=True))
    assert bob.rtcp_target == ALICE


def test_an_answer_to_a_report_that_was_never_sent_says_nothing_of_the_way() -> None:
    pair = Pair()
    pair.run(10)
    before = pair.alice.stats.rtcp.round_trip_us
    forged = parse_compound(pair.bob.bye(10_000_000) or b"")[0]
    assert isinstance(forged, SenderReport)
    block = forged.blocks[0]
    lie = compound(ReceiverReport(2, (type(block)(1, 0, 0, 0, 0, 0x7777_7777, 0),)))
    pair.alice.receive_rtcp(lie, BOB_RTCP, 10_000_000)
    assert pair.alice.stats.rtcp.round_trip_us == before


def test_loss_is_told_of_the_present_source_alone() -> None:
    pair = Pair(lose=2)
    pair.run(6)
    other = stream(BOB, 77)
    for tick in range(300, 700):
        now_us = tick * FRAME_US
        pair.bob.receive(other.push(silent_frame()), ALICE, now_us)
        pair.bob.pull(now_us)
    bye = pair.bob.bye(700 * FRAME_US)
    assert bye is not None
    report, _, last = parse_compound(bye)
    assert isinstance(report, SenderReport)
    assert (report.blocks[0].ssrc, report.blocks[0].lost, report.blocks[0].fraction_lost) == (77, 0, 0)
    assert last == Bye((2,))


def test_who_never_sent_anything_says_no_goodbye() -> None:
    assert stream(ALICE, 2).bye(0) is None
