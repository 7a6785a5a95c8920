"""A filter from what was sent to its echo, learned where there is nothing else; and what is left without it. Pure.

The taps are those that leave the least of the echo they are learned from: least squares over all its samples at once,
by preconditioned conjugate gradients (Golub and Van Loan, Matrix Computations, 11.5). A filter that adapts tick by tick
would cost every tick, would follow the caller's voice once they speak over the echo, and would still be learning when
they first do; one that is learned at once, from what came before they spoke, does none of that.

The echo is only ever estimated from what was sent, so that taking it away can't take anything of the caller's voice:
where the estimate is wrong it adds something, and `less_echo` leaves alone what doesn't become quieter by it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from voice_agent.audio import FRAME_SAMPLES
from voice_agent.turns.sent_sound import LEAST_POWER

Floats = npt.NDArray[np.float64]

TAPS: Final = 640
"""80 ms: the direct sound and as much of the room as is worth it."""
EARLY: Final = 24
"""Taps before the known delay, which may be a few samples off."""
STEPS: Final = 4
"""By how many frames jitter buffers may have moved the echo since it was learned, either way."""
UNCHANGED: Final = STEPS + 1
_ROUNDS: Final = 8
_RIDGE: Final = 1e-3
"""Of the mean power of what was sent, added at each frequency: what it doesn't have says nothing."""
EXPLAINED: Final = 0.25
"""6 dB less of a frame must be left for it to have been an echo and nothing else."""
_FEWEST: Final = 20
"""Frames with an echo in them, of which it can be learned."""
_MOVE: Final = 1.0
"""What a move of the echo by some frames costs: as much as 4 dB more that are left of one frame."""
_RESIDUE_MARGIN: Final = 4.0
"""What is left may be 6 dB louder than usual and still be nobody."""


class EchoFilter:
    """`learned` makes one. `residue` is how much of an echo is left without it, in power: 0.01 are 20 dB less."""

    def __init__(self, taps: Floats, residue: float) -> None:
        self.taps = taps
        self.residue = residue
        self._spectra: dict[int, npt.NDArray[np.complex128]] = {}

    def echo(self, sent: Floats) -> Floats:
        """The echo, `float64[n]`, of what was sent: `float64[n + TAPS - 1]`, from the delay plus `TAPS - 1 - EARLY`
        samples before it on."""
        count = sent.size - TAPS + 1
        size = _power_of_two(sent.size)
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self.taps, size)
        echo: Floats = np.fft.irfft(np.fft.rfft(sent, size) * self._spectra[size], size)[TAPS - 1 : TAPS - 1 + count]
        return echo

    def less_echo(self, heard: Floats, sent: Floats, before: int) -> tuple[Floats, npt.NDArray[np.intp]]:
        """`float64[frames, 160]` without their echo, and how many frames later than the filter says it came in each:
        `UNCHANGED` where nothing was taken away.

        `sent` is what `echo` needs for them and for `STEPS` frames more at either end; `before` is how many frames
        later than the filter says the echo was known to come when they began. Where nothing is left but what always is
        of an echo, silence is.
        """
        echoes = self.echo(sent).reshape(-1, FRAME_SAMPLES)
        count = len(heard)
        moved = [echoes[STEPS - step : STEPS - step + count] for step in range(-STEPS, STEPS + 1)]
        left = np.stack([*(heard - echo for echo in moved), heard])
        energies = np.einsum("ijk,ijk->ij", left, left)
        powers = np.einsum("ij,ij->i", echoes, echoes)
        chosen = _followed(energies, STEPS + before)
        frames = np.arange(count)
        changed = chosen < len(moved)
        out: Floats = left[chosen, frames]
        steps = np.where(changed, chosen - STEPS, 0)
        expected = self.residue * powers[STEPS - steps + frames]
        nobody = changed & (energies[chosen, frames] <= _RESIDUE_MARGIN * expected)
        out[nobody] = 0.0
        return out, np.where(changed, steps, UNCHANGED)


def learned(heard: Floats, sent: Floats, counts: npt.NDArray[np.bool_]) -> EchoFilter | None:
    """The filter from what was sent to `heard`, `float64[frames, 160]`, of which those that `counts` are taken for an
    echo; None where they are too few, or not explained by it.

    `sent` is what `EchoFilter.echo` needs for them. Frames that turn out to have something else in them are left out.
    """
    powers = np.einsum("ij,ij->i", heard, heard)
    loud = powers > LEAST_POWER * FRAME_SAMPLES
    used = loud & counts
    if np.count_nonzero(used) < _FEWEST:
        return None
    found, lefts = _fitted(heard, sent, counts)
    explained = lefts < EXPLAINED * powers
    if not np.all(explained[used]):
        used = used & explained
        if np.count_nonzero(used) < _FEWEST:
            return None
        found, lefts = _fitted(heard, sent, counts & (explained | ~loud))
    residue = float(lefts[used].sum() / powers[used].sum())
    return EchoFilter(found, residue) if residue < EXPLAINED else None


def _fitted(heard: Floats, sent: Floats, counts: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Taps, and how much of each frame is left without the echo that they make."""
    taps = _least_squares(heard, sent, counts)
    left = heard - EchoFilter(taps, 1.0).echo(sent).reshape(heard.shape)
    return taps, np.einsum("ij,ij->i", left, left)


def _least_squares(heard: Floats, sent: Floats, counts: npt.NDArray[np.bool_]) -> Floats:
    """The taps that leave the least of all frames that count."""
    size = _power_of_two(sent.size)
    spectrum = np.fft.rfft(sent, size)
    begins, ends = TAPS - 1, TAPS - 1 + heard.size
    by_sample = np.repeat(counts, FRAME_SAMPLES)
    padded = np.zeros(size)

    def correlated(with_sent: Floats) -> Floats:
        padded[begins:ends] = by_sample * with_sent
        found: Floats = np.fft.irfft(np.conj(spectrum) * np.fft.rfft(padded), size)[:TAPS]
        return found

    prepare, ridge = _preconditioner(spectrum, size)
    taps = np.zeros(TAPS)
    left = correlated(heard.reshape(-1))
    ahead = prepare(left)
    direction, worth = ahead, float(left @ ahead)
    for _ in range(_ROUNDS):
        if worth <= 0.0:
            break
        echo = np.fft.irfft(spectrum * np.fft.rfft(direction, size), size)[begins:ends]
        bent = correlated(echo) + ridge * direction
        stride = worth / float(direction @ bent)
        taps += stride * direction
        left = left - stride * bent
        ahead = prepare(left)
        worth, before = float(left @ ahead), worth
        direction = ahead + worth / before * direction
    return taps


def _preconditioner(spectrum: npt.NDArray[np.complex128], size: int) -> tuple[Callable[[Floats], Floats], float]:
    """What undoes the colour of what was sent, by its smoothed power spectrum; and the ridge."""
    shorter = _power_of_two(2 * TAPS)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, size)
    fading = 1.0 - np.arange(TAPS) / TAPS
    kept = np.zeros(shorter)
    kept[:TAPS] = correlation[:TAPS] * fading
    kept[-TAPS + 1 :] = kept[1:TAPS][::-1]
    powers = np.maximum(np.fft.rfft(kept).real, 0.0)
    ridge = _RIDGE * float(powers.mean()) + 1.0
    powers += ridge

    def prepare(taps: Floats) -> Floats:
        out: Floats = np.fft.irfft(np.fft.rfft(taps, shorter) / powers, shorter)[:TAPS]
        return out

    return prepare, ridge


def _followed(energies: Floats, begins: int) -> npt.NDArray[np.intp]:
    """Which row leaves the least in each frame, all frames considered and few moves made: the cheapest path (Viterbi).

    A frame costs the logarithm of what is left in it, so that frames with an echo and nothing else decide, and those of
    a loud voice hardly count; each move costs `_MOVE`.
    """
    costs = np.log(energies + LEAST_POWER * FRAME_SAMPLES)
    rows = np.arange(len(costs))
    came_from = np.empty(costs.shape, np.intp)
    total = np.where(rows == min(max(begins, 0), len(rows) - 1), 0.0, _MOVE)
    for frame in range(costs.shape[1]):
        best = int(np.argmin(total))
        moving = total > total[best] + _MOVE
        came_from[:, frame] = np.where(moving, best, rows)
        total = np.minimum(total, total[best] + _MOVE) + costs[:, frame]
    at, out = int(np.argmin(total)), np.empty(costs.shape[1], np.intp)
    for frame in range(costs.shape[1] - 1, -1, -1):
        out[frame] = at
        at = int(came_from[at, frame])
    return out


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()
