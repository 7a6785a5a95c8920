"""The jitter buffer: packets in as they come, one frame of 20 ms out a tick, always.

It keeps a second of samples in a ring indexed by media position, so reordering, overlaps and packets of 10 to 60 ms
need no rules of their own. Where packets come too early or too late for their target (`lead`), frames are left out or
made up, in a pause if there is one soon. It decides when samples are played and may not know of sockets,
sources, sequence numbers or codecs; duplicates and changes of SSRC are decided before it (`restart`).

The target begins at 60 ms and follows the jitter between 40 and 120 ms: it grows within a tenth of a second, and
shrinks in pauses only.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, assert_never

import msgspec
import numpy as np

from telephony.codecs.pcm import FRAME_SAMPLES, SAMPLE_US, Pcm, silent_frame
from telephony.rtp.concealment import Concealer
from telephony.rtp.lead import DEFAULT_TARGET_US, LeadControl
from telephony.rtp.playout_phase import Cue, Phase, advance
from telephony.rtp.sequence import signed_32

CAPACITY_SAMPLES: Final = 50 * FRAME_SAMPLES
MAX_PACKET_SAMPLES: Final = 6 * FRAME_SAMPLES

_WHOLE: Final = b"\x01" * FRAME_SAMPLES
_NOTHING: Final = bytes(CAPACITY_SAMPLES)
_LATE_RUN_US: Final = 100_000  # only late packets for so long: the path has become slower
_FAR_RUN_PACKETS: Final = 2
_PATIENCE_FRAMES: Final = 25  # how long each frame of a correction waits for a pause
_URGENT_FRAMES: Final = 5
_QUIET_PEAK: Final = 330  # -40 dBFS


class Placement(Enum):
    """What became of a packet."""

    PLACED = "placed"
    OVERLAPPED = "overlapped"
    LATE = "late"
    FAR = "far"
    MISSHAPEN = "misshapen"


class BufferStats(msgspec.Struct):
    """Counts since the start: packets, frames of 20 ms, and re-anchorings."""

    placed: int = 0
    late: int = 0
    far: int = 0
    overlapped: int = 0
    misshapen: int = 0
    played_frames: int = 0
    concealed_frames: int = 0
    left_out_frames: int = 0
    made_up_frames: int = 0
    resyncs: int = 0


class Frame(msgspec.Struct, frozen=True, gc=False):
    """`pcm` is `int16[160]`, read-only. `concealed`: samples of it were made up after the audio had begun."""

    pcm: Pcm
    concealed: bool


def _frame(pcm: Pcm, concealed: bool) -> Frame:
    # Concealment repeats it later: whoever wants to change a frame must copy it.
    pcm.flags.writeable = False
    return Frame(pcm, concealed)


_BEFORE_THE_FIRST: Final = _frame(silent_frame(), False)


class JitterBuffer:
    """One source's samples. `put` what comes; `pull` once a tick."""

    def __init__(self, target_us: int = DEFAULT_TARGET_US, *, adaptive: bool = True) -> None:
        """`target_us` is where the target begins, and stays where it is not `adaptive`."""
        self.stats = BufferStats()
        self.phase = Phase.EMPTY
        self._concealer = Concealer()
        self._ring = np.zeros(CAPACITY_SAMPLES, np.int16)
        self._filled = bytearray(CAPACITY_SAMPLES)
        self._came = np.frombuffer(self._filled, np.bool_)
        self._play = 0  # media position of the next sample to be pulled; always a whole number of frames
        self._anchor: tuple[int, int] | None = None  # a timestamp and its media position
        self._late_since_us: int | None = None
        self._far_run = 0
        self._lead_control = LeadControl(target_us, adaptive=adaptive)
        self._slip = 0  # frames to make up (> 0) or to leave out (< 0)
        self._slip_waited = 0

    @property
    def started(self) -> bool:
        """Whether any of the source's audio has been played."""
        return self.phase not in (Phase.EMPTY, Phase.FILLING)

    @property
    def target_us(self) -> int:
        return self._lead_control.target * SAMPLE_US

    @property
    def depth_us(self) -> int:
        """How much audio waits to be played, gaps not counted."""
        return self._filled.count(1) * SAMPLE_US

    def restart(self) -> None:
        """The source began anew: the next packet is anchored afresh; what waits is played until then."""
        self._anchor = None

    def put(self, timestamp: int, pcm: Pcm, now_us: int, *, marker: bool = False, reordered: bool = False) -> Placement:
        """Keep one packet's samples (`int16[1..960]`), copied.

        `marker`: it begins a stretch of talk (RFC 3551 section 4.1). `reordered`: one with a higher sequence number
        came before, so it says nothing about where the source is now.
        """
        placement = self._put(timestamp, pcm, now_us, marker=marker, reordered=reordered)
        match placement:
            case Placement.PLACED:
                self.stats.placed += 1
            case Placement.OVERLAPPED:
                self.stats.overlapped += 1
            case Placement.LATE:
                self.stats.late += 1
            case Placement.FAR:
                self.stats.far += 1
            case Placement.MISSHAPEN:
                self.stats.misshapen += 1
            case _:
                assert_never(placement)
        return placement

    def _put(self, timestamp: int, pcm: Pcm, now_us: int, *, marker: bool, reordered: bool) -> Placement:
        size = pcm.size
        if not 0 < size <= MAX_PACKET_SAMPLES:
            return Placement.MISSHAPEN
        lead = self._lead(timestamp)
        if marker and not reordered and not self._lead_control.accepts(lead) and 1 not in self._filled:
            lead = self._anchor_at(timestamp)
        if self._slip == 0 and -CAPACITY_SAMPLES < lead < CAPACITY_SAMPLES:
            self._begin_slip(self._lead_control.grow(lead))
        if lead + size <= 0 or lead + size > CAPACITY_SAMPLES:
            misplaced = self._misplaced(lead, now_us, reordered=reordered)
            if misplaced is not None:
                return misplaced
            lead = self._anchor_at(timestamp)
        self._anchor = (timestamp, self._play + lead)
        self._late_since_us = None
        self._far_run = 0
        if self._slip == 0:
            self._begin_slip(self._lead_control.observe(lead))
        if lead < 0:
            pcm = pcm[-lead:]
            lead = 0
        return self._write(self._play + lead, pcm)

    def _lead(self, timestamp: int) -> int:
        if self._anchor is None:
            return self._anchor_at(timestamp)
        return self._anchor[1] + signed_32(timestamp - self._anchor[0]) - self._play

    def _anchor_at(self, timestamp: int) -> int:
        """Play `timestamp` one target from now; what is to be played before that stays."""
        if self.phase is Phase.EMPTY:
            self.phase = advance(self.phase, Cue.ANCHORED)
        else:
            self.stats.resyncs += 1
        target = self._lead_control.target
        self._erase((self._play + target) % CAPACITY_SAMPLES, CAPACITY_SAMPLES - target)
        self._anchor = (timestamp, self._play + target)
        self._lead_control.restart()
        self._begin_slip(0)
        return target

    def _begin_slip(self, frames: int) -> None:
        self._slip = frames
        self._slip_waited = 0

    def _misplaced(self, lead: int, now_us: int, *, reordered: bool) -> Placement | None:
        """LATE or FAR for a packet to be dropped, None where too many were: anchor anew."""
        if reordered:
            return Placement.LATE if lead < 0 else Placement.FAR
        if -CAPACITY_SAMPLES < lead < 0:
            self._far_run = 0
            if self._late_since_us is None:
                self._late_since_us = now_us
            return Placement.LATE if now_us - self._late_since_us < _LATE_RUN_US else None
        self._far_run += 1
        return Placement.FAR if self._far_run < _FAR_RUN_PACKETS else None

    def _write(self, position: int, pcm: Pcm) -> Placement:
        start = position % CAPACITY_SAMPLES
        end = start + pcm.size
        if end > CAPACITY_SAMPLES:
            split = CAPACITY_SAMPLES - start
            first = self._write(position, pcm[:split])
            second = self._write(position + split, pcm[split:])
            return Placement.PLACED if Placement.PLACED in (first, second) else Placement.OVERLAPPED
        came = self._filled.count(1, start, end)
        if came == pcm.size:
            return Placement.OVERLAPPED
        if came:
            np.copyto(self._ring[start:end], pcm, where=~self._came[start:end])
        else:
            self._ring[start:end] = pcm
        self._filled[start:end] = _WHOLE if pcm.size == FRAME_SAMPLES else b"\x01" * pcm.size
        return Placement.PLACED

    def _erase(self, start: int, size: int) -> None:
        tail = min(size, CAPACITY_SAMPLES - start)
        self._filled[start : start + tail] = _NOTHING[:tail]
        self._filled[: size - tail] = _NOTHING[: size - tail]

    def pull(self) -> Frame:
        """The next 20 ms: silence before the audio begins, made-up samples where some are missing."""
        if self.phase is Phase.EMPTY:
            return _BEFORE_THE_FIRST
        if self._slip and self._slip_now():
            return self._made_up()
        if self._lead_control.may_shrink and self._slip == 0 and self._quiet(self._play % CAPACITY_SAMPLES):
            self._leave_out()
            self._lead_control.shrink()
        start = self._play % CAPACITY_SAMPLES
        end = start + FRAME_SAMPLES
        self._play += FRAME_SAMPLES
        if self._filled[start:end] == _WHOLE:
            return self._whole(start, end)
        return self._holed(start, end)

    def _whole(self, start: int, end: int) -> Frame:
        pcm = self._ring[start:end].copy()
        self._filled[start:end] = _NOTHING[:FRAME_SAMPLES]
        self._concealer.heard(pcm)
        if self.phase is not Phase.PLAYING:
            self.phase = advance(self.phase, Cue.WHOLE)
        self.stats.played_frames += 1
        return _frame(pcm, False)

    def _holed(self, start: int, end: int) -> Frame:
        came = self._came[start:end]
        some = bool(came.any())
        if not some and not self.started:
            return _BEFORE_THE_FIRST
        # Frames made up to slow down fade too, but nothing was missing before this.
        faded = self._concealer.faded and self.phase is not Phase.PLAYING
        pcm = self._concealer.patch(self._ring[start:end], came) if some else self._concealer.conceal()
        self._filled[start:end] = _NOTHING[:FRAME_SAMPLES]
        self.phase = advance(self.phase, Cue.FADED if faded and not some else Cue.HOLED)
        self.stats.concealed_frames += 1
        return _frame(pcm, True)

    def _slip_now(self) -> bool:
        """Make a pending correction if this is the moment; whether a frame is to be made up now."""
        start = self._play % CAPACITY_SAMPLES
        self._slip_waited += 1
        if not self._may_slip(start):
            return False
        if self._slip > 0:
            self._slip -= 1
            self._slip_waited = 0
            return True
        while self._slip < 0 and self._may_slip(self._play % CAPACITY_SAMPLES):
            self._leave_out()
            self._slip += 1
            self._slip_waited = 0
        return False

    def _leave_out(self) -> None:
        self._erase(self._play % CAPACITY_SAMPLES, FRAME_SAMPLES)
        self._play += FRAME_SAMPLES
        self.stats.left_out_frames += 1

    def _may_slip(self, start: int) -> bool:
        patience = _PATIENCE_FRAMES if self._slip < 0 else _URGENT_FRAMES  # too little delay loses what comes next
        if self._slip_waited > patience or self._slip <= -_URGENT_FRAMES:
            return True
        return self._quiet(start)

    def _quiet(self, start: int) -> bool:
        frame = self._ring[start : start + FRAME_SAMPLES]
        came = self._came[start : start + FRAME_SAMPLES]
        return int(np.abs(frame[came], dtype=np.int32).max(initial=0)) <= _QUIET_PEAK

    def _made_up(self) -> Frame:
        self.stats.made_up_frames += 1
        return _frame(self._concealer.conceal(), self.started)
