"""How a line is expected to please, from what was measured on it: the E-model of ITU-T G.107, simplified. Pure.

    R = 93.2 - Id - Ie,eff, and the mean opinion score from R as annex B of G.107 has it

All parameters but delay and loss have their default values; Id follows the two straight lines of Cole and Rosenbluth
("Voice over IP performance monitoring", ACM SIGCOMM CCR 31, 2001), so echo counts as cancelled. Ie,eff takes G.711 with
concealment under random loss (G.113 appendix I: Ie 0, Bpl 25.1). Our concealment is simpler than the one tested there,
and loss in bursts is worse than the figure says. It compares lines; it is no verdict of listeners.
"""

from __future__ import annotations

from typing import Final

_R_WITHOUT_IMPAIRMENT: Final = 93.2
_DELAY_KNEE_MS: Final = 177.3
_LOSS_ROBUSTNESS: Final = 25.1  # Bpl
_WORST_IMPAIRMENT: Final = 95.0


def rating(loss: float, delay_ms: float) -> float:
    """R, at most 93.2. `loss` is the share (0..1) of packets that were not played, `delay_ms` from mouth to ear."""
    percent = 100 * loss
    of_delay = 0.024 * delay_ms + 0.11 * max(0.0, delay_ms - _DELAY_KNEE_MS)
    of_loss = _WORST_IMPAIRMENT * percent / (percent + _LOSS_ROBUSTNESS)
    return _R_WITHOUT_IMPAIRMENT - of_delay - of_loss


def opinion(loss: float, delay_ms: float) -> float:
    """The estimated mean opinion score, 1 (bad) to 4.5; arguments as those of `rating`."""
    r = rating(loss, delay_ms)
    if r <= 0:
        return 1.0
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)  # the cubic dips below 1 for the lowest ratings
