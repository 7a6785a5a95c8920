"""What a call's log says of its line: counts of the stream, and what they come to. Pure."""

from __future__ import annotations

from typing import Final

from telephony.quality import opinion
from telephony.rtp.stream import StreamStats
from voice_agent.conversation.events import MediaQuality

PACKET_MS: Final = 20


def quality_of(stats: StreamStats) -> MediaQuality:
    """`mos` counts what was lost or came too late, and half the round trip, a packet and the jitter buffer as delay.

    Where the peer reported nothing, the way is taken for one without delay: better than it can be.
    """
    expected = stats.received + max(0, stats.lost)
    missed = max(0, stats.lost) + stats.late
    trip_us = stats.rtcp.round_trip_us
    delay_ms = PACKET_MS + stats.target_us / 1_000 + (0 if trip_us is None else trip_us / 2_000)
    return MediaQuality(
        received=stats.received,
        lost=stats.lost,
        late=stats.late,
        played_frames=stats.played_frames,
        concealed_frames=stats.concealed_frames,
        jitter_us=stats.jitter_us,
        buffer_us=stats.target_us,
        round_trip_us=trip_us,
        remote_lost=stats.rtcp.remote_lost,
        mos=None if stats.received == 0 else round(opinion(min(1.0, missed / expected), delay_ms), 2),
    )
