"""How the line of a call is, as far as the core is told."""

from __future__ import annotations

from typing import Literal

from voice_agent.conversation.event import Event


class MediaLost(Event, frozen=True, tag="media_lost"):
    """No sound has arrived from the caller for so long that the line must be broken; a call on hold doesn't count."""

    kind: Literal["never_started", "stopped"]
    after_us: int


class MediaCameBack(Event, frozen=True, tag="media_came_back"):
    """Sound arrives again, or for the first time."""


class BeepHeard(Event, frozen=True, tag="beep_heard"):
    """A steady tone has ended at `at_sample` of the track of whoever was called: perhaps a mailbox that records now."""

    at_sample: int
    hz: int
    duration_us: int


class MediaQuality(Event, frozen=True, tag="media_quality"):
    """How the telephone line was, told once, right before a call ends that had one.

    Packets from the caller: `received`, `lost` on the way, and come too `late` to be played; frames of 20 ms that were
    played whole and those `concealed`. `jitter_us` (RFC 3550) and what the jitter buffer aims at, `buffer_us`, are the
    latest values. The far end's reports say `round_trip_us` and how many of our packets were lost; None where it sent
    none. `mos` is estimated by the E-model, 1 to 4.5, None where no packet ever came.
    """

    received: int
    lost: int
    late: int
    played_frames: int
    concealed_frames: int
    jitter_us: int
    buffer_us: int
    round_trip_us: int | None
    remote_lost: int | None
    mos: float | None
