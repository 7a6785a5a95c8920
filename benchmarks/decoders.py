"""The recogniser under test and its peers: short window, full window, and faster-whisper as it ships. One thread each.

All three decode the same weights. The first two differ in nothing but the window; the third, with five beams, is what a
product gets that installs the package and uses it as its page shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faster_whisper
import msgspec
import numpy as np
import numpy.typing as npt

from models.catalog import WHISPER_BASE
from models.engines import Steps
from models.resample import upsample_2x
from models.transcript_checks import Hypothesis
from models.weights import WeightsStore
from models.whisper import FULL_FRAMES, Whisper
from voice_agent.audio import Pcm
from voice_agent.session.hearing import RECOGNISE_US


class Decoded(msgspec.Struct, frozen=True):
    """`full_windows` and `short_windows` are how many decodes of each kind it took; None where it isn't known."""

    text: str
    seconds: float
    short_windows: int | None = None
    full_windows: int | None = None

    @property
    def fell_back(self) -> bool:
        """Whether the short window was tried and not believed."""
        return bool(self.short_windows and self.full_windows)


class _Watched(Whisper):
    """Counts the windows that are decoded, and takes the full one only where it is told to."""

    def __init__(self, directory: Path) -> None:
        self.full_only = False
        self.windows: list[bool] = []
        self._last: tuple[npt.NDArray[np.float32], tuple[list[Hypothesis], float]] | None = None
        super().__init__(directory, engine="whisper-base")

    def _look(
        self, mel: npt.NDArray[np.float32], padding_frames: int, expects: str, spoken_s: float
    ) -> Steps[tuple[list[Hypothesis], float]]:
        if self.full_only and self._last is not None and self._last[0] is mel:
            # A check of the short window asks for another again: it's the same, and no part of this peer's time.
            return self._last[1]
        padding_frames = FULL_FRAMES if self.full_only else padding_frames
        self.windows.append(padding_frames == FULL_FRAMES)
        result = yield from super()._look(mel, padding_frames, expects, spoken_s)
        self._last = (mel, result)
        return result


class Decoders:
    """Our own, loaded at once; faster-whisper when it is first asked for."""

    def __init__(self, cache_dir: Path) -> None:
        """`cache_dir` takes the joined weights. Raises ModelMissing and ModelCorrupt."""
        self._directory = WeightsStore(cache_dir).locate(WHISPER_BASE)
        self._watched = _Watched(self._directory)
        self._shipped: Any = None

    def short(self, pcm: Pcm, expects: str) -> Decoded:
        """As the product decodes it."""
        return self._decode(pcm, expects, full_only=False)

    def full(self, pcm: Pcm, expects: str) -> Decoded:
        """The product's decoder on windows of 30 s."""
        return self._decode(pcm, expects, full_only=True)

    def faster_whisper(self, pcm: Pcm) -> Decoded:
        """`WhisperModel.transcribe` with English given; it decodes again at higher temperatures where it doubts."""
        if self._shipped is None:
            self._shipped = faster_whisper.WhisperModel(
                str(self._directory), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1
            )
            self._shipped.transcribe(np.zeros(16_000, np.float32), language="en")

        def run() -> str:
            wide = upsample_2x(pcm.astype(np.float32) / np.float32(32_768))
            segments, _ = self._shipped.transcribe(
                wide, language="en", beam_size=5, without_timestamps=True, condition_on_previous_text=False
            )
            return " ".join(segment.text for segment in segments)

        text, seconds = _timed(run)
        return Decoded(text, seconds)

    def _decode(self, pcm: Pcm, expects: str, *, full_only: bool) -> Decoded:
        watched = self._watched
        watched.full_only = full_only
        watched.windows.clear()
        text, seconds = _timed(lambda: watched.transcribe(pcm, expects=expects, budget_us=RECOGNISE_US).text)
        full = sum(watched.windows)
        return Decoded(text, seconds, len(watched.windows) - full, full)


def _timed(run: Callable[[], str]) -> tuple[str, float]:
    started_ns = time.perf_counter_ns()
    text = run()
    return text, (time.perf_counter_ns() - started_ns) / 1e9
