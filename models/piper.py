"""A second voice: Piper with `joe`, a US male, for those who install the extra `piper`. Ten times faster than speech.

The engine is GPL-3.0-or-later: it is optional, and imported only where it is started. Its network draws noise inside
the graph, which nothing outside can seed; with both scales of noise at 0 the same text gives the same samples.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.clauses import clauses
from models.delivery import NATURAL, Delivery
from models.loudness import TARGET_LUFS, chunks, levelled, trimmed
from models.resample import Samples, telephone_rate
from models.spoken_form import spoken
from voice_agent.audio import RATE_HZ, Pcm, silence
from voice_agent.errors import ModelMissing

INSTALL: Final = "pip install voice-agent[piper]"
CHUNK_SAMPLES: Final = RATE_HZ // 5


class PiperVoice:
    """`BlockingSynthesiser` over `model`.onnx and `model`.onnx.json in `directory`, on one thread.

    The first chunk comes after one clause has been made: 100 to 400 ms.
    """

    def __init__(self, directory: Path, model: str, loudness_lufs: float = TARGET_LUFS) -> None:
        """Raises ModelMissing where the engine isn't installed."""
        if importlib.util.find_spec("piper") is None:
            raise ModelMissing("the voice engine piper is not installed", hint=INSTALL)
        self._loudness_lufs = loudness_lufs
        self._voice = _loaded(directory, model)

    def synthesize(self, text: str, delivery: Delivery = NATURAL) -> Iterator[Pcm]:
        """Chunks of 0.2 s at 8 kHz, clauses as loud as each other; nothing for text that can't be pronounced."""
        pause = 0
        for phonemes, pause_after in clauses("".join(sentence) for sentence in self._voice.phonemize(spoken(text))):
            speech = levelled(trimmed(self._narrow(phonemes, delivery)), self._loudness_lufs)
            if speech.size == 0:
                continue
            if pause > 0:
                yield silence(round(pause / delivery.speed))
            pause = pause_after
            yield from chunks(speech, CHUNK_SAMPLES)

    def _narrow(self, phonemes: str, delivery: Delivery) -> Samples:
        from piper.config import SynthesisConfig

        if not any(character.isalnum() for character in phonemes):
            return np.empty(0, np.float32)
        settings = SynthesisConfig(length_scale=1 / delivery.native_speed, noise_scale=0.0, noise_w_scale=0.0)
        wide = self._voice.phoneme_ids_to_audio(self._voice.phonemes_to_ids(list(phonemes)), settings)
        return telephone_rate(np.asarray(wide, np.float32), self._voice.config.sample_rate * delivery.pitch_ratio)


def _loaded(directory: Path, model: str) -> Any:
    """Piper's own voice, with one thread: more of them would only take the others' cores."""
    import onnxruntime
    import piper
    from piper.config import PiperConfig

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(directory / f"{model}.onnx"), sess_options=options, providers=["CPUExecutionProvider"]
    )
    config = json.loads((directory / f"{model}.onnx.json").read_text(encoding="utf-8"))
    return piper.PiperVoice(session=session, config=PiperConfig.from_dict(config))
