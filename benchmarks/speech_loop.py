"""What a caller who keeps talking sends: sentences of the product's own voice with pauses between them, at 8 kHz."""

from __future__ import annotations

from itertools import chain
from typing import Final

import numpy as np

from models.catalog import SYNTHESISERS, Loading
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm, silence

SENTENCES: Final = (
    "Hello, I am calling about a router that has not come yet.",
    "It was promised for last Tuesday, and nobody has told me anything.",
    "Could you look it up for me, please?",
)
PAUSE_S: Final = 3
"""Long enough to be answered in: about a third of a telephone call is the caller's voice."""


def caller_speech(loading: Loading) -> Pcm:
    """`int16[n * 160]`, meant to be repeated; a pause comes first. Raises ModelMissing, ModelCorrupt."""
    voice = SYNTHESISERS["hibari"].load(loading)
    pause = silence(PAUSE_S * RATE_HZ)
    parts = chain.from_iterable((pause, *voice.synthesize(sentence)) for sentence in SENTENCES)
    pcm = np.concatenate(list(parts))
    return np.concatenate((pcm, silence(-pcm.size % FRAME_SAMPLES)))
