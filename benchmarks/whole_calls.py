"""Callers who have one whole conversation with the example agent, and doubles of engines that know what they say.

The doubles stand for engines elsewhere: they answer after a while and cost next to nothing. A recogniser has to be told
what it heard, though, and voice activity needs voices. So the callers send real speech, always the same, and the double
knows each of its frames: what was cut off is not heard, what was said twice is heard twice.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from models.catalog import SYNTHESISERS, Loading
from models.modem import modulated
from models.scripted import CHUNK_SAMPLES, hashed
from voice_agent.audio import FRAME_SAMPLES, RATE_HZ, Pcm, level_dbfs, silence
from voice_agent.ports.speech import ENGLISH, Languages, Recognition
from voice_agent.ports.urgency import Urgency

SECONDS: Final = 34
LINES: Final = ((9, "Where is my order?"), (17, "Five five zero one two four seven nine."), (26, "Yes, that's right."))
"""What each says, and at which second: when the agent has finished what comes before it."""
RECOGNITION_S: Final = 0.15
SYNTHESIS_S: Final = 0.1
EMBEDDING_S: Final = 0.02
_SOUND_DBFS: Final = -60.0
_FRAMES_A_SECOND: Final = RATE_HZ // FRAME_SAMPLES


def caller_sound(loading: Loading) -> Pcm:
    """`int16[SECONDS * 8000]`. Raises ModelMissing, ModelCorrupt."""
    voice, out = SYNTHESISERS["hibari"].load(loading), silence(SECONDS * RATE_HZ)
    for at_s, text in LINES:
        said = np.concatenate(list(voice.synthesize(text)))
        out[at_s * RATE_HZ : at_s * RATE_HZ + said.size] = said
    return out


class KnowingRecogniser:
    """Recognises `LINES` in `sound`, as it comes out of a line without faults: of each as many words as were heard."""

    def __init__(self, sound: Pcm) -> None:
        """`sound` is `int16[SECONDS * 8000]`."""
        self._known: dict[bytes, tuple[int, float]] = {}
        """A frame of a line, and how much of the line has been said with it (0..1)."""
        frames = sound.reshape(-1, FRAME_SAMPLES)
        for number, (at_s, _) in enumerate(LINES):
            until_s = LINES[number + 1][0] if number + 1 < len(LINES) else SECONDS
            line = frames[at_s * _FRAMES_A_SECOND : until_s * _FRAMES_A_SECOND]
            loud = [place for place, frame in enumerate(line) if level_dbfs(frame) > _SOUND_DBFS]
            self._known |= {line[place].tobytes(): (number, (place + 1) / (loud[-1] - 2)) for place in loud}

    async def transcribe(
        self, pcm: Pcm, *, expects: str, deadline_us: int, urgency: Urgency = "final", languages: Languages = ENGLISH
    ) -> Recognition:
        await asyncio.sleep(RECOGNITION_S)
        heard: dict[int, float] = {}
        for frame in pcm[: pcm.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
            known = self._known.get(frame.tobytes())
            if known is not None:
                heard[known[0]] = known[1]
        return Recognition(" ".join(_said(LINES[line][1], share) for line, share in heard.items()), engine="scripted")


def _said(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: math.floor(share * len(words))])


class RememberingSynthesiser:
    """Sounds that carry the text, each made once."""

    def __init__(self) -> None:
        self._made: dict[str, list[Pcm]] = {}

    async def synthesize(self, text: str, *, deadline_us: int, speed: float = 1.0) -> AsyncGenerator[Pcm, None]:
        await asyncio.sleep(SYNTHESIS_S)
        if text not in self._made:
            pcm = modulated(text)
            self._made[text] = [pcm[start : start + CHUNK_SAMPLES] for start in range(0, pcm.size, CHUNK_SAMPLES)]
        for chunk in self._made[text]:
            yield chunk


class RememberingEmbedder:
    """`models.scripted.hashed`, of each text once."""

    def __init__(self) -> None:
        self._made: dict[str, npt.NDArray[np.float32]] = {}

    async def embed(self, texts: Sequence[str], *, deadline_us: int) -> npt.NDArray[np.float32]:
        await asyncio.sleep(EMBEDDING_S)
        for text in texts:
            if text not in self._made:
                self._made[text] = hashed([text])[0]
        return np.stack([self._made[text] for text in texts])
