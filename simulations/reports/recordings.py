"""Recordings as a page carries them: a shape to draw for each, and sound for as many as fit. Pure.

    embedded(report.runs, audio, most_bytes=MOST_SOUND_BYTES)["track_order_found.audio.1.wav"].peaks

Sound is Opus in WebM, a quarter of the same as 8-bit mu-law; runs that fell short come first, so that a long suite has
none only for runs that passed.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Final, cast

import av
import msgspec
import numpy as np
import numpy.typing as npt

from simulations.runs.records import RunRecord
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ
from voice_agent.errors import UsageError

MOST_SOUND_BYTES: Final = 24 * 1024 * 1024
"""Of sound in one page, an hour and a half or more: mail and browsers still take it."""
MIME: Final = "audio/webm"
_BITS_PER_SECOND: Final = 24_000
_SIDES: Final = 2
_FULL_SCALE: Final = 32_768.0

Stereo = npt.NDArray[np.int16]
"""`int16[samples, 2]`, 8 kHz: the caller, the agent."""


class Recording(msgspec.Struct, frozen=True):
    """`peaks` is base64 of one byte each 20 ms of the caller, then as many of the agent: the square root of the loudest
    sample, so that quiet speech is seen. `sound` is the file, None where `why_none` says why.
    """

    peaks: str
    duration_ms: int
    sound: bytes | None = None
    why_none: str = ""


def embedded(runs: Sequence[RunRecord], audio: Mapping[str, bytes], *, most_bytes: int) -> dict[str, Recording]:
    """By `RunRecord.audio`; of the runs that have one, only those that `audio` holds.

    Raises UsageError where bytes are no recording.
    """
    named = [run for run in runs if run.audio is not None and run.audio in audio]
    order = sorted(named, key=lambda run: run.status == "passed")
    found: dict[str, Recording] = {}
    left = most_bytes
    for name in dict.fromkeys(cast(str, run.audio) for run in order):
        samples = _decoded(name, audio[name])
        sound = _encoded(samples) if left > 0 and len(samples) else b""
        if not len(samples):
            why = "the recording is empty"
        elif not sound or len(sound) > left:
            why, left = f"a page holds at most {most_bytes / 1_048_576:g} MB of sound, of failed runs first", 0
        else:
            why, left = "", left - len(sound)
        length_ms = len(samples) * 1_000 // RATE_HZ
        found[name] = Recording(_peaks(samples), length_ms, None if why else sound, why)
    return found


def _decoded(name: str, data: bytes) -> Stereo:
    try:
        with av.open(io.BytesIO(data), "r") as container:
            resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE_HZ)
            parts = [
                piece.to_ndarray() for frame in container.decode(audio=0) for piece in resampler.resample(frame)
            ] + [piece.to_ndarray() for piece in resampler.resample(None)]
    except (av.FFmpegError, IndexError) as problem:
        raise UsageError(
            f"{name} is no recording that can be read: {problem}", hint="give the stereo WAV files of --audio"
        ) from problem
    joined = np.concatenate(parts, axis=1) if parts else np.zeros((1, 0), np.int16)
    return joined.reshape(-1, _SIDES).astype(np.int16)


def _encoded(samples: Stereo) -> bytes:
    output = io.BytesIO()
    with av.open(output, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=RATE_HZ, options={"compression_level": "5"})
        stream.layout = "stereo"
        stream.bit_rate = _BITS_PER_SECOND
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), format="s16", layout="stereo")
        frame.rate, frame.pts = RATE_HZ, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return output.getvalue()


def _peaks(samples: Stereo) -> str:
    frames = -(-len(samples) // FRAME_SAMPLES)
    padded = np.zeros((frames, FRAME_SAMPLES, _SIDES), np.int16)
    padded.reshape(-1, _SIDES)[: len(samples)] = samples
    # Of int16 the lowest has no opposite: both ends are compared as wider numbers.
    loudest = np.maximum(padded.max(axis=1).astype(np.int32), -padded.min(axis=1).astype(np.int32))
    scaled = np.round(np.sqrt(loudest / _FULL_SCALE) * 255).astype(np.uint8)
    return base64.b64encode(scaled.T.tobytes()).decode("ascii")
