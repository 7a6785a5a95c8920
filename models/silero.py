"""Silero's voice-activity network (v6, 16 kHz), computed with numpy: windows of 32 ms, of many calls together.

onnxruntime takes 110 to 140 us for a window, half of them for going from operator to operator; this takes 40, and 15
where a dozen are computed at once: a megabyte of weights has to be read, whether for one window or for all. A worker
with a hundred callers lives on the difference. The layers, as in the ONNX file whose weights are used:

    576 samples (64 of context first), 64 more mirrored at the end
    4 frames of 256 every 128, tapered, Fourier transform -> magnitudes [4, 129]
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
TOGETHER: Final = 16
"""So many windows at most are computed at once: what is between the layers stays in the processor's cache."""
_FRAME: Final = 256
_HOP: Final = 128
_FRAMES: Final = 4
_BINS: Final = 129


class Listener:
    """What the network remembers of one call, and `probability`, its latest answer (0..1)."""

    __slots__ = ("c", "h", "probability", "waits")

    def __init__(self, probability: float = 0.0) -> None:
        self.h: Floats = np.zeros(UNITS, np.float32)
        self.c: Floats = np.zeros(UNITS, np.float32)
        self.probability = probability
        self.waits = False
        """Whether a window of it was given that is not computed yet."""


class SileroNetwork:
    """The weights and the working memory, loaded once a process and shared by all calls of one thread.

    What a window yields doesn't depend on those beside it, but for the last bits of a float32.
    """

    def __init__(self, path: Path) -> None:
        """Raises ValueError where `path` is not that network."""
        weights = float_tensors(path)
        try:
            self._load(weights)
        except KeyError as missing:
            raise ValueError(f"{path} has no weights {missing}: it is not Silero v6") from None
        self._waiting: list[Listener] = []
        self._padded: Floats = np.zeros((TOGETHER, CONTEXT + WINDOW + CONTEXT), np.float32)
        self._frames = _overlapping(self._padded, _FRAMES, _FRAME, _HOP)
        self._tapered: Floats = np.empty((TOGETHER, _FRAMES, _FRAME), np.float32)
        # Rows of zeros before and after are the convolutions' padding; taps overlap, so they are views of one memory.
        self._magnitudes: Floats = np.zeros((TOGETHER, _FRAMES + 2, _BINS), np.float32)
        self._taps_0 = _overlapping(self._magnitudes, _FRAMES, 3 * _BINS, _BINS)
        self._wide: Floats = np.zeros((TOGETHER, _FRAMES + 2, UNITS), np.float32)
        self._taps_1 = _overlapping(self._wide, 2, 3 * UNITS, 2 * UNITS)
        self._joined: Floats = np.ones((TOGETHER, 2 * UNITS + 1), np.float32)  # the last one carries the bias
        self._cells: Floats = np.empty((TOGETHER, UNITS), np.float32)

    def _load(self, weights: dict[str, Floats]) -> None:
        # The cosines of frequency 0 are 1 throughout: what is left of them there is the taper.
        self._taper = weights["encoder.feature_extractor.forward_basis_buffer"][0, 0]
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

    def give(self, window: Floats, listener: Listener) -> None:
        """The next window of a call's, `float32[576]`; `run` computes it, or `give` once there are enough."""
        if listener.waits:
            self.run()
        row = len(self._waiting)
        padded, joined = self._padded[row], self._joined[row]
        padded[: CONTEXT + WINDOW] = window
        padded[CONTEXT + WINDOW :] = window[-2 : -2 - CONTEXT : -1]
        joined[UNITS:-1] = listener.h
        self._cells[row] = listener.c
        listener.waits = True
        self._waiting.append(listener)
        if row + 1 == TOGETHER:
            self.run()

    def run(self) -> None:
        """Computes all windows that wait: their listeners have new answers and new memories."""
        listeners, rows = self._waiting, len(self._waiting)
        if rows == 0:
            return
        self._waiting = []
        joined, c = self._joined[:rows], self._cells[:rows]
        joined[:, :UNITS] = self._encoded(rows)
        gates = np.dot(joined, self._recurrence)
        np.tanh(gates, out=gates)
        opened = gates[:, : 3 * UNITS]
        opened += _ONE
        opened *= _HALF
        cell = gates[:, 3 * UNITS :]
        cell *= opened[:, :UNITS]
        c *= opened[:, 2 * UNITS :]
        c += cell
        h = np.tanh(c)
        h *= opened[:, UNITS : 2 * UNITS]
        np.maximum(h, _ZERO, out=cell)
        for row, answer in enumerate(np.dot(cell, self._output).tolist()):
            listener = listeners[row]
            listener.h[:], listener.c[:], listener.waits = h[row], c[row], False
            listener.probability = 1.0 / (1.0 + math.exp(-answer - self._output_bias))

    def _encoded(self, rows: int) -> Floats:
        """`float32[rows, 128]` that say what the windows sound like."""
        magnitudes, wide = self._magnitudes[:rows, 1:-1], self._wide[:rows, 1:-1]
        parts = np.fft.rfft(np.multiply(self._frames[:rows], self._taper, out=self._tapered[:rows])).view(np.float32)
        parts *= parts
        np.add(parts[..., 0::2], parts[..., 1::2], out=magnitudes)
        np.sqrt(magnitudes, out=magnitudes)
        first = _dense(self._taps_0[:rows].reshape(-1, 3 * _BINS), self._kernel_0, self._biases[0])
        wide[:] = first.reshape(rows, _FRAMES, UNITS)
        second = _dense(self._taps_1[:rows].reshape(-1, 3 * UNITS), self._kernel_1, self._biases[1])
        third = _dense(second.reshape(rows, -1), self._kernel_2, self._biases[2])
        return _dense(third, self._kernel_3, self._biases[3])


_ZERO: Final = np.float32(0)
_HALF: Final = np.float32(0.5)
_ONE: Final = np.float32(1)


def _overlapping(memory: Floats, parts: int, size: int, every: int) -> Floats:
    """A view of `float32[n, ...]`: of each of the n, `parts` of `size` that begin `every` so many."""
    row, item = memory.strides[0], memory.strides[-1]
    return np.lib.stride_tricks.as_strided(memory, (memory.shape[0], parts, size), (row, every * item, item))


def _dense(values: Floats, kernel: Floats, bias: Floats) -> Floats:
    out: Floats = np.dot(values, kernel)
    out += bias
    np.maximum(out, _ZERO, out=out)
    return out
