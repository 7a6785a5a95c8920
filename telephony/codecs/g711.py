"""G.711: 16-bit linear PCM to and from mu-law (PCMU) and A-law (PCMA), by table.

Encoding follows the reference algorithm of ITU-T G.191 (the G.711 module of its software tools): a negative sample is
the one's complement of its mirror, so every decision interval is closed below and open above. Some widely used
encoders negate after shifting instead and give the neighbouring code to part of the negative mu-law samples; the
decoded values are the same everywhere.

    >>> PCMU.decode(PCMU.encode(np.array([0, 1000, -1000], np.int16))).tolist()
    [0, 988, -988]
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from telephony.codecs.pcm import Pcm

_Codes: TypeAlias = npt.NDArray[np.uint8]
_Ints: TypeAlias = npt.NDArray[np.int64]

_ULAW_BIAS: Final = 33
_ULAW_CEILING: Final = 0x1FFF


def _bit_length(values: _Ints) -> _Ints:
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def _ulaw_codes(linear: _Ints) -> _Codes:
    # G.711 table 2: a 14-bit magnitude, biased so that the position of its top bit is the segment.
    magnitude = np.minimum((np.where(linear < 0, ~linear, linear) >> 2) + _ULAW_BIAS, _ULAW_CEILING)
    segment = _bit_length(magnitude) - 6
    code = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F)
    codes: _Codes = np.where(linear < 0, code ^ 0x7F, code ^ 0xFF).astype(np.uint8)
    return codes


def _ulaw_values(codes: _Ints) -> Pcm:
    inverted = codes ^ 0xFF
    magnitude = ((2 * (inverted & 0x0F) + _ULAW_BIAS) << ((inverted >> 4) & 7)) - _ULAW_BIAS
    return (np.where(inverted & 0x80, -magnitude, magnitude) << 2).astype(np.int16)


def _alaw_codes(linear: _Ints) -> _Codes:
    # G.711 table 1: a 12-bit magnitude; the lowest segment is as fine as the second.
    magnitude = np.where(linear < 0, ~linear, linear) >> 4
    segment = np.maximum(_bit_length(magnitude) - 4, 0)
    code = (segment << 4) | ((magnitude >> np.maximum(segment - 1, 0)) & 0x0F)
    codes: _Codes = (np.where(linear < 0, code, code | 0x80) ^ 0x55).astype(np.uint8)
    return codes


def _alaw_values(codes: _Ints) -> Pcm:
    plain = codes ^ 0x55
    segment = (plain >> 4) & 7
    step = ((plain & 0x0F) << 4) + 8
    magnitude = np.where(segment == 0, step, (step + 0x100) << np.maximum(segment - 1, 0))
    return np.where(plain & 0x80, magnitude, -magnitude).astype(np.int16)


class G711:
    """One of the two laws. Immutable and shared: use `PCMU` and `PCMA`.

    `payload_type` is the static one of RFC 3551 section 6.
    """

    # The tables cover every index, so `take` need not check them: mode "wrap" saves a third of its time.
    __slots__ = ("_to_code", "_to_linear", "name", "payload_type")

    def __init__(self, name: str, payload_type: int, to_code: _Codes, to_linear: Pcm) -> None:
        self.name: Final = name
        self.payload_type: Final = payload_type
        self._to_code: Final = to_code
        self._to_linear: Final = to_linear

    def encode(self, pcm: Pcm) -> bytes:
        """One octet a sample. `pcm` is `int16[samples]`, contiguous or not."""
        return self._to_code.take(pcm.view(np.uint16), mode="wrap").tobytes()

    def decode(self, payload: bytes) -> Pcm:
        """`int16[len(payload)]`, owned by the caller. Every octet is a valid code."""
        return self._to_linear.take(np.frombuffer(payload, np.uint8), mode="wrap")

    def __repr__(self) -> str:
        return f"G711({self.name})"


# Indexed by the sample's two octets read as unsigned, so that encoding needs no arithmetic.
_LINEAR: Final = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int64)
_OCTETS: Final = np.arange(256, dtype=np.int64)

PCMU: Final = G711("PCMU", 0, _ulaw_codes(_LINEAR), _ulaw_values(_OCTETS))
PCMA: Final = G711("PCMA", 8, _alaw_codes(_LINEAR), _alaw_values(_OCTETS))

BY_PAYLOAD_TYPE: Final[Mapping[int, G711]] = MappingProxyType({codec.payload_type: codec for codec in (PCMU, PCMA)})
