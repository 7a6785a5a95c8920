"""The form audio has everywhere in `telephony`: `int16[samples]`, 8 kHz, mono, in frames of 20 ms.

Restated here and not imported, because this package stands on its own.
"""

from __future__ import annotations

from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Pcm: TypeAlias = npt.NDArray[np.int16]
"""`int16[samples]`, 8 kHz mono unless a docstring names another rate."""

RATE_HZ: Final = 8_000
FRAME_US: Final = 20_000
FRAME_SAMPLES: Final = RATE_HZ * FRAME_US // 1_000_000
SAMPLE_US: Final = 1_000_000 // RATE_HZ


def silent_frame() -> Pcm:
    """`int16[160]` of zeros, owned by the caller."""
    return np.zeros(FRAME_SAMPLES, np.int16)


class SpeechCodec(Protocol):
    """How samples become the payload of a packet and back: `telephony.codecs.g711` has two, simulated lines others."""

    def encode(self, pcm: Pcm, /) -> bytes:
        """The payload of one packet for `int16[samples]`."""
        ...

    def decode(self, payload: bytes, /) -> Pcm:
        """The samples of one packet, owned by the caller. Must take any octets: they come from the network."""
        ...
