"""Recognition and synthesis that were done once, on any earlier run, are not done again. Behind the ports, as they are.

The key is what decides the result: the engine with its version, weights and settings, and the words, or the samples
with what was expected. Deadlines are no part of it: an answer that is there comes in time. So only such engines belong
behind a cache as answer the same however much time they have, as those in virtual time do.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

import msgspec
import numpy as np

from simulations.callers.speech_cache import SpeechCache
from voice_agent.audio import Pcm
from voice_agent.ports.speech import ENGLISH, Languages, Recogniser, Recognition, Synthesiser
from voice_agent.ports.urgency import Urgency

_HEARD: Final = msgspec.msgpack.Decoder(Recognition)
_SAID: Final = msgspec.msgpack.Decoder(tuple[bytes, ...])


class CachedRecogniser:
    """`made_by` is the engine's identity (`models.identity`) with all settings that its answers depend on."""

    def __init__(self, recogniser: Recogniser, cache: SpeechCache, made_by: str) -> None:
        self._recogniser = recogniser
        self._cache = cache
        self._made_by = made_by

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        """As the port says. `engine_us` is what it took when it was done."""
        spoken = b"" if languages == ENGLISH else ",".join(languages).encode()
        key = b"\0".join((b"heard", self._made_by.encode(), expects.encode() + spoken, pcm.astype("<i2").tobytes()))
        kept = self._cache.get(key)
        if kept is not None:
            try:
                return _HEARD.decode(kept)
            except msgspec.DecodeError:  # of an older form
                self._cache.drop(key)
        heard = await self._recogniser.transcribe(pcm, expects=expects, deadline_us=deadline_us, languages=languages)
        self._cache.put(key, msgspec.msgpack.encode(heard))
        return heard


class CachedSynthesiser:
    """`made_by` is the engine's identity with its delivery; chunks come back as they were made."""

    def __init__(self, voice: Synthesiser, cache: SpeechCache, made_by: str) -> None:
        self._voice = voice
        self._cache = cache
        self._made_by = made_by

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        """As the port says. What was not heard to its end is not kept."""
        made_by = self._made_by if speed == 1.0 else f"{self._made_by} at {speed!r}"
        key = b"\0".join((b"said", made_by.encode(), text.encode("utf-8", "surrogatepass")))
        kept = self._cache.get(key)
        if kept is not None:
            try:
                chunks = _SAID.decode(kept)
            except msgspec.DecodeError:  # of an older form
                self._cache.drop(key)
            else:
                for samples in chunks:
                    yield np.frombuffer(samples, "<i2").astype(np.int16)
                return
        said = []
        async for chunk in self._voice.synthesize(text, deadline_us=deadline_us, speed=speed):
            said.append(chunk.astype("<i2").tobytes())
            yield chunk
        self._cache.put(key, msgspec.msgpack.encode(said))
