"""Silero's voice-activity network (v6, 16 kHz), computed with numpy: one window of 32 ms at a time, for any call.

onnxruntime takes 110 to 140 us for a window, half of them for going from operator to operator; this takes 40, and a
worker with a hundred callers lives on the difference. The layers, as in the ONNX file whose weights are used:

    576 samples (64 of context first), 64 more mirrored at the end
    4 frames of 256 every 128, windowed Fourier transform -> magnitudes [4, 129]
    3-tap convolutions with ReLU: 128 channels; 64, stride 2; 64, stride 2; 128 -> [1, 128]
    LSTM of 128, ReLU, one linear unit, sigmoid
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from models.onnx_tensors import float_tensors

Floats = npt.NDArray[np.float32]

WINDOW: Final = 512
CONTEXT: Final = 64
UNITS: Final = 128
_FRAME: Final = 256
_HOP: Final = 128
_FRAMES: Final = 4
_BINS: Final = 129


class SileroNetwork:
    """The weights and the working memory, loaded once a process and shared by all calls of one thread."""

    def __init__(self, path: Path) -> None:
        """Raises ValueError where `path` is not that network."""
        weights = float_tensors(path)
        try:
            self._load(weights)
        except KeyError as missing:
            raise ValueError(f"{path} has no weights {missing}: it is not Silero v6") from None
        self._padded: Floats = np.zeros(CONTEXT + WINDOW + CONTEXT, np.float32)
        step = self._padded.strides[0]
        self._frames = np.lib.stride_tricks.as_strided(self._padded, (_FRAMES, _FRAME), (_HOP * step, step))
        self._spectrum: Floats = np.empty((_FRAMES, 2 * _BINS), np.float32)
        # Rows of zeros before and after are the convolutions' padding; taps overlap, so they are views of one memory.
        self._magnitudes: Floats = np.zeros((_FRAMES + 2, _BINS), np.float32)
        self._taps_0 = _taps(self._magnitudes, rows=_FRAMES, stride=1)
        self._wide: Floats = np.zeros((_FRAMES + 2, UNITS), np.float32)
        self._taps_1 = _taps(self._wide, rows=2, stride=2)
        self._narrow: Floats = np.empty((2, 64), np.float32)
        self._narrowest: Floats = np.empty(64, np.float32)
        self._joined: Floats = np.ones(2 * UNITS + 1, np.float32)  # the last one carries the bias
        self._gates: Floats = np.empty(4 * UNITS, np.float32)

    def _load(self, weights: dict[str, Floats]) -> None:
        basis = weights["encoder.feature_extractor.forward_basis_buffer"][:, 0]
        self._basis = np.ascontiguousarray(basis.T)
        kernels = [weights[f"encoder.conv_layers.{layer}.weight"].transpose(2, 1, 0) for layer in range(4)]
        self._biases = [weights[f"encoder.conv_layers.{layer}.bias"] for layer in range(4)]
        self._kernel_0 = np.ascontiguousarray(kernels[0].reshape(3 * _BINS, UNITS))
        self._kernel_1 = np.ascontiguousarray(kernels[1].reshape(3 * UNITS, 64))
        # Of the last two, frames before the first and after the last are padding: those taps see zeros only.
        self._kernel_2 = np.ascontiguousarray(kernels[2][1:].reshape(2 * 64, 64))
        self._kernel_3 = np.ascontiguousarray(kernels[3][1])
        # ONNX keeps the gates in the order input, output, forget, cell.
        inputs, recurrent, bias = (weights[f"onnx::LSTM_{number}"][0] for number in (209, 210, 211))
        # sigmoid(x) = (1 + tanh(x / 2)) / 2: with the halves in the weights one tanh does for all four gates.
        halves = np.repeat(np.array([0.5, 0.5, 0.5, 1.0], np.float32), UNITS)
        joined = np.hstack((inputs, recurrent, (bias[: 4 * UNITS] + bias[4 * UNITS :])[:, np.newaxis]))
        self._recurrence = np.ascontiguousarray((joined * halves[:, np.newaxis]).T)
        self._output = np.ascontiguousarray(weights["decoder.conv1d.weight"].reshape(UNITS))
        self._output_bias = float(weights["decoder.conv1d.bias"][0])

    def run(self, window: Floats, h: Floats, c: Floats) -> float:
        """`window` is `float32[576]`; `h` and `c`, `float32[128]` each, are the call's and are moved on in place."""
        joined = self._joined
        self._encode(window, joined[:UNITS])
        joined[UNITS:-1] = h
        gates = np.dot(joined, self._recurrence, out=self._gates)
        np.tanh(gates, out=gates)
        opened = gates[: 3 * UNITS]
        opened += _ONE
        opened *= _HALF
        cell = gates[3 * UNITS :]
        cell *= opened[:UNITS]
        c *= opened[2 * UNITS :]
        c += cell
        np.tanh(c, out=h)
        h *= opened[UNITS : 2 * UNITS]
        np.maximum(h, _ZERO, out=cell)
        return 1.0 / (1.0 + math.exp(-float(np.dot(cell, self._output)) - self._output_bias))

    def _encode(self, window: Floats, out: Floats) -> None:
        """`float32[128]` that say what the window sounds like."""
        padded, spectrum = self._padded, self._spectrum
        padded[: CONTEXT + WINDOW] = window
        padded[CONTEXT + WINDOW :] = window[-2 : -2 - CONTEXT : -1]
        np.dot(self._frames, self._basis, out=spectrum)
        spectrum *= spectrum
        magnitudes = self._magnitudes[1:-1]
        np.add(spectrum[:, :_BINS], spectrum[:, _BINS:], out=magnitudes)
        np.sqrt(magnitudes, out=magnitudes)
        _dense(self._taps_0, self._kernel_0, self._biases[0], self._wide[1:-1])
        _dense(self._taps_1, self._kernel_1, self._biases[1], self._narrow)
        _dense(self._narrow.reshape(-1), self._kernel_2, self._biases[2], self._narrowest)
        _dense(self._narrowest, self._kernel_3, self._biases[3], out)


_ZERO: Final = np.float32(0)
_HALF: Final = np.float32(0.5)
_ONE: Final = np.float32(1)


def _taps(padded: Floats, *, rows: int, stride: int) -> Floats:
    """A view of `float32[n, channels]` in which each of `rows` holds three frames one after another."""
    frame, item = padded.strides
    return np.lib.stride_tricks.as_strided(padded, (rows, 3 * padded.shape[1]), (stride * frame, item))


def _dense(values: Floats, kernel: Floats, bias: Floats, out: Floats) -> None:
    np.dot(values, kernel, out=out)
    out += bias
    np.maximum(out, _ZERO, out=out)
