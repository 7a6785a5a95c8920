"""Real packets fare as simulated ones do."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from simulations.line.line import Line
from simulations.line.rtp_faults import RtpFaults
from simulations.line.settings import Echo, LevelStep, LineSettings, Loss, Noise, OneWay, Way
from telephony.codecs.g711 import PCMU
from telephony.rtp.packet import parse, write_plain
from tests.simulations.line.sounds import carried, power_db, speech
from voice_agent.audio import FRAME_SAMPLES, Pcm, silence

SPEECH = speech(6)


def packets(pcm: Pcm, payload_type: int = 0) -> list[bytes]:
    frames = pcm.reshape(-1, FRAME_SAMPLES)
    return [write_plain(payload_type, n, n * FRAME_SAMPLES, 7, PCMU.encode(frame)) for n, frame in enumerate(frames)]


def sent(faults: RtpFaults, datagrams: list[bytes], way: Way = "to_agent") -> list[tuple[int, bytes] | None]:
    return [faults.datagram(way, data, 5_000_000 + n * 20_000) for n, data in enumerate(datagrams)]


def heard(passed: list[tuple[int, bytes] | None]) -> Pcm:
    return np.concatenate([PCMU.decode(parse(each[1]).payload) for each in passed if each is not None])


def test_a_perfect_line_hands_on_the_very_datagrams() -> None:
    datagrams = packets(SPEECH)
    assert sent(RtpFaults(LineSettings(), 1), datagrams) == [(0, data) for data in datagrams]


@pytest.mark.parametrize("loss", [Loss(0.1), Loss(0.2, 4), Loss(0.05, way="to_caller")])
def test_the_same_seed_loses_the_same_packets_as_at_the_audio_level(loss: Loss) -> None:
    settings = LineSettings(codec="pcmu", loss=loss)
    line, faults = Line(settings, seed=11), RtpFaults(settings, 11)
    count = 3_000
    carried(line, silence(count * FRAME_SAMPLES))
    there = sent(faults, packets(silence(count * FRAME_SAMPLES)))
    back = sent(faults, packets(silence(count * FRAME_SAMPLES)), "to_caller")
    assert line.stats is not None
    # The last packets that never came can't be missed yet.
    assert line.stats[0].lost == pytest.approx(there.count(None), abs=5)
    assert line.stats[1].lost == pytest.approx(back.count(None), abs=5)
    assert faults.stats("to_agent").lost == there.count(None)
    expected = 0 if loss.way == "to_caller" else loss.rate
    assert there.count(None) / count == pytest.approx(expected, abs=0.05)


def test_delay_and_jitter_come_as_waiting() -> None:
    waits = [each[0] for each in sent(RtpFaults(LineSettings(delay_ms=80, jitter_ms=40), 1), packets(SPEECH)) if each]
    assert min(waits) >= 80_000
    assert max(waits) <= 120_000
    assert len(set(waits)) > 100


def test_sound_is_changed_as_at_the_audio_level_and_headers_stay() -> None:
    settings = LineSettings(noise=Noise(5, "babble"), level_steps=(LevelStep(2_000, -6),), clipping_dbfs=-10)
    coded = PCMU.decode(PCMU.encode(SPEECH))
    there = sent(RtpFaults(settings, 3), packets(SPEECH))
    wanted, _ = carried(Line(settings, seed=3), coded)
    assert np.array_equal(heard(there), PCMU.decode(PCMU.encode(wanted)))
    for before, after in zip(packets(SPEECH), there, strict=True):
        assert after is not None
        assert after[1][:12] == before[:12]


def test_the_agents_voice_comes_back_to_it() -> None:
    faults = RtpFaults(LineSettings(echo=Echo(delay_ms=40, gain_db=-6, tail_ms=0)), 1)
    back, quiet = packets(SPEECH), packets(silence(SPEECH.size))
    there = []
    for number, (voice, nothing) in enumerate(zip(back, quiet, strict=True)):
        assert faults.datagram("to_caller", voice, number * 20_000) == (0, voice)
        there.append(faults.datagram("to_agent", nothing, number * 20_000))
    assert power_db(heard(there)) == pytest.approx(power_db(SPEECH) - 6, abs=0.5)


def test_mobile_codecs_work_in_both_directions() -> None:
    ways: tuple[Way, Way] = ("to_agent", "to_caller")
    for way in ways:
        out = heard(sent(RtpFaults(LineSettings(codec="gsm"), 1), packets(SPEECH), way))
        assert out.size == SPEECH.size
        assert not np.array_equal(out, PCMU.decode(PCMU.encode(SPEECH)))
        assert power_db(out) == pytest.approx(power_db(SPEECH), abs=4)


def test_what_has_no_samples_passes_as_it_is_and_is_told() -> None:
    faults = RtpFaults(LineSettings(noise=Noise(5, "white")), 1)
    key = write_plain(101, 1, 160, 7, b"\x05\x0a\x00\xa0")
    report = bytes((0x80, 200, 0, 1)) + bytes(4)
    for data in (key, report, b"hello"):
        assert faults.datagram("to_agent", data, 0) == (0, data)
    assert faults.problem is None
    opus = write_plain(111, 2, 320, 7, b"\x00" * 60)
    assert faults.datagram("to_agent", opus, 0) == (0, opus)
    assert str(faults.problem).startswith("1 packets are no G.711")
    assert RtpFaults(LineSettings(loss=Loss(0.5)), 1).problem is None


def test_a_dead_direction_counts_from_the_first_packet() -> None:
    dead = LineSettings(one_way=OneWay("to_agent", from_ms=1_000))
    faults = RtpFaults(dead, 1)
    there = sent(faults, packets(SPEECH))
    assert [n for n, each in enumerate(there) if each is None] == list(range(50, len(there)))
    assert faults.datagram("to_agent", bytes((0x80, 200, 0, 1)) + bytes(4), 9_000_000) is None
    assert msgspec.to_builtins(faults.stats("to_agent")) == {"passed": 50, "lost": len(there) - 50, "opaque": 0}
