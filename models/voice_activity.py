"""Whether a caller is speaking, 20 ms at a time: a cheap gate, and a small recurrent network behind it.

webrtcvad looks at every frame (3 us) and over-triggers; Silero v6 (0.1 ms for 32 ms of sound) runs only while the gate
is open or was within the last 300 ms. Silence therefore costs next to nothing. Runs in the worker, on its thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime
import webrtcvad

from models.resample import Samples, Upsampler
from voice_agent.audio import RATE_HZ, Pcm

_WINDOW: Final = 512
_CONTEXT: Final = 64
_STATE_SHAPE: Final = (1, 1, 128)
_HANGOVER_FRAMES: Final = 15
_PREROLL_FRAMES: Final = 2
_CLOSED_DECAY: Final = 0.5
"""Per frame while the gate is shut: a last probability of 0.9 is below 0.1 after 80 ms."""

_State = npt.NDArray[np.float32]


class SileroSession:
    """The network, loaded once a process and shared by all calls; it keeps nothing between calls of `run`."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, window: Samples, h: _State, c: _State) -> tuple[float, _State, _State]:
        """`window` is `float32[1, 576]` at 16 kHz, 64 samples of context first. Returns probability and new state."""
        output, h, c = self._session.run(None, {"input": window, "h": h, "c": c})
        return float(output.reshape(-1)[0]), h, c


class GatedVoiceActivity:
    """One caller's detector (`voice_agent.ports.speech.VoiceActivity`).

    `aggressiveness` is webrtcvad's, 0 (lets most through) to 3. After silence Silero starts afresh on the last 40 ms,
    so that the onset of a word, which the gate may open late for, is heard in full.
    """

    def __init__(self, session: SileroSession, *, aggressiveness: int = 1) -> None:
        self._session = session
        self._gate = webrtcvad.Vad(aggressiveness)
        self._open_frames = 0
        self._before: list[Pcm] = []
        self._probability = 0.0
        self._restart()

    def probability(self, frame: Pcm) -> float:
        """Probability 0..1 of speech in the latest 32 ms that are complete; it lags `frame` by up to 12 ms."""
        if self._gate.is_speech(frame.tobytes(), RATE_HZ):
            if self._open_frames == 0:
                self._restart()
                for earlier in self._before:
                    self._listen(earlier)
            self._open_frames = _HANGOVER_FRAMES
        if self._open_frames == 0:
            self._before = [*self._before, frame][-_PREROLL_FRAMES:]
            self._probability *= _CLOSED_DECAY
            return self._probability
        self._open_frames -= 1
        if self._open_frames == 0:
            self._before = []
        self._listen(frame)
        return self._probability

    def _restart(self) -> None:
        self._upsampler = Upsampler()
        self._pending: Samples = np.zeros(0, np.float32)
        self._context: Samples = np.zeros(_CONTEXT, np.float32)
        self._h: _State = np.zeros(_STATE_SHAPE, np.float32)
        self._c: _State = np.zeros(_STATE_SHAPE, np.float32)

    def _listen(self, frame: Pcm) -> None:
        wide = self._upsampler.push(frame.astype(np.float32) / np.float32(32_768))
        self._pending = np.concatenate((self._pending, wide))
        while self._pending.size >= _WINDOW:
            window = np.concatenate((self._context, self._pending[:_WINDOW]))
            self._pending = self._pending[_WINDOW:]
            self._context = window[-_CONTEXT:]
            self._probability, self._h, self._c = self._session.run(window[np.newaxis], self._h, self._c)
