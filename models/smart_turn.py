"""Whether a voice sounds as if its owner had finished: smart-turn v3.2, by prosody alone, on the last eight seconds.

The model file comes inside pipecat-ai (BSD-2-Clause), of which nothing is imported. One thread, 50 to 70 ms a pause.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime

from models.log_mel import HOP, log_mel
from models.log_mel import RATE_HZ as WIDE_HZ
from models.resample import Samples, upsample_2x
from voice_agent.audio import RATE_HZ, Pcm

SECONDS: Final = 8
_FRAMES: Final = SECONDS * WIDE_HZ // HOP
_LEAST_VARIANCE: Final = np.float32(1e-7)


class SmartTurn:
    """`path` is the ONNX file, verified. Stateless; one call at a time."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(path, options)

    def finished(self, pcm: Pcm) -> float:
        """0..1 for a turn up to where its voice has paused; what is longer than eight seconds counts by its end."""
        spoken = upsample_2x(pcm[-SECONDS * RATE_HZ :].astype(np.float32) / np.float32(32_768))
        features = log_mel(_normalised(spoken))[:, :_FRAMES]
        (logits,) = self._session.run(None, {"input_features": features[np.newaxis]})
        return float(np.asarray(logits).reshape(-1)[0])


def _normalised(spoken: Samples) -> Samples:
    """`float32[8 s]` that ends with `spoken`, of mean 0 and variance 1, as the model was taught."""
    whole = np.zeros(SECONDS * WIDE_HZ, np.float32)
    whole[whole.size - spoken.size :] = spoken
    out: Samples = (whole - whole.mean()) / np.sqrt(whole.var() + _LEAST_VARIANCE)
    return out
