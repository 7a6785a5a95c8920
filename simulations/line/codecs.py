"""What codecs do to speech on its way, and the payload of a simulated line's packets. Pure.

Coders that remember what went before code and decode in one step, in order, before the speech is put into packets: a
lost packet costs its 20 ms and leaves no decoder astray. PyAV (FFmpeg) has them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final, Protocol

import av
import numpy as np
from av.codec.context import CodecContext

from simulations.line.spectrum import HANDSET, Floats, filter_taps
from telephony.codecs.g711 import PCMA, PCMU
from telephony.codecs.pcm import Pcm, SpeechCodec
from telephony.codecs.resample import Resampler

G722_RATE_HZ: Final = 16_000
OPUS_RATE_HZ: Final = 48_000
OPUS_BITS_A_SECOND: Final = 24_000
GSM_BITS_A_SECOND: Final = 12_200


class Coding(Protocol):
    """A coder and its decoder, one behind the other. For one direction of one call."""

    def through(self, pcm: Pcm, /) -> Pcm:
        """What `int16[160]` sound like behind it: as many samples, some milliseconds later."""
        ...


class Linear16:
    """The payload L16 of RFC 3551: samples as they are."""

    def encode(self, pcm: Pcm, /) -> bytes:
        return pcm.astype(">i2").tobytes()

    def decode(self, payload: bytes, /) -> Pcm:
        return np.frombuffer(payload[: len(payload) & ~1], ">i2").astype(np.int16)


class G722:
    """G.722 at 64 kbit/s. Its band is 7 kHz wide; speech that comes at 8 kHz gets no wider by it."""

    def __init__(self) -> None:
        self._coder = _Coder("g722", G722_RATE_HZ, decoded_hz=G722_RATE_HZ)
        self._up = SteadyResampler(8_000, G722_RATE_HZ)
        self._down = SteadyResampler(G722_RATE_HZ, 8_000)

    def through(self, pcm: Pcm, /) -> Pcm:
        return self._down.process(self._coder.through(self._up.process(pcm)))


class Opus:
    """RFC 6716, coded as speech of 8 kHz."""

    def __init__(self) -> None:
        options = {"application": "voip", "frame_duration": "20"}
        self._coder = _Coder("libopus", 8_000, OPUS_BITS_A_SECOND, options, decoded_hz=OPUS_RATE_HZ)
        self._down = SteadyResampler(OPUS_RATE_HZ, 8_000)

    def through(self, pcm: Pcm, /) -> Pcm:
        return self._down.process(self._coder.through(pcm))


class MobileLeg:
    """A mobile telephone and its network: a narrow band, and GSM's enhanced full rate.

    AMR at 12.2 kbit/s is that codec (3GPP TS 26.071).
    """

    def __init__(self) -> None:
        self._coder = _Coder("libopencore_amrnb", 8_000, GSM_BITS_A_SECOND, decoded_hz=8_000)
        self._taps = filter_taps(HANDSET)
        self._before: Floats = np.zeros(self._taps.size - 1)

    def through(self, pcm: Pcm, /) -> Pcm:
        whole: Floats = np.concatenate((self._before, pcm.astype(np.float64)))
        self._before = whole[-self._before.size :]
        return self._coder.through(to_pcm(np.convolve(whole, self._taps, "valid")))


class SteadyResampler:
    """As many samples out as go in, by the rates: what the filter waits for is silence at first."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._resampler = Resampler(from_hz, to_hz)
        self._ratio = Fraction(to_hz, from_hz)
        self._waiting: Pcm | None = None

    def process(self, pcm: Pcm) -> Pcm:
        wanted = int(pcm.size * self._ratio)
        out = self._resampler.process(pcm)
        if self._waiting is None:
            self._waiting = np.zeros(wanted - out.size, np.int16)
        whole = np.concatenate((self._waiting, out))
        self._waiting = whole[wanted:]
        return whole[:wanted]


def coding(codec: str) -> Coding | None:
    """What `codec` (one of `settings.CODECS`) does before speech is put into packets; None for nothing."""
    match codec:
        case "g722":
            return G722()
        case "opus":
            return Opus()
        case "gsm":
            return MobileLeg()
        case _:
            return None


def payload(codec: str) -> SpeechCodec:
    """What the packets of a line with `codec` hold."""
    match codec:
        case "pcmu":
            return PCMU
        case "pcma" | "gsm":
            return PCMA
        case _:
            return Linear16()


def to_pcm(sound: Floats) -> Pcm:
    """Floating point at the scale of samples, rounded, and cut off at full scale."""
    out: Pcm = np.clip(np.rint(sound), -32_768, 32_767).astype(np.int16)
    return out


class _Coder:
    """FFmpeg's coder and decoder of one name, frame by frame of 20 ms."""

    def __init__(
        self,
        name: str,
        rate_hz: int,
        bits_a_second: int | None = None,
        options: dict[str, str] | None = None,
        *,
        decoded_hz: int,
    ) -> None:
        self._rate_hz = rate_hz
        self._encoder = _context(name, "w", rate_hz)
        if bits_a_second is not None:
            self._encoder.bit_rate = bits_a_second
        self._encoder.options = {} if options is None else options
        self._encoder.open()
        self._decoder = _context(name, "r", decoded_hz)
        self._decoder.open()

    def through(self, pcm: Pcm) -> Pcm:
        frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.sample_rate = self._rate_hz
        coded = [bytes(packet) for packet in self._encoder.encode(frame)]
        frames = [each for packet in coded for each in self._decoder.decode(av.Packet(packet))]
        return np.concatenate([each.to_ndarray().reshape(-1) for each in frames])


def _context(name: str, mode: Any, rate_hz: int) -> Any:
    context: Any = CodecContext.create(name, mode)
    context.sample_rate = rate_hz
    context.layout = "mono"
    context.format = "s16"
    return context
