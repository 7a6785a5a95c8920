"""The jitter buffer: order, loss, wraps, jumps, other packet times, and clocks that drift."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.codecs.pcm import FRAME_US, Pcm
from telephony.rtp.jitter_buffer import CAPACITY_SAMPLES, Frame, JitterBuffer, Placement
from telephony.rtp.playout_phase import TRANSITIONS, Cue, Phase

LOUD = 5_000


def content(number: int, samples: int = 160) -> Pcm:
    """Samples that say which packet they are from; loud, so that none of them passes for a pause."""
    return np.full(samples, LOUD + number, np.int16)


class Line:
    """Time in ticks: what is `sent` arrives at once, then the tick is pulled."""

    def __init__(self, first_timestamp: int = 0, samples: int = 160) -> None:
        self.buffer = JitterBuffer()
        self.first_timestamp = first_timestamp
        self.samples = samples
        self.now_us = 0

    def send(self, number: int, *, offset: int = 0, marker: bool = False) -> Placement:
        timestamp = (self.first_timestamp + number * self.samples + offset) & 0xFFFF_FFFF
        return self.buffer.put(timestamp, content(number, self.samples), self.now_us, marker=marker)

    def tick(self, *numbers: int, offset: int = 0, marker: bool = False) -> Frame:
        for number in numbers:
            self.send(number, offset=offset, marker=marker)
        self.now_us += FRAME_US
        return self.buffer.pull()


def heard(frames: list[Frame]) -> list[int | None]:
    """The packet that each frame is from, None for silence or made-up sound."""
    return [None if frame.concealed or not frame.pcm.any() else int(frame.pcm[0]) - LOUD for frame in frames]


def test_a_packet_is_played_sixty_milliseconds_after_it_came() -> None:
    line = Line()
    assert heard([line.tick(number) for number in range(6)]) == [None, None, None, 0, 1, 2]
    assert line.buffer.depth_us == 60_000


def test_nothing_is_concealed_before_the_audio_begins() -> None:
    line = Line()
    frames = [line.tick(), line.tick(0), line.tick(), line.tick()]
    assert not any(frame.concealed or frame.pcm.any() for frame in frames)
    assert not line.buffer.started
    line.tick()
    assert line.buffer.started


def test_reordered_packets_are_played_in_order() -> None:
    line = Line()
    arrivals = [(0,), (), (2, 1), (), (4,), (3,), (), ()]
    assert heard([line.tick(*numbers) for numbers in arrivals]) == [None, None, None, 0, 1, 2, 3, 4]


def test_order_and_loss_are_kept_over_the_timestamp_wrap() -> None:
    line = Line(first_timestamp=0xFFFF_FFFF - 400)
    frames = [line.tick(number) for number in range(10)]
    assert heard(frames) == [None, None, None, *range(7)]


def test_a_duplicate_does_not_replace_what_came_first() -> None:
    line = Line()
    line.send(0)
    assert line.buffer.put(0, content(99), 0) is Placement.OVERLAPPED
    assert heard([line.tick() for _ in range(4)])[-1] == 0
    assert line.buffer.stats.overlapped == 1


def test_an_overlapping_packet_adds_only_what_was_missing() -> None:
    line = Line()
    line.send(0)
    assert line.buffer.put(80, content(1), 0) is Placement.PLACED
    frames = [line.tick() for _ in range(5)]
    assert heard(frames)[3] == 0
    assert frames[4].pcm[:80].tolist() == [LOUD + 1] * 80


def test_a_lost_packet_is_the_last_one_again_and_fades_to_silence() -> None:
    line = Line()
    frames = [line.tick(0)] + [line.tick() for _ in range(8)]
    peaks = [int(np.abs(frame.pcm).max()) for frame in frames]
    assert peaks[3] == LOUD
    assert LOUD >= peaks[4] > peaks[5] > peaks[6] > 0
    assert peaks[7:] == [0, 0]
    assert [frame.concealed for frame in frames[3:]] == [False, True, True, True, True, True]
    assert line.buffer.phase is Phase.SILENT


def test_a_late_packet_is_counted_and_dropped() -> None:
    line = Line()
    for number in (0, 1, 2, 4, 5, 6, 7):
        line.tick(number)
    assert line.send(3) is Placement.LATE
    assert line.buffer.stats.late == 1


def test_the_rest_of_a_packet_that_is_partly_late_is_played() -> None:
    line = Line(samples=480)
    for _ in range(4):
        line.tick(0) if line.buffer.phase is Phase.EMPTY else line.tick()
    for _ in range(3):
        line.tick()  # the first 20 ms of packet 1 have been concealed
    assert line.send(1) is Placement.PLACED
    assert heard([line.tick(), line.tick()]) == [1, 1]


@pytest.mark.parametrize("samples", [80, 240, 320, 480])
def test_packets_of_ten_to_sixty_milliseconds_play_without_a_hole(samples: int) -> None:
    line = Line(samples=samples)
    sent = 0
    frames = []
    for tick in range(60):
        while sent * samples <= tick * 160:
            line.send(sent)
            sent += 1
        frames.append(line.tick())
    played = np.concatenate([frame.pcm for frame in frames[3:]])
    assert np.array_equal(played, np.repeat(LOUD + np.arange(sent), samples)[: played.size])
    assert line.buffer.stats.concealed_frames == 0


def test_a_jump_of_timestamps_is_followed_after_two_packets() -> None:
    line = Line()
    for number in range(10):
        line.tick(number)
    assert line.send(10, offset=1_000_000) is Placement.FAR
    frames = [line.tick(number, offset=1_000_000) for number in range(11, 20)]
    assert heard(frames)[-5:] == [12, 13, 14, 15, 16]
    assert line.buffer.stats.resyncs == 1


def test_one_wild_timestamp_is_ignored() -> None:
    line = Line()
    for number in range(5):
        line.tick(number)
    line.send(5, offset=-1_000_000)
    assert heard([line.tick(number) for number in range(5, 9)]) == [2, 3, 4, 5]
    assert line.buffer.stats.resyncs == 0


def test_a_path_that_becomes_slower_is_followed() -> None:
    line = Line()
    for number in range(10):
        line.tick(number)
    for _ in range(10):
        line.tick()
    frames = [line.tick(number) for number in range(10, 40)]
    assert heard(frames)[-3:] == [34, 35, 36]
    assert line.buffer.stats.late == 5


def test_old_packets_never_turn_the_time_back() -> None:
    line = Line()
    for number in (0, 8, 9, 10, 11):
        line.tick(number)
    for number in range(1, 8):
        line.now_us += 20_000
        line.buffer.put(number * 160 - 2_000, content(number), line.now_us, marker=True, reordered=True)
    assert line.buffer.put(900_000, content(1), line.now_us, reordered=True) is Placement.FAR
    assert (line.buffer.stats.late, line.buffer.stats.far, line.buffer.stats.resyncs) == (7, 1, 0)


def test_a_burst_after_a_stall_loses_only_what_was_due() -> None:
    line = Line()
    for number in range(10):
        line.tick(number)
    for _ in range(8):
        line.tick()
    frames = [line.tick(*range(10, 19))] + [line.tick(number) for number in range(19, 25)]
    assert heard(frames) == [15, 16, 17, 18, 19, 20, 21]
    assert line.buffer.stats.resyncs == 0


def test_talk_after_a_pause_may_begin_at_any_timestamp() -> None:
    line = Line()
    for number in range(5):
        line.tick(number)
    for _ in range(30):
        line.tick()
    frames = [line.tick(5, marker=True)] + [line.tick(number) for number in range(6, 12)]
    assert heard(frames)[3:] == [5, 6, 7, 8]


def test_a_restarted_source_follows_what_still_waits() -> None:
    line = Line()
    for number in range(5):
        line.tick(number)
    line.buffer.restart()
    frames = [line.tick(number, offset=77_777) for number in range(5, 12)]
    assert heard(frames) == [2, 3, 4, 5, 6, 7, 8]


def run_with_drift(ticks: int, every: int, *, packets_each: int) -> tuple[Line, list[int]]:
    """One tick in `every` gets `packets_each` packets instead of one; leads after each tick's packets."""
    line = Line()
    number = 0
    depths = []
    for tick in range(ticks):
        count = packets_each if tick % every == every - 1 else 1
        line.tick(*range(number, number + count))
        number += count
        depths.append(line.buffer.depth_us)
    return line, depths


def test_a_fast_clock_does_not_pile_up_delay() -> None:
    line, depths = run_with_drift(20_000, 400, packets_each=2)
    assert max(depths) <= 120_000
    assert line.buffer.stats.left_out_frames >= 45
    assert line.buffer.stats.far == 0


def test_a_slow_clock_does_not_run_dry() -> None:
    line, _ = run_with_drift(20_000, 400, packets_each=0)
    assert line.buffer.stats.made_up_frames >= 45
    assert line.buffer.stats.concealed_frames == 0
    assert line.buffer.stats.late == 0


def test_a_first_packet_that_came_late_does_not_delay_the_whole_call() -> None:
    line = Line()
    line.tick(*range(12))
    for number in range(12, 250):
        line.tick(number)  # speech without a pause, so the last frames wait for one in vain
    assert line.buffer.depth_us <= 80_000


def test_frames_are_left_out_in_a_pause_if_there_is_one() -> None:
    line = Line()
    line.tick(0, 1, 2, 3, 4)
    frames = []
    for number in range(5, 100):
        pcm = np.full(160, 1, np.int16) if number % 10 == 0 else content(number)
        line.buffer.put(number * 160, pcm, line.now_us)
        frames.append(line.tick())
    numbers = [int(frame.pcm[0]) - LOUD for frame in frames if frame.pcm[0] > 1]
    assert line.buffer.stats.left_out_frames > 0
    assert numbers == [number for number in range(numbers[-1] + 1) if number % 10 != 0 or number == 0]


def test_a_correction_that_finds_no_pause_is_made_all_the_same() -> None:
    line = Line()
    line.tick(0, 1, 2, 3, 4)
    for number in range(5, 100):
        line.tick(number)
    assert line.buffer.stats.left_out_frames > 0


@pytest.mark.parametrize("samples", [0, 961])
def test_a_packet_of_an_impossible_length_is_dropped(samples: int) -> None:
    buffer = JitterBuffer()
    assert buffer.put(0, np.zeros(samples, np.int16), 0) is Placement.MISSHAPEN
    assert buffer.stats.misshapen == 1
    assert buffer.phase is Phase.EMPTY


@pytest.mark.parametrize(
    ("asked_us", "given_us"), [(0, 40_000), (75_000, 60_000), (100_000, 100_000), (900_000, 120_000)]
)
def test_the_target_stays_within_its_bounds(asked_us: int, given_us: int) -> None:
    assert JitterBuffer(asked_us).target_us == given_us


def test_frames_cannot_be_written_to() -> None:
    line = Line()
    for frame in [line.tick(), line.tick(0), *(line.tick() for _ in range(8))]:
        with pytest.raises(ValueError, match="read-only"):
            frame.pcm[0] = 1


def test_a_packet_across_the_ring_s_end_is_whole() -> None:
    line = Line(samples=240)
    sent = 0
    for tick in range(2 * CAPACITY_SAMPLES // 160):
        while sent * 240 <= tick * 160:
            assert line.send(sent) is Placement.PLACED
            assert line.send(sent) is Placement.OVERLAPPED
            sent += 1
        line.tick()
    assert line.buffer.stats.concealed_frames == 0


def test_every_phase_can_be_reached_and_left() -> None:
    reached = set(TRANSITIONS.values()) | {Phase.EMPTY}
    assert reached == set(Phase)
    assert {phase for phase, _ in TRANSITIONS} == set(Phase)
    assert {cue for _, cue in TRANSITIONS} == set(Cue)
