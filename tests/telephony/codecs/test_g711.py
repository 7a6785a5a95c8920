"""G.711 against the standard library's old encoder and the sequences printed in the recommendation."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from telephony.codecs.g711 import BY_PAYLOAD_TYPE, G711, PCMA, PCMU

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

EVERY_SAMPLE = np.arange(-32_768, 32_768).astype(np.int16)
EVERY_CODE = bytes(range(256))


def oracle_decode(codec: G711) -> bytes:
    return audioop.ulaw2lin(EVERY_CODE, 2) if codec is PCMU else audioop.alaw2lin(EVERY_CODE, 2)


@pytest.mark.parametrize("codec", [PCMU, PCMA])
def test_every_code_decodes_as_elsewhere(codec: G711) -> None:
    assert codec.decode(EVERY_CODE).tobytes() == oracle_decode(codec)


def test_every_sample_encodes_to_a_law_as_elsewhere() -> None:
    assert PCMA.encode(EVERY_SAMPLE) == audioop.lin2alaw(EVERY_SAMPLE.tobytes(), 2)


def test_mu_law_encodes_as_elsewhere_and_negative_samples_as_mirrored_positive_ones() -> None:
    positive = EVERY_SAMPLE[EVERY_SAMPLE >= 0]
    oracle = audioop.lin2ulaw(positive.tobytes(), 2)
    assert PCMU.encode(positive) == oracle
    assert PCMU.encode(~positive) == bytes(code ^ 0x80 for code in oracle)


@pytest.mark.parametrize("codec", [PCMU, PCMA])
def test_decoded_values_survive_any_number_of_passes(codec: G711) -> None:
    values = codec.decode(EVERY_CODE)
    again = codec.decode(codec.encode(values))
    assert np.array_equal(again, values)


@pytest.mark.parametrize("codec", [PCMU, PCMA])
def test_encoding_never_inverts_the_order_of_samples(codec: G711) -> None:
    assert np.all(np.diff(codec.decode(codec.encode(EVERY_SAMPLE)).astype(int)) >= 0)


@pytest.mark.parametrize(
    ("codec", "period"),
    # The digital milliwatt, tables 5 and 6 of the recommendation: one period of 1 kHz at 0 dBm0.
    [(PCMU, "1E0B0B1E9E8B8B9E"), (PCMA, "34212134B4A1A1B4")],
)
def test_digital_milliwatt_is_a_kilohertz_sine_of_its_level(codec: G711, period: str) -> None:
    wave = codec.decode(bytes.fromhex(period) * 100).astype(float)
    spectrum = np.abs(np.fft.rfft(wave))
    assert np.argmax(spectrum) == 100
    level_below_overload_db = 20 * np.log10(np.sqrt(2 * np.mean(wave**2)) / 32_768)
    assert level_below_overload_db == pytest.approx(-3.15, abs=0.1)


def test_silence_has_its_known_codes() -> None:
    assert PCMU.encode(np.zeros(2, np.int16)) == b"\xff\xff"
    assert PCMA.encode(np.zeros(2, np.int16)) == b"\xd5\xd5"


def test_any_length_and_stride_is_encoded() -> None:
    assert PCMU.encode(np.zeros(0, np.int16)) == b""
    assert PCMU.decode(b"").size == 0
    assert PCMU.encode(EVERY_SAMPLE[::2]) == PCMU.encode(EVERY_SAMPLE)[::2]


def test_decoded_samples_belong_to_the_caller() -> None:
    first = PCMU.decode(b"\x00\x01")
    first[:] = 0
    assert PCMU.decode(b"\x00\x01").tolist() == [-32_124, -31_100]


def test_static_payload_types_name_their_codec() -> None:
    assert {number: codec.name for number, codec in BY_PAYLOAD_TYPE.items()} == {0: "PCMU", 8: "PCMA"}
    assert repr(PCMA) == "G711(PCMA)"
