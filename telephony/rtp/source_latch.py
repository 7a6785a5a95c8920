"""Which address a call's media may come from, and where ours goes (symmetric RTP, RFC 4961; latching, RFC 7362).

The address named in SDP is believed at once. Behind a NAT the packets come from another one: it is latched to after
several consecutive packets of one SSRC with sequence numbers that follow each other. A latched source keeps the call
while it is active, so nobody who guesses the port can take it over. Decides on addresses and numbers; may not look at
payloads.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from telephony.rtp.sequence import signed_16

Address: TypeAlias = tuple[str, int]
"""Numeric host and port."""

DEFAULT_PROOF_PACKETS: Final = 5
DEFAULT_QUIET_US: Final = 2_000_000
FORMER_PROOF_PACKETS: Final = 50
"""What a source must show that was latched when SDP named another: a second, in which the new one had its chance."""

_MAX_CANDIDATES: Final = 4
_MAX_STEP: Final = 8


class LatchState(Enum):
    SEEKING = "seeking"
    """No source yet; we send to the address in SDP."""
    LATCHED = "latched"
    """One source, heard from lately; all others are refused."""
    QUIET = "quiet"
    """The source fell silent; it may come back, another may take its place."""


class LatchCue(Enum):
    PROVED = "proved"
    """A source is named in SDP, or has shown enough consecutive packets."""
    HEARD = "heard"
    """A packet of the latched source."""
    SILENCE = "silence"
    """The latched source sent nothing for the quiet time."""
    REDIRECTED = "redirected"
    """SDP names another address."""


TRANSITIONS: Final[Mapping[tuple[LatchState, LatchCue], LatchState]] = MappingProxyType({
    (LatchState.SEEKING, LatchCue.PROVED): LatchState.LATCHED,
    (LatchState.SEEKING, LatchCue.REDIRECTED): LatchState.SEEKING,
    (LatchState.LATCHED, LatchCue.HEARD): LatchState.LATCHED,
    (LatchState.LATCHED, LatchCue.SILENCE): LatchState.QUIET,
    (LatchState.LATCHED, LatchCue.REDIRECTED): LatchState.SEEKING,
    (LatchState.QUIET, LatchCue.HEARD): LatchState.LATCHED,
    (LatchState.QUIET, LatchCue.PROVED): LatchState.LATCHED,
    (LatchState.QUIET, LatchCue.REDIRECTED): LatchState.SEEKING,
})  # fmt: skip


class Candidate(msgspec.Struct):
    """A source that is proving itself: `shown` packets in a row, the next one expected to follow `sequence`."""

    ssrc: int
    sequence: int
    shown: int = 1


class SourceLatch:
    """One call's. `admit` every well-formed packet; read `target` before every send."""

    def __init__(
        self,
        named: Address,
        *,
        symmetric: bool = True,
        proof_packets: int = DEFAULT_PROOF_PACKETS,
        quiet_us: int = DEFAULT_QUIET_US,
    ) -> None:
        """`named` is the address in SDP. Without `symmetric` it is the only one ever accepted."""
        self.state = LatchState.SEEKING
        self.refused = 0
        self.latches = 0
        self._named = named
        self._symmetric = symmetric
        self._proof_packets = proof_packets
        self._quiet_us = quiet_us
        self._source: Address | None = None
        self._former: Address | None = None
        self._heard_us = 0
        self._candidates: dict[Address, Candidate] = {}

    @property
    def source(self) -> Address | None:
        """Where the media comes from, None while that isn't known."""
        return self._source

    @property
    def target(self) -> Address:
        """Where ours goes: to the source, else to the address in SDP."""
        return self._named if self._source is None else self._source

    def redirect(self, named: Address) -> None:
        """A new offer or answer names `named`; nothing happens if it did so before."""
        if named == self._named:
            return
        self._named = named
        self._former = self._source
        self._source = None
        self._candidates.clear()
        self._move(LatchCue.REDIRECTED)

    def admit(self, source: Address, ssrc: int, sequence: int, now_us: int) -> bool:
        """Learns where a packet came from; says whether it belongs to the call. Once a packet, in order of arrival."""
        if source == self._source:
            self._heard_us = now_us
            if self.state is not LatchState.LATCHED or self._candidates:
                self._candidates.clear()
                self._move(LatchCue.HEARD)
            return True
        if self.state is LatchState.LATCHED and now_us - self._heard_us >= self._quiet_us:
            self._move(LatchCue.SILENCE)
        if self.state is not LatchState.LATCHED and self._proves(source, ssrc, sequence):
            self._latch(source, now_us)
            return True
        self.refused += 1
        return False

    def _proves(self, source: Address, ssrc: int, sequence: int) -> bool:
        if source == self._named:
            return True
        if not self._symmetric:
            return False
        candidate = self._candidates.pop(source, None)
        if candidate is None or candidate.ssrc != ssrc or not 0 < signed_16(sequence - candidate.sequence) <= _MAX_STEP:
            candidate = Candidate(ssrc, sequence)
        else:
            candidate.sequence = sequence
            candidate.shown += 1
        self._remember(source, candidate)
        return candidate.shown >= (FORMER_PROOF_PACKETS if source == self._former else self._proof_packets)

    def _remember(self, source: Address, candidate: Candidate) -> None:
        # The one that has shown least makes room: a flood from many ports can't push out a source that goes on.
        if len(self._candidates) >= _MAX_CANDIDATES:
            del self._candidates[min(self._candidates, key=lambda known: self._candidates[known].shown)]
        self._candidates[source] = candidate

    def _latch(self, source: Address, now_us: int) -> None:
        self._source = source
        self._former = None
        self._heard_us = now_us
        self._candidates.clear()
        self.latches += 1
        self._move(LatchCue.PROVED)

    def _move(self, cue: LatchCue) -> None:
        self.state = TRANSITIONS[self.state, cue]
