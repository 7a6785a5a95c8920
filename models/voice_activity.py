"""Whether a caller is speaking, 20 ms at a time: a cheap gate, and a small recurrent network behind it.

webrtcvad looks at every frame (1 us) and over-triggers; Silero v6 (15 to 40 us for 32 ms of sound) runs only while the
gate is open or was within the last 300 ms. Silence therefore costs next to nothing. Runs in the worker, on its thread.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import webrtcvad

from models.resample import Upsampler
from models.silero import CONTEXT, WINDOW, Listener, SileroNetwork
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm

_WIDE_FRAME: Final = 2 * FRAME_SAMPLES
_HANGOVER_FRAMES: Final = 15
_PREROLL_FRAMES: Final = 2
_CLOSED_DECAY: Final = 0.5
"""Per frame while the gate is shut: a last probability of 0.9 is below 0.1 after 80 ms."""

_FULL_SCALE: Final = np.float32(1 / 32_768)


class GatedVoiceActivity:
    """One caller's detector (`voice_agent.ports.speech.VoiceActivity`).

    `aggressiveness` is webrtcvad's, 0 (lets most through) to 3. After silence Silero starts afresh on the last 40 ms,
    so that the onset of a word, which the gate may open late for, is heard in full.
    """

    def __init__(self, network: SileroNetwork, *, aggressiveness: int = 1) -> None:
        self._network = network
        self._gate = webrtcvad.Vad(aggressiveness)
        self._open_frames = 0
        self._before: tuple[Pcm, ...] = ()
        self._prepared: Pcm | None = None
        self._listener = Listener()
        self._restart()

    def probability(self, frame: Pcm) -> float:
        """Probability 0..1 of speech in the latest 32 ms that are complete; it lags `frame` by up to 12 ms."""
        if self._prepared is not frame:
            self.prepare(frame)
        self._prepared = None
        if self._listener.waits:
            self._network.run()
        return self._listener.probability

    def prepare(self, frame: Pcm) -> None:
        """As the port says: windows that are complete wait in the network for those of other calls."""
        self._prepared = frame
        if self._gate.is_speech(frame.tobytes(), RATE_HZ):
            if self._open_frames == 0:
                self._restart()
                for earlier in self._before:
                    self._listen(earlier)
            self._open_frames = _HANGOVER_FRAMES
        if self._open_frames == 0:
            self._before = (*self._before, frame)[-_PREROLL_FRAMES:]
            self._listener.probability *= _CLOSED_DECAY
            return
        self._open_frames -= 1
        if self._open_frames == 0:
            self._before = ()
        self._listen(frame)

    def _restart(self) -> None:
        self._upsampler = Upsampler()
        self._scaled = np.empty(FRAME_SAMPLES, np.float32)
        # The network's next window: context, then as much of the window as came, and what is left over of a frame.
        self._samples = np.zeros(CONTEXT + WINDOW + _WIDE_FRAME, np.float32)
        self._filled = CONTEXT
        self._listener = Listener(self._listener.probability)

    def _listen(self, frame: Pcm) -> None:
        samples, end = self._samples, self._filled + _WIDE_FRAME
        np.multiply(frame, _FULL_SCALE, out=self._scaled)
        self._upsampler.push(self._scaled, out=samples[self._filled : end])
        if end >= CONTEXT + WINDOW:
            self._network.give(samples[: CONTEXT + WINDOW], self._listener)
            samples[: end - WINDOW] = samples[WINDOW:end]
            end -= WINDOW
        self._filled = end
